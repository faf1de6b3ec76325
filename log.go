package main

import (
	"context"
	"io"
	"log/slog"

	"example.com/latchkey/config"
	"example.com/latchkey/handlers"
)

// newLogger writes one JSON line an entry on Cloud Run, in the fields that Cloud Logging knows, and text for people
// elsewhere.
func newLogger(cfg config.Config, w io.Writer) *slog.Logger {
	if !cfg.OnCloudRun {
		return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: dropTime}))
	}
	return slog.New(traceHandler{slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: cloudNames})})
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

// reportedError makes Error Reporting take a line for an error, also one without a stack trace:
// https://cloud.google.com/error-reporting/docs/formatting-error-messages
const reportedError = "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent"

// traceHandler adds the trace of the request, so that Cloud Logging shows its lines together, and marks errors for Error
// Reporting.
type traceHandler struct{ slog.Handler }

func (h traceHandler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelError {
		r.AddAttrs(slog.String("@type", reportedError))
	}
	if trace := handlers.TraceFrom(ctx); trace != "" {
		r.AddAttrs(slog.String("logging.googleapis.com/trace", trace))
	}
	return h.Handler.Handle(ctx, r)
}

func (h traceHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return traceHandler{h.Handler.WithAttrs(attrs)}
}

func (h traceHandler) WithGroup(name string) slog.Handler {
	return traceHandler{h.Handler.WithGroup(name)}
}
