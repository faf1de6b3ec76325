package static

import "testing"

func TestUnknownMethodKeepsItsID(t *testing.T) {
	page := openPage(t, nil)
	const module = "js/auth/method-names.js"
	for id, want := range map[string]string{
		"google.com": "Google", "twitter.com": "X", "password": "Email and password",
		"saml.example": "saml.example", "constructor": "constructor", "": "",
	} {
		got := evaluate[string](t, page, module, id, `return m.methodName(input)`)
		if got != want {
			t.Errorf("%q: got %q, want %q", id, got, want)
		}
	}
}

// The platform calls both a password and an email link "password".
func TestConnectedPasswordIsCalledEmailIfLinksAreOffered(t *testing.T) {
	page := openPage(t, nil)
	for methods, want := range map[string]string{
		`["password"]`: "Email and password", `["password","emailLink"]`: "Email",
	} {
		got := evaluate[string](t, page, "js/config.js", methods, `
			m.config.methods = JSON.parse(input);
			const names = await import(location.origin + '`+Path("js/auth/method-names.js")+`');
			return names.linkedMethodName('password');`)
		if got != want {
			t.Errorf("methods %s: got %q, want %q", methods, got, want)
		}
	}
}
