package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
)

func TestAMethodThatTheProjectRefusesIsToldToTheOperatorOnce(t *testing.T) {
	s := newSiteWith(t, func(cfg *handlers.Config) { cfg.Web.Methods = []string{"password", "github.com"} })
	for range 3 {
		if got := s.do("POST", "/signin/refused", "github.com"); got.status != http.StatusNoContent {
			t.Fatalf("got %d, want 204", got.status)
		}
	}
	if got := strings.Count(s.logs.String(), `"method":"github.com"`); got != 1 {
		t.Errorf("got %d lines about github.com, want 1", got)
	}
	s.do("POST", "/signin/refused", "password")
	if !strings.Contains(s.logs.String(), `"method":"password"`) {
		t.Error("the second method went unnoticed")
	}
}

// Anybody may call it, so nothing that they write may reach the log.
func TestAReportOfARefusalPutsNothingOfTheCallersIntoTheLog(t *testing.T) {
	s := newSite(t)
	for body, want := range map[string]int{
		"forged\nlevel=ERROR": http.StatusNoContent, "google.com": http.StatusNoContent, "": http.StatusNoContent,
		strings.Repeat("forged", 20): http.StatusRequestEntityTooLarge,
	} {
		if got := s.do("POST", "/signin/refused", body); got.status != want {
			t.Errorf("%q: got %d, want %d", body, got.status, want)
		}
	}
	if logs := s.logs.String(); strings.Contains(logs, "forged") || strings.Contains(logs, `"method":`) {
		t.Errorf("the log has what callers sent:\n%s", logs)
	}
	got := s.do("POST", "/signin/refused", "password", "Sec-Fetch-Site", "cross-site")
	if got.status != http.StatusForbidden {
		t.Errorf("from a page elsewhere: got %d, want 403", got.status)
	}
}
