package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"example.com/latchkey/config"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/views"
)

// cloudLines are the lines that a service on Cloud Run writes while it answers a request. It has no verifier, so a request
// with a token makes it panic.
func cloudLines(t *testing.T, r *http.Request) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	log := newLogger(config.Config{OnCloudRun: true}, &out)
	site := handlers.New(handlers.Config{Web: views.WebConfig{}, ProjectID: "p"}, log, (*identity.Verifier)(nil), nil, nil, nil)
	site.ServeHTTP(httptest.NewRecorder(), r)
	var lines []map[string]any
	for line := range strings.Lines(out.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		lines = append(lines, fields)
	}
	return lines
}

func TestErrorReportingTakesAPanicWithItsStack(t *testing.T) {
	r := httptest.NewRequest("GET", "/api/session", nil)
	r.Header.Set("Authorization", "Bearer a.b.c")
	r.Header.Set("X-Cloud-Trace-Context", "0123456789abcdef0123456789abcdef/1;o=1")
	lines := cloudLines(t, r)
	if len(lines) != 2 {
		t.Fatalf("got %v, want a line for the panic and one for the request", lines)
	}
	trace, _ := lines[0]["stack_trace"].(string)
	if !strings.HasPrefix(trace, "panic: ") || !strings.Contains(trace, "\n\ngoroutine ") || !strings.Contains(trace, "handlers.") {
		t.Errorf("got the stack trace %q, want it as Go prints one", trace)
	}
	for _, line := range lines {
		if line["@type"] != reportedError || line["severity"] != "ERROR" || line["message"] == "" {
			t.Errorf("Error Reporting would not take %v", line)
		}
		if line["logging.googleapis.com/trace"] != "projects/p/traces/0123456789abcdef0123456789abcdef" {
			t.Errorf("Cloud Logging would not group %v", line)
		}
	}
	context, _ := json.Marshal(lines[1]["context"])
	if got, want := string(context), `{"reportLocation":{"functionName":"GET /api/session"}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWhatIsNoErrorIsNotReported(t *testing.T) {
	for _, line := range cloudLines(t, httptest.NewRequest("GET", "/api/session", nil)) {
		if line["@type"] != nil || line["severity"] != "WARNING" || line["reason"] != "unauthenticated" {
			t.Errorf("got %v", line)
		}
	}
}

func TestOnTheOwnMachineTheLogIsForPeople(t *testing.T) {
	var out bytes.Buffer
	newLogger(config.Config{}, &out).Error("no", slog.Any("error", errors.New("reason")))
	if got, want := out.String(), "level=ERROR msg=no error=reason\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
