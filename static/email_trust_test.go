package static

import (
	"strings"
	"testing"
)

type trustAccount struct {
	Email         string          `json:"email"`
	EmailVerified bool            `json:"emailVerified"`
	Providers     []trustProvider `json:"providers"`
}

type trustProvider struct {
	ProviderID string `json:"providerId"`
	Email      string `json:"email"`
}

// The platform trusts a provider with addresses of a domain it owns, and a provider that verifies
// every address.
func TestEmailTrustFollowsThePlatformsRule(t *testing.T) {
	page := openPage(t, nil)
	with := func(id, email string, verified bool) trustAccount {
		return trustAccount{email, verified, []trustProvider{{id, email}}}
	}
	anotherAddress := with("google.com", "other@gmail.com", false)
	anotherAddress.Email = "ada@example.com"
	for _, c := range []struct {
		account trustAccount
		want    string
	}{
		{with("google.com", "ada@gmail.com", true), "Trusted: verified by Google"},
		{with("google.com", "ada@example.com", false), "Not trusted yet"},
		{with("google.com", "ada@gmail.com.example.com", false), "Not trusted yet"},
		{with("yahoo.com", "ada@yahoo.com", true), "Trusted: verified by Yahoo"},
		{with("microsoft.com", "ada@outlook.com", true), "Trusted: verified by Microsoft"},
		{with("microsoft.com", "ada@hotmail.com", true), "Trusted: verified by Microsoft"},
		{with("microsoft.com", "ada@gmail.com", false), "Not trusted yet"},
		{with("apple.com", "ada@example.com", true), "Trusted: verified by Apple"},
		{with("facebook.com", "ada@gmail.com", false), "Not trusted yet"},
		{with("github.com", "ada@gmail.com", false), "Not trusted yet"},
		{with("password", "ada@gmail.com", false), "Not trusted yet"},
		{with("password", "ada@gmail.com", true), "Trusted: this email address is verified"},
		{anotherAddress, "Not trusted yet"},
		{trustAccount{Providers: []trustProvider{}}, ""},
	} {
		got := evaluate[string](t, page, "js/auth/email-trust.js", c.account,
			`return m.describeEmailTrust(input)`)
		if !strings.HasPrefix(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("%+v: got %q, want %q", c.account, got, c.want)
		}
	}
}
