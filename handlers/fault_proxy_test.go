package handlers_test

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// breakableLine is a TCP proxy before Firestore that can be cut in the middle of an answer, or altogether.
type breakableLine struct {
	listener net.Listener
	target   string
	down     atomic.Bool  // every connection is refused
	cutAfter atomic.Int64 // each connection is reset after so many bytes of answers; 0 is never

	mu    sync.Mutex
	conns map[net.Conn]bool
}

func newBreakableLine(t testing.TB, target string) *breakableLine {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &breakableLine{listener: listener, target: target, conns: map[net.Conn]bool{}}
	go l.run()
	t.Cleanup(func() { listener.Close(); l.hangUp() })
	return l
}

func (l *breakableLine) addr() string { return l.listener.Addr().String() }

func (l *breakableLine) run() {
	for {
		in, err := l.listener.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", l.target)
		if err != nil || l.down.Load() {
			reset(in)
			continue
		}
		l.mu.Lock()
		l.conns[in], l.conns[out] = true, true
		l.mu.Unlock()
		go func() { _, _ = io.Copy(out, in); l.end(in, out) }()
		go func() { _, _ = io.Copy(&cutWriter{l: l, to: in}, out); l.end(in, out) }()
	}
}

func (l *breakableLine) end(conns ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conns {
		reset(c)
		delete(l.conns, c)
	}
}

// hangUp resets every connection there is.
func (l *breakableLine) hangUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		reset(c)
	}
}

// reset closes a connection so that the other side gets an error and not an end.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	c.Close()
}

// cutWriter passes answers on until the line is to be cut.
type cutWriter struct {
	l    *breakableLine
	to   net.Conn
	sent int64
}

func (w *cutWriter) Write(p []byte) (int, error) {
	if most := w.l.cutAfter.Load(); most > 0 && w.sent+int64(len(p)) > most {
		n, _ := w.to.Write(p[:max(0, most-w.sent)])
		return n, io.ErrClosedPipe
	}
	w.sent += int64(len(p))
	return w.to.Write(p)
}
