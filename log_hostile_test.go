package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"example.com/latchkey/config"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
)

// hostile is what somebody would put into a log to forge a line or to paint the terminal of whoever reads it.
const hostile = "a\r\n{\"severity\":\"INFO\",\"message\":\"forged\"}\x1b[2J\u2028\x00\u0085"

func TestR55HostileTextStaysInsideItsLine(t *testing.T) {
	for name, cfg := range map[string]config.Config{"Cloud Run": {OnCloudRun: true}, "a terminal": {}} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			newLogger(cfg, &out).Error(hostile, slog.String("text", hostile), slog.Any("error", errors.New(hostile)), slog.String(hostile, "key"))
			line := strings.TrimSuffix(out.String(), "\n")
			if strings.ContainsAny(line, "\r\n\x1b\x00") {
				t.Errorf("got %q, want one line without control characters", line)
			}
			if cfg.OnCloudRun && !json.Valid([]byte(line)) {
				t.Errorf("got %q, want JSON", line)
			}
		})
	}
}

func TestR55LinesOnCloudRunNameTheirSeverityAndTheirTrace(t *testing.T) {
	const trace = "0123456789abcdef0123456789abcdef"
	for name, tt := range map[string]struct{ header, value, want string }{
		"Google's header": {"X-Cloud-Trace-Context", trace + "/123;o=1", "projects/p/traces/" + trace},
		"the W3C's":       {"Traceparent", "00-" + trace + "-00f067aa0ba902b7-01", "projects/p/traces/" + trace},
		"a forged one":    {"X-Cloud-Trace-Context", "x\x1b[31m/1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			site := handlers.New(handlers.Config{ProjectID: "p"}, newLogger(config.Config{OnCloudRun: true}, &out),
				identity.NewVerifier(nil, identity.Options{}), nil, nil, nil)
			r := httptest.NewRequest("GET", "/health/live", nil)
			r.Header[tt.header] = []string{tt.value}
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
