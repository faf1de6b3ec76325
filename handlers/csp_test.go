package handlers_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
)

// sourcesOf returns the sources of a directive in the policy of a site with these sign-in methods.
func sourcesOf(t *testing.T, directive string, methods ...string) []string {
	t.Helper()
	s := newSiteWith(t, func(cfg *handlers.Config) { cfg.Web.Methods = methods })
	policy := s.do("GET", "/signin", "").want(200, "").header.Get("Content-Security-Policy")
	for part := range strings.SplitSeq(policy, "; ") {
		if sources, ok := strings.CutPrefix(part, directive+" "); ok {
			return strings.Fields(sources)
		}
	}
	t.Fatalf("the policy has no %s: %s", directive, policy)
	return nil
}

// A project can enforce reCAPTCHA for passwords and email links. Phone numbers always need it.
func TestThePolicyAllowsRecaptchaOnlyForMethodsThatMayNeedIt(t *testing.T) {
	const recaptcha = "https://www.google.com/recaptcha/"
	for method, want := range map[string]bool{
		"password": true, "emailLink": true, "phone": true,
		"google.com": false, "anonymous": false,
	} {
		for _, directive := range []string{"connect-src", "frame-src"} {
			if got := slices.Contains(sourcesOf(t, directive, method), recaptcha); got != want {
				t.Errorf("%s: %s allows reCAPTCHA: %v, want %v", method, directive, got, want)
			}
		}
	}
}

// The SDK exchanges messages with a provider's window through a frame, without requests.
func TestThePolicyForProvidersAllowsNoConnectionsBesidesTheAPI(t *testing.T) {
	want := []string{
		"'self'", "https://identitytoolkit.googleapis.com", "https://securetoken.googleapis.com",
	}
	if got := sourcesOf(t, "connect-src", "google.com"); !slices.Equal(got, want) {
		t.Errorf("connect-src is %q, want %q", got, want)
	}
}
