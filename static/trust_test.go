package static

import (
	"strings"
	"testing"
)

// The rule is the platform's: who owns the domain, or always verifies, is trusted.
func TestAnAddressIsTrustedByThePlatformsRule(t *testing.T) {
	page := openPage(t, nil)
	type provider struct {
		ProviderID string `json:"providerId"`
		Email      string `json:"email"`
	}
	type account struct {
		Email         string     `json:"email"`
		EmailVerified bool       `json:"emailVerified"`
		Providers     []provider `json:"providers"`
	}
	with := func(id, email string, verified bool) account {
		return account{email, verified, []provider{{id, email}}}
	}
	for _, c := range []struct {
		account account
		want    string
	}{
		{with("google.com", "ada@gmail.com", true), "Trusted: Google"},
		{with("google.com", "ada@example.com", false), "Untrusted"},
		{with("google.com", "ada@gmail.com.example.com", false), "Untrusted"},
		{with("yahoo.com", "ada@yahoo.com", true), "Trusted: Yahoo"},
		{with("microsoft.com", "ada@outlook.com", true), "Trusted: Microsoft"},
		{with("microsoft.com", "ada@hotmail.com", true), "Trusted: Microsoft"},
		{with("microsoft.com", "ada@gmail.com", false), "Untrusted"},
		{with("apple.com", "ada@example.com", true), "Trusted: Apple"},
		{with("facebook.com", "ada@gmail.com", false), "Untrusted"},
		{with("github.com", "ada@gmail.com", false), "Untrusted"},
		{with("password", "ada@gmail.com", false), "Untrusted"},
		{with("password", "ada@gmail.com", true), "Trusted: it was verified"},
		{account{"ada@example.com", false, []provider{{"google.com", "other@gmail.com"}}}, "Untrusted"},
		{account{}, ""},
	} {
		got := evaluate[string](t, page, "js/auth/email-trust.js", c.account, `return m.proofOf({ providers: [], ...input, providers: input.providers ?? [] })`)
		if !strings.HasPrefix(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("%+v: got %q, want %q", c.account, got, c.want)
		}
	}
}
