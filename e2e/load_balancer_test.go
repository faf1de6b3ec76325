//go:build linux

package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// loadBalancer sends each request to the next instance, no matter who sends it: Cloud Run has no
// session affinity either. It skips an instance that accepts no connections, as Cloud Run does
// with one that has crashed.
type loadBalancer struct {
	url       string
	handler   http.Handler
	instances []*url.URL

	mu     sync.Mutex
	next   int
	counts []int // requests per instance
}

// startLoadBalancer starts a load balancer in front of the instances.
func startLoadBalancer(t *testing.T, instances ...*instance) *loadBalancer {
	t.Helper()
	lb := &loadBalancer{counts: make([]int, len(instances))}
	for _, i := range instances {
		target, err := url.Parse(i.url)
		if err != nil {
			t.Fatal(err)
		}
		lb.instances = append(lb.instances, target)
	}
	lb.handler = &httputil.ReverseProxy{
		Transport: lb,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme = "http"
			r.SetXForwarded()
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	server := httptest.NewServer(lb.handler)
	t.Cleanup(server.Close)
	lb.url = server.URL
	return lb
}

// instanceTransport keeps no idle connections. A request on a connection to an instance that has
// crashed in the meantime would fail.
var instanceTransport = &http.Transport{DisableKeepAlives: true}

// RoundTrip sends a request to the next instance that accepts it.
func (lb *loadBalancer) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	var failure error
	if r.Body != nil {
		if body, failure = io.ReadAll(r.Body); failure != nil {
			return nil, failure
		}
	}
	for range lb.instances {
		i := lb.pick()
		r.URL.Host, r.Body = lb.instances[i].Host, io.NopCloser(bytes.NewReader(body))
		resp, err := instanceTransport.RoundTrip(r)
		if err == nil || !strings.Contains(err.Error(), "connection refused") {
			lb.count(i)
			return resp, err
		}
		failure = err
	}
	return nil, failure
}

func (lb *loadBalancer) pick() int {
	lb.mu.Lock()
	defer lb.mu.Unlock()
	i := lb.next % len(lb.instances)
	lb.next++
	return i
}

func (lb *loadBalancer) count(i int) {
	lb.mu.Lock()
	defer lb.mu.Unlock()
	lb.counts[i]++
}

// checkCounts fails the test if an instance has received no request.
func (lb *loadBalancer) checkCounts(t *testing.T) {
	t.Helper()
	lb.mu.Lock()
	defer lb.mu.Unlock()
	if slices.Contains(lb.counts, 0) {
		t.Errorf("the instances received %v requests, want some for each", lb.counts)
	}
}
