package handlers_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/latchkey/identity/identitytest"
)

// BenchmarkRequest measures requests without the network, from the router to the response. The
// hostile requests must not cost more than one with a valid token that was seen before, which
// needs no signature check.
//
//	go test -bench Request -run '^$' ./handlers
func BenchmarkRequest(b *testing.B) {
	s := newSite(b)
	token := s.aliceToken()
	forged := token[:len(token)-8] + "AAAAAAAA"
	tenant := s.google.Token(identitytest.Claims{UID: "alice", Tenant: "t"})
	for _, c := range []struct{ name, path, authorization string }{
		{"the landing page", "/", ""},
		{"no token", "/api/session", ""},
		{"a token of 1 KiB without dots", "/api/session", "Bearer " + strings.Repeat("a", 1<<10)},
		{"a token of 15 KiB of dots", "/api/session", "Bearer " + strings.Repeat(".", 15<<10)},
		{"a forged signature", "/api/session", "Bearer " + forged},
		{"a tenant's token", "/api/session", "Bearer " + tenant},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := httptest.NewRequest("GET", c.path, nil)
			if c.authorization != "" {
				r.Header.Set("Authorization", c.authorization)
			}
			b.ReportAllocs()
			for b.Loop() {
				s.handler.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}
