package handlers_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/latchkey/identity/identitytest"
)

func TestAProfileIsSavedAndFoundAgain(t *testing.T) {
	s := newSite(t)
	first := s.do("GET", "/api/profile", "", s.asAlice()...).want(200, "")
	if first.header.Get("ETag") != `"none"` {
		t.Errorf("ETag before the first save: got %s", first.header.Get("ETag"))
	}
	saved := s.do("PATCH", "/api/profile", `{"bio":"Analyst","newsletter":true}`, s.asAlice("If-Match", first.header.Get("ETag"))...).want(200, "")
	found := s.do("GET", "/api/profile", "", s.asAlice()...).want(200, "")
	if found.body != saved.body || found.header.Get("ETag") != saved.header.Get("ETag") {
		t.Errorf("got %s, want what PATCH answered: %s", found.body, saved.body)
	}
	unchanged := s.do("GET", "/api/profile", "", s.asAlice("If-None-Match", saved.header.Get("ETag"))...).want(304, "")
	if unchanged.body != "" {
		t.Errorf("304 with a body: %q", unchanged.body)
	}
}

func TestTheAccountIsUserRecordProfileAndToken(t *testing.T) {
	s := newSite(t)
	saved := s.do("PATCH", "/api/profile", `{"company":"Engines"}`, s.asAlice("If-Match", `"none"`)...).want(200, "")
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
	if got.User.UID != "alice" || got.User.DisplayName != "Alice" || got.Profile.Company != "Engines" ||
		got.ProfileETag != saved.header.Get("ETag") || got.Token.SignInProvider != "password" || got.Token.Claims["sub"] != "alice" {
		t.Errorf("got %+v", got)
	}
}

func TestR23AStaleOrMissingIfMatchWritesNothing(t *testing.T) {
	s := newSite(t)
	saved := s.do("PATCH", "/api/profile", `{"bio":"first"}`, s.asAlice("If-Match", `"none"`)...).want(200, "")
	s.do("PATCH", "/api/profile", `{"bio":"lost"}`, s.asAlice("If-Match", `"none"`)...).want(412, "precondition_failed")
	s.do("PATCH", "/api/profile", `{"bio":"lost"}`, s.asAlice()...).want(428, "precondition_required")
	s.do("PATCH", "/api/profile", `{"bio":"lost"}`, s.asAlice("If-Match", "*")...).want(428, "precondition_required")
	for _, malformed := range []string{"none", `W/"none"`, `"a", "b"`, `"`} {
		s.do("PATCH", "/api/profile", `{"bio":"lost"}`, s.asAlice("If-Match", malformed)...).want(400, "invalid_request")
	}
	if now := s.do("GET", "/api/profile", "", s.asAlice()...); now.body != saved.body {
		t.Errorf("got %s, want it untouched: %s", now.body, saved.body)
	}
}

func TestR23OfTwoWritersWithTheSameETagOneGets200(t *testing.T) {
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

func TestR26R27R28ABodyIsTakenAsDocumentedOrNotAtAll(t *testing.T) {
	const invalid = "invalid_request"
	tests := []struct {
		name, body string
		status     int
		code       string
	}{
		{"duplicate key", `{"bio":"a","bio":"b"}`, 400, invalid},
		{"key in another case", `{"Bio":"a"}`, 400, invalid},
		{"unknown key", `{"nickname":"a"}`, 400, invalid},
		{"data after the object", `{"bio":"a"}{"bio":"b"}`, 400, invalid},
		{"invalid UTF-8", "{\"bio\":\"\xff\"}", 400, invalid},
		{"unpaired surrogate", `{"bio":"\ud800"}`, 400, invalid},
		{"null", `null`, 400, invalid},
		{"null field", `{"bio":null}`, 400, invalid},
		{"array", `[]`, 400, invalid},
		{"string", `"bio"`, 400, invalid},
		{"nothing", ` `, 400, invalid},
		{"cut off", `{"bio":"a`, 400, invalid},
		{"wrong type", `{"bio":5}`, 400, invalid},
		{"string for a boolean", `{"newsletter":"true"}`, 400, invalid},
		{"uid", `{"bio":"a","uid":"bob"}`, 400, invalid},
		{"roles", `{"bio":"a","roles":["admin"]}`, 400, invalid},
		{"email", `{"bio":"a","email":"x@example.com"}`, 400, invalid},
		{"emailVerified", `{"bio":"a","emailVerified":true}`, 400, invalid},
		{"createdAt", `{"bio":"a","createdAt":"2020-01-01T00:00:00Z"}`, 400, invalid},
		{"updatedAt", `{"bio":"a","updatedAt":"2020-01-01T00:00:00Z"}`, 400, invalid},
		{"the store's own field", `{"bio":"a","writeId":"x"}`, 400, invalid},
		{"over 64 KiB", `{"bio":"` + strings.Repeat("a", 65<<10) + `"}`, 413, "payload_too_large"},
		{"a field breaks its rule", `{"bio":"a","website":"javascript:alert(1)"}`, 422, "invalid_profile"},
	}
	s := newSite(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.do("PATCH", "/api/profile", tt.body, s.asAlice("If-Match", `"none"`)...).want(tt.status, tt.code)
		})
	}
	for _, mediaType := range []string{"text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""} {
		r := s.asAlice("If-Match", `"none"`, "Content-Type", mediaType)
		req := newRequest("PATCH", "/api/profile", `{"bio":"a"}`, r)
		s.send(req).want(415, "unsupported_media_type")
	}
	if _, err := s.firestore.Collection("profiles").Doc("alice").Get(t.Context()); err == nil {
		t.Error("something was written")
	}
}

func TestEveryWrongFieldIsNamed(t *testing.T) {
	s := newSite(t)
	body := `{"bio":"` + strings.Repeat("a", 501) + `","company":"a\nb","website":"http://x","timezone":"Mars"}`
	var got struct {
		Error struct{ Fields map[string]string }
	}
	s.do("PATCH", "/api/profile", body, s.asAlice("If-Match", `"none"`)...).want(422, "invalid_profile").decode(&got)
	for _, field := range []string{"bio", "company", "website", "timezone"} {
		if got.Error.Fields[field] == "" {
			t.Errorf("nothing said about %s in %v", field, got.Error.Fields)
		}
	}
}

func TestR48AnotherUsersEmailOpensNothing(t *testing.T) {
	s := newSite(t)
	s.do("PATCH", "/api/profile", `{"bio":"hers"}`, s.asAlice("If-Match", `"none"`)...).want(200, "")
	s.google.SetUser(identitytest.User{UID: "mallory", Email: "alice@example.com"})
	token := s.google.Token(identitytest.Claims{UID: "mallory", Email: "alice@example.com", EmailVerified: false})
	a := s.do("GET", "/api/profile", "", "Authorization", "Bearer "+token).want(200, "")
	if strings.Contains(a.body, "hers") {
		t.Errorf("got her profile: %s", a.body)
	}
}

// newRequest is a request with exactly these headers.
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
