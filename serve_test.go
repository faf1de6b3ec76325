package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// startServing serves the handler as the program does and returns its address, how to stop it, and what serve returns.
func startServing(t *testing.T, handler http.HandlerFunc) (addr string, stop func(), served <-chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	result := make(chan error, 1)
	go func() { result <- serve(ctx, slog.New(slog.DiscardHandler), listener, handler) }()
	return listener.Addr().String(), stop, result
}

func TestR19RequestsUnderWayAreAnsweredWhenTheProgramIsAskedToStop(t *testing.T) {
	t.Parallel()
	var arrived sync.WaitGroup
	arrived.Add(50)
	addr, stop, served := startServing(t, func(w http.ResponseWriter, r *http.Request) {
		arrived.Done()
		time.Sleep(2 * time.Second)
	})
	var ok atomic.Int32
	var clients sync.WaitGroup
	for range 50 {
		clients.Go(func() {
			response, err := http.Get("http://" + addr)
			if err == nil && response.StatusCode == 200 {
				ok.Add(1)
			}
			if err == nil {
				response.Body.Close()
			}
		})
	}
	arrived.Wait()
	stop()
	clients.Wait()
	if ok.Load() != 50 {
		t.Errorf("got %d × 200, want 50", ok.Load())
	}
	if err := <-served; err != nil {
		t.Errorf("serve: got %v, want nil", err)
	}
}

func TestR5AHeaderBlockOver16KiBIsRefused(t *testing.T) {
	t.Parallel()
	addr, _, _ := startServing(t, func(http.ResponseWriter, *http.Request) {})
	for size, want := range map[int]string{15 << 10: "200", 17 << 10: "431"} {
		conn := dial(t, addr)
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\nX-Long: "+strings.Repeat("a", size)+"\r\n\r\n")
		status, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil || !strings.Contains(status, want) {
			t.Errorf("header of %d bytes: got %q (%v), want %s", size, status, err, want)
		}
	}
}

func TestR20DrippedHeadersAndBodiesAreCutOff(t *testing.T) {
	t.Parallel()
	addr, _, _ := startServing(t, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err == nil {
			t.Error("the dripped body was read to its end")
		}
	})
	for name, tt := range map[string]struct {
		start string
		limit time.Duration
	}{
		"headers": {"GET / HTTP/1.1\r\nHost: a\r\nX-Drip: ", 5 * time.Second},
		"body":    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", 15 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := dial(t, addr)
			start := time.Now()
			io.WriteString(conn, tt.start)
			go func() {
				for {
					if _, err := io.WriteString(conn, "a"); err != nil {
						return
					}
					time.Sleep(200 * time.Millisecond)
				}
			}()
			conn.SetReadDeadline(start.Add(tt.limit + 10*time.Second)) // slack for a busy machine
			for {
				if _, err := conn.Read(make([]byte, 1024)); err != nil {
					if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
						t.Errorf("still open after %v, want it closed within %v", time.Since(start), tt.limit)
					}
					return
				}
			}
		})
	}
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}
