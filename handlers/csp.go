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

// mayNeedRecaptcha reports whether a sign-in method can involve reCAPTCHA: always with phone
// numbers, and with email addresses if the project's settings enforce it
// (https://docs.cloud.google.com/identity-platform/docs/recaptcha-enterprise).
func mayNeedRecaptcha(method string) bool {
	return slices.Contains([]string{"password", "emailLink", "phone"}, method)
}

// contentSecurityPolicy returns the policy for every page, without script-src: its nonce
// changes with each response (headers.go). Pages may connect to this origin and to Firebase
// Authentication, and show photos from photoHosts. reCAPTCHA is included only if a sign-in method
// that may need it is offered. Google's scripts need no source here: the SDK loads them, and the
// policy trusts what trusted scripts load ('strict-dynamic').
func contentSecurityPolicy(web views.WebConfig) string {
	connect := []string{"'self'"}
	frame := []string{"'self'"} // the sign-in helper of the local Firebase, or the proxied one
	switch web.Emulator {
	case "same-origin":
	case "":
		connect = append(connect,
			"https://identitytoolkit.googleapis.com", "https://securetoken.googleapis.com")
		frame = append(frame, "https://"+web.AuthDomain)
		if slices.ContainsFunc(web.Methods, mayNeedRecaptcha) {
			connect = append(connect, "https://www.google.com/recaptcha/")
			frame = append(frame,
				"https://www.google.com/recaptcha/", "https://recaptcha.google.com/recaptcha/")
		}
	default: // the address of another emulator
		connect = append(connect, web.Emulator)
		frame = append(frame, web.Emulator)
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
