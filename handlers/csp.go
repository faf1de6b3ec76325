package handlers

import (
	"slices"
	"strings"

	"example.com/latchkey/views"
)

// photoHosts lists the servers that account photos may come from. They belong to the providers.
var photoHosts = []string{
	// Google.
	"lh3.googleusercontent.com",
	"lh4.googleusercontent.com",
	"lh5.googleusercontent.com",
	"lh6.googleusercontent.com",
	// GitHub.
	"avatars.githubusercontent.com",
	// Facebook. The second is where graph.facebook.com redirects to.
	"graph.facebook.com",
	"platform-lookaside.fbsbx.com",
	// X.
	"pbs.twimg.com",
	// Yahoo.
	"s.yimg.com",
}

// contentSecurityPolicy returns the policy for every page, without script-src: its nonce
// changes with each response (headers.go). Pages may connect to this origin and to Firebase
// Authentication, and show photos from photoHosts. Origins that only one sign-in method needs
// are included only if that method is offered.
func contentSecurityPolicy(web views.WebConfig) string {
	connect := []string{"'self'"}
	frame := []string{"'self'"} // the sign-in helper of the local Firebase, or the proxied one
	switch web.Emulator {
	case "same-origin":
	case "":
		connect = append(connect,
			"https://identitytoolkit.googleapis.com", "https://securetoken.googleapis.com")
		frame = append(frame, "https://"+web.AuthDomain)
	default: // the address of another emulator
		connect = append(connect, web.Emulator)
		frame = append(frame, web.Emulator)
	}
	if web.Emulator != "same-origin" {
		if slices.ContainsFunc(web.Methods, views.IsProvider) {
			// The SDK's channel to the popup.
			connect = append(connect, "https://apis.google.com")
		}
		if slices.Contains(web.Methods, "phone") {
			connect = append(connect, "https://www.google.com/recaptcha/")
			frame = append(frame,
				"https://www.google.com/recaptcha/", "https://recaptcha.google.com/recaptcha/")
		}
	}
	return strings.Join([]string{
		"default-src 'none'",
		"style-src 'self'",
		"img-src 'self' https://" + strings.Join(photoHosts, " https://"),
		"font-src 'self'",
		"connect-src " + strings.Join(connect, " "),
		"frame-src " + strings.Join(frame, " "),
		"form-action 'self'",
		"base-uri 'none'",
		"object-src 'none'",
		"frame-ancestors 'none'",
	}, "; ")
}
