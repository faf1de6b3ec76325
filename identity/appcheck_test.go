package identity_test

import (
	"strings"
	"testing"
	"time"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

func TestAppCheckTokenNamesTheApp(t *testing.T) {
	google := identitytest.New(t)
	check := identity.NewAppCheck(google.AppCheckClient(t))
	app, err := check.Verify(google.AppCheckToken(nil))
	if err != nil || app != "1:123456:web:abcdef" {
		t.Errorf("got %q, %v", app, err)
	}
}

func TestAppCheckTokenThatProvesNothingIsRefused(t *testing.T) {
	google := identitytest.New(t)
	check := identity.NewAppCheck(google.AppCheckClient(t))
	good := google.AppCheckToken(nil)
	with := func(name string, value any) string { return google.AppCheckToken(map[string]any{name: value}) }
	unsigned := identitytest.Encode(map[string]any{"alg": "none", "typ": "JWT"}) + good[strings.IndexByte(good, '.'):strings.LastIndexByte(good, '.')+1]
	for name, token := range map[string]string{
		"none":                 "",
		"garbage":              "a.b.c",
		"no token at all":      "nonsense",
		"too long":             good + strings.Repeat("A", 9000),
		"unsigned":             unsigned,
		"a bad signature":      good[:len(good)-8] + "AAAAAAAA",
		"an ID token":          google.Token(identitytest.Claims{UID: "alice"}),
		"expired":              with("exp", time.Now().Add(-time.Minute).Unix()),
		"another project":      with("aud", []string{"projects/another"}),
		"an audience as text":  with("aud", "projects/"+identitytest.ProjectID),
		"no audience":          with("aud", nil),
		"another issuer":       with("iss", "https://evil.example/"),
		"no issuer":            with("iss", nil),
		"no app":               with("sub", nil),
		"no expiry":            with("exp", nil),
		"an expiry of no kind": with("exp", "tomorrow"),
	} {
		t.Run(name, func(t *testing.T) {
			app, err := check.Verify(token)
			wantError(t, err, identity.ErrNotAttested)
			if app != "" || strings.Contains(err.Error(), "evil.example") {
				t.Errorf("got %q, %v", app, err)
			}
		})
	}
}
