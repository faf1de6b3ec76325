package handlers_test

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// faultProxy is a TCP proxy in front of Firestore that can break connections.
type faultProxy struct {
	listener net.Listener
	target   string
	down     atomic.Bool  // reset every new connection
	cutAfter atomic.Int64 // reset a connection after this many bytes of responses; 0 is never

	mu    sync.Mutex
	conns map[net.Conn]bool
}

func newFaultProxy(t testing.TB, target string) *faultProxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &faultProxy{listener: listener, target: target, conns: map[net.Conn]bool{}}
	go p.run()
	t.Cleanup(func() { listener.Close(); p.resetAll() })
	return p
}

func (p *faultProxy) addr() string { return p.listener.Addr().String() }

func (p *faultProxy) run() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", p.target)
		if err != nil || p.down.Load() {
			reset(in)
			continue
		}
		p.mu.Lock()
		p.conns[in], p.conns[out] = true, true
		p.mu.Unlock()
		go func() { _, _ = io.Copy(out, in); p.end(in, out) }()
		go func() { _, _ = io.Copy(&cutWriter{p: p, to: in}, out); p.end(in, out) }()
	}
}

func (p *faultProxy) end(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		reset(c)
		delete(p.conns, c)
	}
}

// resetAll resets every open connection.
func (p *faultProxy) resetAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		reset(c)
	}
}

// reset closes a connection so that the peer gets an error instead of EOF.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	c.Close()
}

// cutWriter forwards responses until it reaches cutAfter.
type cutWriter struct {
	p    *faultProxy
	to   net.Conn
	sent int64
}

func (w *cutWriter) Write(b []byte) (int, error) {
	if limit := w.p.cutAfter.Load(); limit > 0 && w.sent+int64(len(b)) > limit {
		n, _ := w.to.Write(b[:max(0, limit-w.sent)])
		return n, io.ErrClosedPipe
	}
	w.sent += int64(len(b))
	return w.to.Write(b)
}
