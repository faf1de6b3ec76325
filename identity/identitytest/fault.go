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

// discardLog discards what a server logs about connections that tests break on purpose.
var discardLog = log.New(io.Discard, "", 0)

// Endpoint is one operation of a fake service. It counts its calls, and tests can make it fail.
type Endpoint struct {
	mu     sync.Mutex
	fault  Fault
	calls  int
	closed <-chan struct{} // closed when the server stops
}

// A Fault responds instead of an operation, or returns true to let the operation respond. done
// is closed when the client hangs up or the server stops.
type Fault func(w http.ResponseWriter, done <-chan struct{}) bool

// Fail makes the operation fail from now on. Fail(nil) makes it work again.
func (e *Endpoint) Fail(f Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fault = f
}

// Calls returns the number of calls so far.
func (e *Endpoint) Calls() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.calls
}

// Status responds with the status code, and a body that must never reach a client.
func Status(code int) Fault {
	return func(w http.ResponseWriter, _ <-chan struct{}) bool {
		http.Error(w, "BACKEND-TEXT for alice@example.com", code)
		return false
	}
}

// Silent doesn't respond. It waits until the client hangs up.
func Silent(_ http.ResponseWriter, done <-chan struct{}) bool {
	<-done
	return false
}

// Reset closes the connection in the middle of a response.
func Reset(w http.ResponseWriter, _ <-chan struct{}) bool {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, "{")
	panic(http.ErrAbortHandler)
}

// Slow delays the response.
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

// wrap counts the calls and applies the fault, if any. It reads the body first, because a
// server only notices that a client hung up after it has read the request.
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
