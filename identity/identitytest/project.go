package identitytest

import (
	"context"
	"net/http"
	"testing"

	"google.golang.org/api/option"

	"example.com/latchkey/identity"
)

// DisableUserDeletion sets whether the project forbids users to delete their own accounts.
func (s *Server) DisableUserDeletion(disabled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deletionOff = disabled
}

// Project returns the settings of the project, read from this server.
func (s *Server) Project(tb testing.TB) *identity.Project {
	tb.Helper()
	client := option.WithHTTPClient(s.Client())
	p, err := identity.NewProject(context.Background(), ProjectID, "", client)
	if err != nil {
		tb.Fatalf("create the project: %v", err)
	}
	return p
}

func (s *Server) config(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	permissions := map[string]any{"disabledUserDeletion": s.deletionOff}
	writeJSON(w, map[string]any{"client": map[string]any{"permissions": permissions}})
}
