package handlers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
)

// reportedError is the type that Error Reporting looks for in a log line.
const reportedError = "type.googleapis.com/" +
	"google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent"

// cloudLines returns the lines that a server on Cloud Run logs while it handles a request. The
// server has no verifier, so it panics if the request has a token.
func cloudLines(t *testing.T, r *http.Request) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	site := handlers.New(handlers.Config{ProjectID: "p"}, handlers.NewLogger(&out, true),
		(*identity.Verifier)(nil), nil, nil, nil)
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

func TestPanicsAreLoggedForErrorReporting(t *testing.T) {
	r := httptest.NewRequest("GET", "/api/session", nil)
	r.Header.Set("Authorization", "Bearer a.b.c")
	r.Header.Set("X-Cloud-Trace-Context", "0123456789abcdef0123456789abcdef/1;o=1")
	lines := cloudLines(t, r)
	if len(lines) != 2 {
		t.Fatalf("got %v, want a line for the panic and one for the request", lines)
	}
	trace, _ := lines[0]["stack_trace"].(string)
	if !strings.HasPrefix(trace, "panic: ") || !strings.Contains(trace, "\n\ngoroutine ") ||
		!strings.Contains(trace, "handlers.") {
		t.Errorf("got the stack trace %q, want it as Go prints one", trace)
	}
	for _, line := range lines {
		if line["@type"] != reportedError || line["severity"] != "ERROR" || line["message"] == "" {
			t.Errorf("Error Reporting would ignore %v", line)
		}
		want := "projects/p/traces/0123456789abcdef0123456789abcdef"
		if line["logging.googleapis.com/trace"] != want {
			t.Errorf("Cloud Logging would not group %v", line)
		}
	}
	context, _ := json.Marshal(lines[1]["context"])
	want := `{"reportLocation":{"functionName":"GET /api/session"}}`
	if got := string(context); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRejectedRequestsAreNotReportedAsErrors(t *testing.T) {
	for _, line := range cloudLines(t, httptest.NewRequest("GET", "/api/session", nil)) {
		if line["@type"] != nil || line["severity"] != "WARNING" ||
			line["reason"] != "unauthenticated" {
			t.Errorf("got %v", line)
		}
	}
}

func TestOutsideCloudRunTheLogIsPlainText(t *testing.T) {
	var out bytes.Buffer
	handlers.NewLogger(&out, false).Error("no", slog.Any("error", errors.New("reason")))
	if got, want := out.String(), "level=ERROR msg=no error=reason\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// hostile is text that tries to forge a log line and to control the terminal that shows it.
const hostile = "a\r\n{\"severity\":\"INFO\",\"message\":\"forged\"}\x1b[2J\u2028\x00\u0085"

func TestR55HostileTextStaysOnItsLine(t *testing.T) {
	for name, cloudRun := range map[string]bool{"Cloud Run": true, "a terminal": false} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			handlers.NewLogger(&out, cloudRun).Error(hostile, slog.String("text", hostile),
				slog.Any("error", errors.New(hostile)), slog.String(hostile, "key"))
			line := strings.TrimSuffix(out.String(), "\n")
			if strings.ContainsAny(line, "\r\n\x1b\x00") {
				t.Errorf("got %q, want one line without control characters", line)
			}
			if cloudRun && !json.Valid([]byte(line)) {
				t.Errorf("got %q, want JSON", line)
			}
		})
	}
}

func TestR55LinesOnCloudRunHaveSeverityAndTrace(t *testing.T) {
	const trace = "0123456789abcdef0123456789abcdef"
	const name = "projects/p/traces/" + trace
	for header, tt := range map[string]struct{ name, value, want string }{
		"Google": {"X-Cloud-Trace-Context", trace + "/123;o=1", name},
		"W3C":    {"Traceparent", "00-" + trace + "-00f067aa0ba902b7-01", name},
		"forged": {"X-Cloud-Trace-Context", "x\x1b[31m/1", ""},
	} {
		t.Run(header, func(t *testing.T) {
			var out bytes.Buffer
			site := handlers.New(handlers.Config{ProjectID: "p"}, handlers.NewLogger(&out, true),
				identity.NewVerifier(nil, identity.Options{}), nil, nil, nil)
			r := httptest.NewRequest("GET", "/health/live", nil)
			r.Header[tt.name] = []string{tt.value}
			site.ServeHTTP(httptest.NewRecorder(), r)
			var line struct {
				Severity, Message string
				Trace             string `json:"logging.googleapis.com/trace"`
			}
			if err := json.Unmarshal(out.Bytes(), &line); err != nil {
				t.Fatalf("%v in %q", err, out.String())
			}
			if line.Severity != "INFO" || line.Message != "request" || line.Trace != tt.want {
				t.Errorf("got %+v, want the trace %q", line, tt.want)
			}
		})
	}
}
