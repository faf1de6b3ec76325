package handlers

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// verdict collects, while a request is handled, what its log line should say about how it ended.
type verdict struct {
	code  string
	cause error
}

type verdictKey struct{}

// noteVerdict records why a request was refused or failed.
func noteVerdict(ctx context.Context, e *Error) {
	if v, ok := ctx.Value(verdictKey{}).(*verdict); ok {
		v.code, v.cause = e.Code, e.Cause
	}
}

// logRequests writes one line for each request. It names the route and not the address: paths and queries hold what
// people type, codes from emails and tokens, and none of that belongs in a log.
func (s *server) logRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		v := &verdict{}
		ctx := context.WithValue(r.Context(), verdictKey{}, v)
		if trace := s.traceOf(r); trace != "" {
			ctx = withTrace(ctx, trace)
		}
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		r = r.WithContext(ctx)
		next.ServeHTTP(ww, r)

		status := ww.Status()
		if status == 0 {
			status = http.StatusOK
		}
		attrs := []slog.Attr{
			slog.Group("httpRequest", // the field that Cloud Logging knows
				slog.String("requestMethod", r.Method),
				slog.String("requestUrl", routeOf(r)),
				slog.Int("status", status),
				slog.String("latency", fmt.Sprintf("%.6fs", time.Since(start).Seconds())),
				slog.Int("responseSize", ww.BytesWritten()),
			),
		}
		if v.code != "" {
			attrs = append(attrs, slog.String("reason", v.code))
		}
		if v.cause != nil {
			attrs = append(attrs, slog.Any("error", v.cause))
		}
		if status >= 500 { // Error Reporting puts errors of one place together
			attrs = append(attrs, slog.Group("context",
				slog.Group("reportLocation", slog.String("functionName", r.Method+" "+routeOf(r)))))
		}
		s.log.LogAttrs(ctx, levelOf(r, status), "request", attrs...)
	})
}

// levelOf keeps static files that were served out of the log: a page asks for dozens, and they say nothing.
func levelOf(r *http.Request, status int) slog.Level {
	switch {
	case status >= 500:
		return slog.LevelError
	case status >= 400:
		return slog.LevelWarn
	case strings.HasPrefix(r.URL.Path, "/static/"):
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// routeOf is the pattern that matched, such as /api/profile.
func routeOf(r *http.Request) string {
	if rc := chi.RouteContext(r.Context()); rc != nil {
		if pattern := rc.RoutePattern(); pattern != "" {
			return pattern
		}
	}
	return "(no route)"
}

// recoverPanics answers 500 where a handler panics, and logs where it did.
func (s *server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler { // the way to drop a connection on purpose
				panic(p)
			}
			// In the form in which Go prints one, which Error Reporting knows how to read.
			trace := fmt.Sprintf("panic: %v\n\n%s", p, debug.Stack())
			s.log.ErrorContext(r.Context(), "panic", slog.String("stack_trace", trace))
			s.writeError(w, r, asError(fmt.Errorf("panic: %v", p)))
		}()
		next.ServeHTTP(w, r)
	})
}

type traceKey struct{}

func withTrace(ctx context.Context, trace string) context.Context {
	return context.WithValue(ctx, traceKey{}, trace)
}

// TraceFrom returns the trace that the request in ctx belongs to, as Cloud Logging names it, or "".
func TraceFrom(ctx context.Context) string {
	trace, _ := ctx.Value(traceKey{}).(string)
	return trace
}

// traceOf reads the trace id that Cloud Run's front end adds: X-Cloud-Trace-Context "TRACE/SPAN;o=1", or the W3C's
// traceparent "00-TRACE-SPAN-01".
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
