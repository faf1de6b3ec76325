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

// callResult is how a call of js/api.js ended, and how many requests the server received.
type callResult struct {
	Data     any               `json:"data"`
	ETag     string            `json:"etag"`
	Status   int               `json:"status"`
	Code     string            `json:"code"`
	Message  string            `json:"message"`
	Fields   map[string]string `json:"fields"`
	Requests int               `json:"-"`
}

const callAPI = `
	try {
		return await m.call('PATCH', '/api/thing', { body: { bio: 'x' }, ifMatch: '"1"' });
	} catch (error) {
		if (error.name !== 'ApiError') throw error;
		const { status, code, message, fields } = error;
		return { status, code, message, fields };
	}`

// call makes one API call in a page whose session has a stale token, and a fresh one after a
// refresh.
func call(t *testing.T, handler http.HandlerFunc) callResult {
	t.Helper()
	var requests atomic.Int64
	page := openPage(t, map[string]http.HandlerFunc{
		"GET /session.js": script(
			`export const idToken = async (fresh) => fresh ? 'fresh' : 'stale';`),
		"PATCH /api/thing": func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			handler(w, r)
		},
	})
	got := evaluate[callResult](t, page, "js/api.js", nil, callAPI)
	got.Requests = int(requests.Load())
	return got
}

// respondError sends an API error.
func respondError(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":{"code":%q,"message":"No."}}`, code)
}

func TestExpiredTokenIsRefreshedOnce(t *testing.T) {
	got := call(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != `{"bio":"x"}` || r.Header.Get("If-Match") != `"1"` ||
			r.Header.Get("Content-Type") != "application/json" {
			respondError(w, http.StatusBadRequest, "wrong_request")
			return
		}
		if r.Header.Get("Authorization") != "Bearer fresh" {
			respondError(w, http.StatusUnauthorized, "token_expired")
			return
		}
		w.Header().Set("ETag", `"2"`)
		_, _ = io.WriteString(w, `{"bio":"x"}`)
	})
	want := callResult{Data: map[string]any{"bio": "x"}, ETag: `"2"`, Requests: 2}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestRejectedTokenIsRetriedAtMostOnce(t *testing.T) {
	for code, requests := range map[string]int{
		"token_expired": 2, "token_revoked": 2, "invalid_token": 1, "unauthenticated": 1,
	} {
		got := call(t, func(w http.ResponseWriter, _ *http.Request) {
			respondError(w, http.StatusUnauthorized, code)
		})
		if got.Code != code || got.Status != http.StatusUnauthorized || got.Requests != requests {
			t.Errorf("%s: got %+v, want the same code after %d requests", code, got, requests)
		}
	}
}

func TestEveryFailedCallIsAnApiError(t *testing.T) {
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    callResult
	}{
		"invalid fields": {
			func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusUnprocessableEntity)
				_, _ = io.WriteString(w,
					`{"error":{"code":"invalid","message":"No.","fields":{"bio":"Too long."}}}`)
			},
			callResult{Status: 422, Code: "invalid", Message: "No.",
				Fields: map[string]string{"bio": "Too long."}, Requests: 1},
		},
		"a proxy's error page": {
			func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusBadGateway)
				_, _ = io.WriteString(w, `<html>Bad gateway</html>`)
			},
			callResult{Status: 502, Code: "http_502", Fields: map[string]string{}, Requests: 1},
		},
		"a truncated response": {
			func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "1000")
				_, _ = io.WriteString(w, `{"bio":`)
			},
			callResult{Code: "network", Fields: map[string]string{}, Requests: 1},
		},
	} {
		got := call(t, c.handler)
		if c.want.Message == "" { // the message comes from the page
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
