package handlers

import (
	"net/url"
	"slices"
	"strings"

	"example.com/latchkey/views"
)

// contentSecurityPolicy is the policy of every page, without script-src, whose nonce changes with each answer. A page
// may talk to this origin and to Firebase Authentication, and show the pictures of the providers' accounts; what a
// sign-in method needs besides is there only where that method is offered.
func contentSecurityPolicy(web views.WebConfig) string {
	connect := []string{"'self'"}
	frame := []string{"'self'"} // the sign-in helper of the local Firebase, or the proxied one
	switch web.Emulator {
	case "same-origin":
	case "":
		connect = append(connect, "https://identitytoolkit.googleapis.com", "https://securetoken.googleapis.com")
		frame = append(frame, "https://"+web.AuthDomain)
	default: // another emulator, by its address
		connect = append(connect, web.Emulator)
		frame = append(frame, web.Emulator)
	}
	if web.Emulator != "same-origin" {
		if slices.ContainsFunc(web.Methods, isProvider) {
			connect = append(connect, "https://apis.google.com") // the SDK's channel to the pop-up
		}
		if slices.Contains(web.Methods, "phone") {
			connect = append(connect, "https://www.google.com/recaptcha/")
			frame = append(frame, "https://www.google.com/recaptcha/", "https://recaptcha.google.com/recaptcha/")
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

// isProvider tells the id of a provider, such as google.com, from the platform's own methods.
func isProvider(method string) bool { return strings.Contains(method, ".") }

// AuthHelper is where Firebase hosts the sign-in helper pages of a project.
func AuthHelper(projectID string) *url.URL {
	return &url.URL{Scheme: "https", Host: projectID + ".firebaseapp.com"}
}
