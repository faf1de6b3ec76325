package identitytest

import (
	"context"
	"net/http"
	"testing"

	"google.golang.org/api/option"

	"example.com/latchkey/identity"
)

// DisableUserDeletion sets whether the project keeps users from deleting their own accounts.
func (s *Server) DisableUserDeletion(disabled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deletionOff = disabled
}

// Project returns the settings of the project, read from this server.
func (s *Server) Project(tb testing.TB) *identity.Project {
	tb.Helper()
	p, err := identity.NewProject(context.Background(), ProjectID, "", option.WithHTTPClient(&http.Client{Transport: s.transport()}))
	if err != nil {
		tb.Fatalf("make the project: %v", err)
	}
	return p
}

func (s *Server) config(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	writeJSON(w, map[string]any{"client": map[string]any{"permissions": map[string]any{"disabledUserDeletion": s.deletionOff}}})
}
