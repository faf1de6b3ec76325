package handlers

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
)

// NewLogger returns a logger that writes to w. On Cloud Run it writes JSON with the field names
// of Cloud Logging. Elsewhere it writes text for a terminal.
func NewLogger(w io.Writer, cloudRun bool) *slog.Logger {
	if !cloudRun {
		return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: dropTime}))
	}
	options := &slog.HandlerOptions{ReplaceAttr: cloudNames}
	return slog.New(cloudHandler{slog.NewJSONHandler(w, options)})
}

// cloudNames renames slog's fields to those of Cloud Logging:
// https://cloud.google.com/logging/docs/structured-logging#special-payload-fields
func cloudNames(groups []string, a slog.Attr) slog.Attr {
	if len(groups) > 0 {
		return a
	}
	switch a.Key {
	case slog.LevelKey:
		if a.Value.Any() == slog.LevelWarn {
			return slog.String("severity", "WARNING") // slog says WARN
		}
		a.Key = "severity"
	case slog.MessageKey:
		a.Key = "message"
	}
	return a
}

func dropTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// reportedError makes Error Reporting accept a log line as an error, even without a stack
// trace: https://cloud.google.com/error-reporting/docs/formatting-error-messages
const reportedError = "type.googleapis.com/" +
	"google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent"

// cloudHandler adds the request's trace to each line, so that Cloud Logging can group the lines
// of a request, and marks errors for Error Reporting.
type cloudHandler struct{ slog.Handler }

func (h cloudHandler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelError {
		r.AddAttrs(slog.String("@type", reportedError))
	}
	if trace, _ := ctx.Value(traceKey{}).(string); trace != "" {
		r.AddAttrs(slog.String("logging.googleapis.com/trace", trace))
	}
	return h.Handler.Handle(ctx, r)
}

func (h cloudHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return cloudHandler{h.Handler.WithAttrs(attrs)}
}

func (h cloudHandler) WithGroup(name string) slog.Handler {
	return cloudHandler{h.Handler.WithGroup(name)}
}

// traceKey is the context key of the request's trace, as traceOf returns it.
type traceKey struct{}

// traceOf returns the name of the trace that a request belongs to, as Cloud Logging writes it,
// or "". It reads the trace ID from the headers that Cloud Run's front end adds:
// X-Cloud-Trace-Context ("TRACE/SPAN;o=1"), or W3C traceparent ("00-TRACE-SPAN-01").
func (s *server) traceOf(r *http.Request) string {
	id, _, _ := strings.Cut(r.Header.Get("X-Cloud-Trace-Context"), "/")
	if id == "" {
		if parts := strings.Split(r.Header.Get("Traceparent"), "-"); len(parts) == 4 {
			id = parts[1]
		}
	}
	if len(id) != 32 || strings.Trim(id, "0123456789abcdefABCDEF") != "" || s.cfg.ProjectID == "" {
		return ""
	}
	return "projects/" + s.cfg.ProjectID + "/traces/" + id
}
