package static

import "testing"

func TestAMethodThatIsNotKnownKeepsItsID(t *testing.T) {
	page := openPage(t, nil)
	for id, want := range map[string]string{
		"google.com": "Google", "twitter.com": "X", "password": "Email and password",
		"saml.example": "saml.example", "constructor": "constructor", "": "",
	} {
		if got := evaluate[string](t, page, "js/auth/method-names.js", id, `return m.methodName(input)`); got != want {
			t.Errorf("%q: got %q, want %q", id, got, want)
		}
	}
}

func TestALinkedEmailIsAPasswordWhereNoLinksAreOffered(t *testing.T) {
	page := openPage(t, nil)
	for methods, want := range map[string]string{
		`["password"]`: "Email and password", `["password","emailLink"]`: "Email",
	} {
		got := evaluate[string](t, page, "js/config.js", methods, `
			m.config.methods = JSON.parse(input);
			return import(`+"`${location.origin}"+Path("js/auth/method-names.js")+"`"+`).then((names) => names.linkedName('password'))`)
		if got != want {
			t.Errorf("methods %s: got %q, want %q", methods, got, want)
		}
	}
}
