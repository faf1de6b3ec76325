package handlers_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/latchkey/identity/identitytest"
)

// clients is how many people use the site at once in the tests of this file's kind: Cloud Run's --concurrency.
const clients = 80

// person is a signed-in user with a browser of their own.
type person struct {
	uid, token, etag string
}

// people are users with good tokens.
func (s *site) people(n int) []*person {
	people := make([]*person, n)
	for i := range people {
		uid := "user" + string(rune('A'+i/26)) + string(rune('a'+i%26))
		s.google.SetUser(identitytest.User{UID: uid, Email: uid + "@example.com"})
		people[i] = &person{uid: uid, token: s.google.Token(identitytest.Claims{UID: uid}), etag: `"none"`}
	}
	return people
}

// measured is what came back, and when.
type measured struct {
	mu       sync.Mutex
	statuses map[int]int
	slowest  time.Duration
	times    []time.Duration
}

func (m *measured) add(status int, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.statuses == nil {
		m.statuses = map[int]int{}
	}
	m.statuses[status]++
	m.slowest = max(m.slowest, took)
	m.times = append(m.times, took)
}

func (m *measured) p99() time.Duration {
	slices.Sort(m.times)
	if len(m.times) == 0 {
		return 0
	}
	return m.times[len(m.times)*99/100]
}

// served is the site behind a real listener, with a client of its own.
type served struct {
	*site
	url    string
	client *http.Client
	stop   func()
}

func (s *site) serve() *served {
	server := httptest.NewServer(s.handler)
	transport := &http.Transport{MaxIdleConnsPerHost: 2 * clients}
	v := &served{site: s, url: server.URL, client: &http.Client{Transport: transport, Timeout: time.Minute}}
	v.stop = func() { transport.CloseIdleConnections(); server.Close() }
	s.t.Cleanup(v.stop)
	return v
}

// call sends one request of a person's and notes how it went.
func (v *served) call(m *measured, p *person, method, path, body string) (status int, answer string) {
	r, err := http.NewRequest(method, v.url+path, strings.NewReader(body))
	if err != nil {
		v.t.Error(err)
		return 0, ""
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("If-Match", p.etag)
	}
	start := time.Now()
	response, err := v.client.Do(r)
	if err != nil {
		v.t.Errorf("%s %s: %v", method, path, err)
		return 0, ""
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	m.add(response.StatusCode, time.Since(start))
	if err != nil {
		v.t.Errorf("%s %s: %v", method, path, err)
	}
	if etag := response.Header.Get("ETag"); etag != "" {
		p.etag = etag
	}
	if response.StatusCode == http.StatusServiceUnavailable && response.Header.Get("Retry-After") == "" {
		v.t.Errorf("%s %s: 503 without Retry-After", method, path)
	}
	return response.StatusCode, string(content)
}

// duringLoad lets everybody act again and again, at least once, until the time is over. People pause: without, the
// clients would keep the processors busy and measure themselves.
func duringLoad(people []*person, d time.Duration, act func(p *person)) {
	end := time.Now().Add(d)
	var all sync.WaitGroup
	for _, p := range people {
		all.Go(func() {
			for act(p); time.Now().Before(end); act(p) {
				time.Sleep(50 * time.Millisecond)
			}
		})
	}
	all.Wait()
}

// timeFrom is a duration in the environment, for long runs of what is short in continuous integration.
func timeFrom(t *testing.T, name string, standard time.Duration) time.Duration {
	value := os.Getenv(name)
	if value == "" {
		return standard
	}
	d, err := time.ParseDuration(value)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return d
}

// noneLeftOver waits until no goroutine is inside the app any more. It looks at stacks and not at their number, because
// idle connections of the stand-ins, in the same process, have goroutines too.
func noneLeftOver(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		left := goroutinesInTheApp()
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("%d goroutines are left over, such as:\n%s", len(left), left[0])
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func goroutinesInTheApp() (stacks []string) {
	all := make([]byte, 16<<20)
	for stack := range strings.SplitSeq(string(all[:runtime.Stack(all, true)]), "\n\n") {
		for _, ours := range []string{"latchkey/handlers.(", "latchkey/identity.(", "latchkey/profile.("} {
			if strings.Contains(stack, ours) {
				stacks = append(stacks, stack)
				break
			}
		}
	}
	return stacks
}
