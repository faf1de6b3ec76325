package handlers_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/latchkey/identity/identitytest"
)

// patchProfile saves the profile of Alice.
func (s *site) patchProfile(body, ifMatch string) *response {
	s.t.Helper()
	return s.do("PATCH", "/api/profile", body, s.asAlice("If-Match", ifMatch)...)
}

// hasProfile reports whether Firestore has a profile document of the user.
func (s *site) hasProfile(uid string) bool {
	_, err := s.firestore.Collection("profiles").Doc(uid).Get(s.t.Context())
	return err == nil
}

func TestASavedProfileCanBeReadBack(t *testing.T) {
	s := newSite(t)
	first := s.do("GET", "/api/profile", "", s.asAlice()...).want(200, "")
	etag := first.header.Get("ETag")
	if etag != `"none"` {
		t.Errorf("ETag before the first save: got %s", etag)
	}
	saved := s.patchProfile(`{"bio":"Analyst","newsletter":true}`, etag).want(200, "")
	etag = saved.header.Get("ETag")
	read := s.do("GET", "/api/profile", "", s.asAlice()...).want(200, "")
	if read.body != saved.body || read.header.Get("ETag") != etag {
		t.Errorf("got %s, want the response of PATCH: %s", read.body, saved.body)
	}
	unchanged := s.do("GET", "/api/profile", "", s.asAlice("If-None-Match", etag)...).want(304, "")
	if unchanged.body != "" {
		t.Errorf("304 with a body: %q", unchanged.body)
	}
}

func TestTheAccountConsistsOfUserRecordProfileAndToken(t *testing.T) {
	s := newSite(t)
	saved := s.patchProfile(`{"company":"Engines"}`, `"none"`).want(200, "")
	var got struct {
		User        struct{ UID, Email, DisplayName string }
		Profile     struct{ Company string }
		ProfileETag string
		Token       struct {
			SignInProvider string
			Claims         map[string]any
		}
	}
	s.do("GET", "/api/account", "", s.asAlice()...).want(200, "").decode(&got)
	if got.User.UID != "alice" || got.User.DisplayName != "Alice" ||
		got.Profile.Company != "Engines" || got.ProfileETag != saved.header.Get("ETag") ||
		got.Token.SignInProvider != "password" || got.Token.Claims["sub"] != "alice" {
		t.Errorf("got %+v", got)
	}
}

func TestR23AStaleOrMissingIfMatchWritesNothing(t *testing.T) {
	const lost = `{"bio":"lost"}`
	s := newSite(t)
	saved := s.patchProfile(`{"bio":"first"}`, `"none"`).want(200, "")
	s.patchProfile(lost, `"none"`).want(412, "precondition_failed")
	s.do("PATCH", "/api/profile", lost, s.asAlice()...).want(428, "precondition_required")
	s.patchProfile(lost, "*").want(428, "precondition_required")
	for _, malformed := range []string{"none", `W/"none"`, `"a", "b"`, `"`} {
		s.patchProfile(lost, malformed).want(400, "invalid_request")
	}
	if now := s.do("GET", "/api/profile", "", s.asAlice()...); now.body != saved.body {
		t.Errorf("got %s, want it unchanged: %s", now.body, saved.body)
	}
}

func TestR23OnlyOneOfManySavesWithTheSameETagSucceeds(t *testing.T) {
	s := newSite(t)
	var ok, conflict atomic.Int32
	var writers sync.WaitGroup
	for range 8 {
		headers := s.asAlice("If-Match", `"none"`)
		writers.Go(func() {
			switch s.do("PATCH", "/api/profile", `{"bio":"mine"}`, headers...).status {
			case 200:
				ok.Add(1)
			case 412:
				conflict.Add(1)
			}
		})
	}
	writers.Wait()
	if ok.Load() != 1 || conflict.Load() != 7 {
		t.Errorf("got %d × 200 and %d × 412, want 1 and 7", ok.Load(), conflict.Load())
	}
}

func TestR26R27R28InvalidBodiesAreRejected(t *testing.T) {
	large := `{"bio":"` + strings.Repeat("a", 65<<10) + `"}`
	tests := []struct {
		name, body string
		status     int
	}{
		{"duplicate key", `{"bio":"a","bio":"b"}`, 400},
		{"key in another case", `{"Bio":"a"}`, 400},
		{"unknown key", `{"nickname":"a"}`, 400},
		{"data after the object", `{"bio":"a"}{"bio":"b"}`, 400},
		{"invalid UTF-8", "{\"bio\":\"\xff\"}", 400},
		{"unpaired surrogate", `{"bio":"\ud800"}`, 400},
		{"null", `null`, 400},
		{"null field", `{"bio":null}`, 400},
		{"array", `[]`, 400},
		{"string", `"bio"`, 400},
		{"nothing", ` `, 400},
		{"cut off", `{"bio":"a`, 400},
		{"wrong type", `{"bio":5}`, 400},
		{"string for a boolean", `{"newsletter":"true"}`, 400},
		{"uid", `{"bio":"a","uid":"bob"}`, 400},
		{"roles", `{"bio":"a","roles":["admin"]}`, 400},
		{"email", `{"bio":"a","email":"x@example.com"}`, 400},
		{"emailVerified", `{"bio":"a","emailVerified":true}`, 400},
		{"createdAt", `{"bio":"a","createdAt":"2020-01-01T00:00:00Z"}`, 400},
		{"updatedAt", `{"bio":"a","updatedAt":"2020-01-01T00:00:00Z"}`, 400},
		{"internal field of the store", `{"bio":"a","writeId":"x"}`, 400},
		{"over 64 KiB", large, 413},
		{"invalid field", `{"bio":"a","website":"javascript:alert(1)"}`, 422},
	}
	codes := map[int]string{
		400: "invalid_request", 413: "payload_too_large", 422: "invalid_profile",
	}
	s := newSite(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.patchProfile(tt.body, `"none"`).want(tt.status, codes[tt.status])
		})
	}
	for _, mediaType := range []string{
		"text/plain", "application/x-www-form-urlencoded", "application/jsonp", "",
	} {
		headers := s.asAlice("If-Match", `"none"`, "Content-Type", mediaType)
		r := newRequest("PATCH", "/api/profile", `{"bio":"a"}`, headers)
		s.send(r).want(415, "unsupported_media_type")
	}
	if s.hasProfile("alice") {
		t.Error("a profile was written")
	}
}

func TestEveryInvalidFieldIsReported(t *testing.T) {
	s := newSite(t)
	body := `{"bio":"` + strings.Repeat("a", 501) +
		`","company":"a\nb","website":"http://x","timezone":"Mars"}`
	var got struct {
		Error struct{ Fields map[string]string }
	}
	s.patchProfile(body, `"none"`).want(422, "invalid_profile").decode(&got)
	for _, field := range []string{"bio", "company", "website", "timezone"} {
		if got.Error.Fields[field] == "" {
			t.Errorf("no message about %s in %v", field, got.Error.Fields)
		}
	}
}

func TestR48SigningUpWithAnotherUsersEmailAddressGivesNoAccess(t *testing.T) {
	s := newSite(t)
	s.patchProfile(`{"bio":"hers"}`, `"none"`).want(200, "")
	s.google.SetUser(identitytest.User{UID: "mallory", Email: "alice@example.com"})
	token := s.google.Token(identitytest.Claims{
		UID: "mallory", Email: "alice@example.com", EmailVerified: false,
	})
	res := s.do("GET", "/api/profile", "", bearer(token)...).want(200, "")
	if strings.Contains(res.body, "hers") {
		t.Errorf("got her profile: %s", res.body)
	}
}

// newRequest returns a request with exactly these headers.
func newRequest(method, path, body string, headers []string) *http.Request {
	r, err := http.NewRequest(method, path, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}
