package static

import (
	"context"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

type problem struct {
	Message string            `json:"message"`
	Fields  map[string]string `json:"fields"`
}

// withoutFirebase opens a page whose js/auth.js does nothing.
func withoutFirebase(t *testing.T) context.Context {
	t.Helper()
	return openPage(t, map[string]http.HandlerFunc{
		"GET /auth.js": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, `export const idToken = async () => null;`)
		},
	})
}

func TestAnErrorOfTheSDKIsASentence(t *testing.T) {
	page := withoutFirebase(t)
	describe := func(code string) problem {
		const body = `return m.describe(Object.assign(new Error('Firebase: text for programmers'), { code: input }))`
		return evaluate[problem](t, page, "js/errors.js", code, body)
	}
	for code, field := range map[string]string{
		"auth/email-already-in-use": "email", "auth/invalid-email": "email", "auth/weak-password": "password",
	} {
		if got := describe(code); got.Message != "" || !strings.HasSuffix(got.Fields[field], ".") {
			t.Errorf("%s: got %+v, want a sentence about %s", code, got, field)
		}
	}
	for _, code := range []string{"auth/too-many-requests", "auth/user-disabled", "auth/network-request-failed"} {
		if got := describe(code); !strings.HasSuffix(got.Message, ".") || strings.Contains(got.Message, "auth/") {
			t.Errorf("%s: got %q, want a sentence without the code", code, got.Message)
		}
	}
	for _, code := range []string{"auth/never-heard-of", "auth/unauthorized-domain", "constructor"} {
		if got := describe(code); !strings.Contains(got.Message, code) || strings.Contains(got.Message, "programmers") {
			t.Errorf("%s: got %q, want a sentence with the code, which the person can report", code, got.Message)
		}
	}
}

func TestNoErrorTellsWhetherAnAddressHasAnAccount_R49(t *testing.T) {
	page := withoutFirebase(t)
	const body = `return input.map((code) => m.describe(Object.assign(new Error(), { code })))`
	codes := []string{
		"auth/invalid-credential", "auth/invalid-login-credentials", "auth/wrong-password", "auth/user-not-found",
	}
	got := evaluate[[]problem](t, page, "js/errors.js", codes, body)
	for i := range got {
		if !reflect.DeepEqual(got[i], got[0]) {
			t.Errorf("%s: got %+v, want what %s says: %+v", codes[i], got[i], codes[0], got[0])
		}
	}
}
