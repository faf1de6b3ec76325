package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
)

func TestADisabledSignInMethodIsLoggedOnce(t *testing.T) {
	s := newSiteWith(t, func(cfg *handlers.Config) {
		cfg.Web.Methods = []string{"password", "github.com"}
	})
	for range 3 {
		s.do("POST", "/signin/refused", "github.com").want(http.StatusNoContent, "")
	}
	if got := strings.Count(s.logs.String(), `"method":"github.com"`); got != 1 {
		t.Errorf("got %d lines about github.com, want 1", got)
	}
	s.do("POST", "/signin/refused", "password")
	if !strings.Contains(s.logs.String(), `"method":"password"`) {
		t.Error("the second method was not logged")
	}
}

// The call is public, so text from its body must not get into the log.
func TestReportsOfDisabledMethodsLogNoTextFromTheClient(t *testing.T) {
	s := newSite(t)
	for body, want := range map[string]int{
		"forged\nlevel=ERROR":        http.StatusNoContent,
		"google.com":                 http.StatusNoContent,
		"":                           http.StatusNoContent,
		strings.Repeat("forged", 20): http.StatusRequestEntityTooLarge,
	} {
		if got := s.do("POST", "/signin/refused", body); got.status != want {
			t.Errorf("%q: got %d, want %d", body, got.status, want)
		}
	}
	logs := s.logs.String()
	if strings.Contains(logs, "forged") || strings.Contains(logs, `"method":`) {
		t.Errorf("the log contains what clients sent:\n%s", logs)
	}
	got := s.do("POST", "/signin/refused", "password", "Sec-Fetch-Site", "cross-site")
	if got.status != http.StatusForbidden {
		t.Errorf("from another site: got %d, want 403", got.status)
	}
}
