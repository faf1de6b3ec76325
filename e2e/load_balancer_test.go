//go:build linux

package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// loadBalancer stands in for what is before the instances: each request goes to the next one,
// whoever sends it. An instance that takes no connection is passed over, as the platform does
// with one that has died.
type loadBalancer struct {
	mu        sync.Mutex
	instances []*url.URL
	next      int
	used      []int
}

// instanceTransport keeps no connection: one to an instance that has died since would take a
// request with it.
var instanceTransport = &http.Transport{DisableKeepAlives: true}

func (rr *loadBalancer) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	var failure error
	if r.Body != nil {
		if body, failure = io.ReadAll(r.Body); failure != nil {
			return nil, failure
		}
	}
	for range len(rr.instances) {
		rr.mu.Lock()
		n := rr.next % len(rr.instances)
		rr.next++
		target := rr.instances[n]
		rr.mu.Unlock()
		r.URL.Host, r.Body = target.Host, io.NopCloser(bytes.NewReader(body))
		resp, err := instanceTransport.RoundTrip(r)
		if err == nil || !strings.Contains(err.Error(), "connection refused") {
			rr.mu.Lock()
			rr.used[n]++
			rr.mu.Unlock()
			return resp, err
		}
		failure = err
	}
	return nil, failure
}

// startLoadBalancer starts the proxy.
func startLoadBalancer(t *testing.T, instances ...*instance) (string, *loadBalancer) {
	t.Helper()
	rr := &loadBalancer{used: make([]int, len(instances))}
	for _, c := range instances {
		target, err := url.Parse(c.url)
		if err != nil {
			t.Fatal(err)
		}
		rr.instances = append(rr.instances, target)
	}
	server := httptest.NewServer(&httputil.ReverseProxy{
		Transport: rr,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme = "http"
			r.SetXForwarded()
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(server.Close)
	return server.URL, rr
}
