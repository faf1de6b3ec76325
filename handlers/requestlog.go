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

// outcome is why a request was rejected or failed. It is filled in while the request is
// handled, and logged afterwards.
type outcome struct {
	code  string
	cause error
}

type outcomeKey struct{}

// noteOutcome records an error for the log line of its request.
func noteOutcome(ctx context.Context, e *Error) {
	if o, ok := ctx.Value(outcomeKey{}).(*outcome); ok {
		o.code, o.cause = e.Code, e.Cause
	}
}

// logRequests logs one line per request. The line contains the route pattern instead of the
// URL: paths and queries may contain personal data, codes from emails or tokens, which must not
// be logged.
func (s *server) logRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		o := &outcome{}
		ctx := context.WithValue(r.Context(), outcomeKey{}, o)
		if trace := s.traceOf(r); trace != "" {
			ctx = context.WithValue(ctx, traceKey{}, trace)
		}
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		r = r.WithContext(ctx)
		next.ServeHTTP(ww, r)

		status := ww.Status()
		if status == 0 {
			status = http.StatusOK
		}
		attrs := []slog.Attr{
			slog.Group("httpRequest", // Cloud Logging displays this field
				slog.String("requestMethod", r.Method),
				slog.String("requestUrl", routeOf(r)),
				slog.Int("status", status),
				slog.String("latency", fmt.Sprintf("%.6fs", time.Since(start).Seconds())),
				slog.Int("responseSize", ww.BytesWritten()),
			),
		}
		if o.code != "" {
			attrs = append(attrs, slog.String("reason", o.code))
		}
		if o.cause != nil {
			attrs = append(attrs, slog.Any("error", o.cause))
		}
		if status >= 500 { // Error Reporting groups errors by this location
			attrs = append(attrs, slog.Group("context",
				slog.Group("reportLocation", slog.String("functionName", r.Method+" "+routeOf(r)))))
		}
		s.log.LogAttrs(ctx, levelOf(r, status), "request", attrs...)
	})
}

// levelOf returns the level to log a request at. Successful requests for static files are debug
// output, because each page load makes dozens of them.
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

// routeOf returns the pattern of the route that matched, such as /api/profile.
func routeOf(r *http.Request) string {
	if rc := chi.RouteContext(r.Context()); rc != nil {
		if pattern := rc.RoutePattern(); pattern != "" {
			return pattern
		}
	}
	return "(no route)"
}

// recoverPanics responds with a 500 if a handler panics, and logs the stack trace.
func (s *server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler { // a handler's way to drop the connection on purpose
				panic(p)
			}
			// Error Reporting parses stack traces in the format in which Go prints them.
			trace := fmt.Sprintf("panic: %v\n\n%s", p, debug.Stack())
			s.log.ErrorContext(r.Context(), "panic", slog.String("stack_trace", trace))
			s.writeError(w, r, asError(fmt.Errorf("panic: %v", p)))
		}()
		next.ServeHTTP(w, r)
	})
}
