package identitytest

import (
	"bytes"
	"context"
	"io"
	"log"
	"net/http"
	"sync"
	"time"
)

// discardLog swallows what a server says about the connections that tests break on purpose.
var discardLog = log.New(io.Discard, "", 0)

// Endpoint is one operation of the Server. It counts its calls and can be made to fail.
type Endpoint struct {
	mu     sync.Mutex
	fault  Fault
	calls  int
	closed <-chan struct{}
}

// A Fault answers in place of an operation, or does something first and returns true to let the operation answer. done
// is closed when the client hangs up or the server stops.
type Fault func(w http.ResponseWriter, done <-chan struct{}) bool

// Fail makes the operation fail from now on, and Fail(nil) makes it work again.
func (e *Endpoint) Fail(f Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fault = f
}

// Calls is the number of calls that arrived.
func (e *Endpoint) Calls() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.calls
}

// Status answers with the status and a body that no client may ever see.
func Status(code int) Fault {
	return func(w http.ResponseWriter, _ <-chan struct{}) bool {
		http.Error(w, "BACKEND-TEXT for somebody@example.com", code)
		return false
	}
}

// Silent answers nothing until the client hangs up.
func Silent(_ http.ResponseWriter, done <-chan struct{}) bool {
	<-done
	return false
}

// Reset breaks the connection in the middle of an answer.
func Reset(w http.ResponseWriter, _ <-chan struct{}) bool {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, "{")
	panic(http.ErrAbortHandler)
}

// Slow answers properly, but late.
func Slow(d time.Duration) Fault {
	return func(_ http.ResponseWriter, done <-chan struct{}) bool {
		select {
		case <-time.After(d):
			return true
		case <-done:
			return false
		}
	}
}

// wrap counts the call, and lets the fault, if any, have it first. The body is read beforehand: a server notices that a
// client hung up only once it has read what the client sent.
func (e *Endpoint) wrap(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		e.mu.Lock()
		e.calls++
		fault := e.fault
		e.mu.Unlock()
		if fault == nil {
			next(w, r)
			return
		}
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		go func() {
			select {
			case <-e.closed:
				cancel()
			case <-ctx.Done():
			}
		}()
		if fault(w, ctx.Done()) {
			next(w, r)
		}
	})
}
