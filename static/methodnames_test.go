package static

import "testing"

func TestAMethodThatIsNotKnownKeepsItsID(t *testing.T) {
	page := openPage(t, nil)
	for id, want := range map[string]string{
		"google.com": "Google", "twitter.com": "X", "password": "Email and password",
		"saml.example": "saml.example", "constructor": "constructor", "": "",
	} {
		if got := evaluate[string](t, page, "js/methodnames.js", id, `return m.methodName(input)`); got != want {
			t.Errorf("%q: got %q, want %q", id, got, want)
		}
	}
}
