package static

import (
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
)

// outcome is how a call of js/api.js ended, and how often the server was asked.
type outcome struct {
	Data    any               `json:"data"`
	ETag    string            `json:"etag"`
	Status  int               `json:"status"`
	Code    string            `json:"code"`
	Message string            `json:"message"`
	Fields  map[string]string `json:"fields"`
	Asked   int               `json:"-"`
}

const callAPI = `
	try {
		return await m.call('PATCH', '/api/thing', { body: { bio: 'x' }, ifMatch: '"1"' });
	} catch (error) {
		if (!(error instanceof m.ApiError)) throw error;
		return { status: error.status, code: error.code, message: error.message, fields: error.fields };
	}`

// callThrough makes one call in a page whose session has a stale token, and a fresh one after a refresh.
func callThrough(t *testing.T, answer http.HandlerFunc) outcome {
	t.Helper()
	var asked atomic.Int64
	page := openPage(t, map[string]http.HandlerFunc{
		"GET /auth.js": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, `export const idToken = async (fresh) => fresh ? 'fresh' : 'stale';`)
		},
		"PATCH /api/thing": func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			answer(w, r)
		},
	})
	got := evaluate[outcome](t, page, "js/api.js", nil, callAPI)
	got.Asked = int(asked.Load())
	return got
}

// refuse answers with an error body.
func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":{"code":%q,"message":"No."}}`, code)
}

func TestAnExpiredTokenIsRefreshedOnce(t *testing.T) {
	got := callThrough(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != `{"bio":"x"}` || r.Header.Get("If-Match") != `"1"` ||
			r.Header.Get("Content-Type") != "application/json" {
			refuse(w, http.StatusBadRequest, "not_what_was_sent")
			return
		}
		if r.Header.Get("Authorization") != "Bearer fresh" {
			refuse(w, http.StatusUnauthorized, "token_expired")
			return
		}
		w.Header().Set("ETag", `"2"`)
		_, _ = io.WriteString(w, `{"bio":"x"}`)
	})
	want := outcome{Data: map[string]any{"bio": "x"}, ETag: `"2"`, Asked: 2}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestATokenThatStaysRefusedIsNotTriedForEver(t *testing.T) {
	for code, asked := range map[string]int{
		"token_expired": 2, "token_revoked": 2, "invalid_token": 1, "unauthenticated": 1,
	} {
		got := callThrough(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusUnauthorized, code) })
		if got.Code != code || got.Status != http.StatusUnauthorized || got.Asked != asked {
			t.Errorf("%s: got %+v, want it asked %d times", code, got, asked)
		}
	}
}

func TestEveryFailureIsOneKindOfError(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   outcome
	}{
		"wrong fields": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, `{"error":{"code":"invalid","message":"No.","fields":{"bio":"Too long."}}}`)
		}, outcome{Status: 422, Code: "invalid", Message: "No.", Fields: map[string]string{"bio": "Too long."}, Asked: 1}},
		"a proxy's error page": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(w, `<html>Bad gateway</html>`)
		}, outcome{Status: 502, Code: "http_502", Fields: map[string]string{}, Asked: 1}},
		"an answer cut short": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"bio":`)
		}, outcome{Code: "network", Fields: map[string]string{}, Asked: 1}},
	} {
		got := callThrough(t, c.answer)
		if c.want.Message == "" { // a sentence of the page's own
			if !strings.HasSuffix(got.Message, ".") {
				t.Errorf("%s: got message %q, want a sentence", name, got.Message)
			}
			got.Message = ""
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}
