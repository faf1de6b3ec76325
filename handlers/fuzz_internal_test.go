package handlers

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/latchkey/profile"
)

// FuzzDecode looks for a body that decodeObject accepts but another JSON parser reads
// differently. encoding/json, which is lenient, must see the same keys with the same values.
func FuzzDecode(f *testing.F) {
	for _, body := range []string{
		`{}`, `{"bio":"a"}`, `{"bio":"a","bio":"b"}`, `{"Bio":"a"}`, `{"BIO":"a","bio":"b"}`,
		`{"bio":null}`, `null`, `[]`, `""`, `{"bio":"a"}{"bio":"b"}`, `{"bio":"a"} `,
		"{\"bio\":\"\xff\"}", `{"bio":"\ud800"}`, `{"bio":"\ud83d\ude00"}`,
		`{"newsletter":true}`, `{"newsletter":1}`, `{"uid":"x"}`, `{"b\u0069o":"a"}`,
		`{"bio":"a","b\u0069o":"b"}`, `{"bio":"\u0000"}`, "\ufeff{}", `{"bio":"a",}`,
		`{'bio':'a'}`, `{"bio":"a"/*x*/}`, `{"bio":1e999}`, `{"K":"a"}`, "{\"\u212aey\":\"a\"}",
		strings.Repeat(`{"bio":`, 1000), strings.Repeat("[", 10000), `{"":""}`,
		`{"bio":{"bio":"a"}}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest("PATCH", "/", strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json")
		var changes profile.Changes
		if err := decodeObject(httptest.NewRecorder(), r, &changes); err != nil {
			wantClientError(t, err)
			return
		}
		if !utf8.Valid(body) || len(body) > maxBody {
			t.Fatalf("accepted %d bytes of invalid text: %q", len(body), body)
		}
		var keys map[string]any
		if err := json.Unmarshal(body, &keys); err != nil || keys == nil {
			t.Fatalf("accepted %q, which is not an object to encoding/json: %v", body, err)
		}
		accepted, err := json.Marshal(changes)
		if err != nil {
			t.Fatal(err)
		}
		var named map[string]any
		if err := json.Unmarshal(accepted, &named); err != nil {
			t.Fatal(err)
		}
		for key, value := range keys {
			if value == nil || named[key] != value {
				t.Fatalf("accepted %q as %s: %q differs", body, accepted, key)
			}
		}
	})
}

// FuzzIfMatch looks for an If-Match header that is accepted although it isn't one strong ETag.
func FuzzIfMatch(f *testing.F) {
	for _, v := range []string{
		`"none"`, `""`, `"`, ``, `*`, `W/"none"`, `"a", "b"`, `"a" `, ` "a"`, `"a"b"`, `none`,
		"\"\x00\"", `'a'`, `"ä"`, `"a`, `a"`,
	} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, value string) {
		r := httptest.NewRequest("PATCH", "/", nil)
		r.Header["If-Match"] = []string{value}
		version, err := versionSeen(r)
		if err != nil {
			if version != "" {
				t.Fatalf("got version %q in addition to the error", version)
			}
			wantClientError(t, err)
			return
		}
		if strings.TrimSpace(value) != etagOf(version) || strings.Contains(string(version), `"`) {
			t.Fatalf("got version %q from %q", version, value)
		}
		if !matchesETag(value, etagOf(version)) && !strings.Contains(value, ",") {
			t.Fatalf("%q does not match itself in If-None-Match", value)
		}
	})
}

// wantClientError checks for a 4xx that does not end the session.
func wantClientError(t *testing.T, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Status < 400 || e.Status >= 500 ||
		e.Status == http.StatusUnauthorized {
		t.Fatalf("got %v, want a 4xx", err)
	}
}
