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

// clients is how many users use the site at once in load tests: the default concurrency
// of a Cloud Run instance.
const clients = 80

// testUser is a signed-in user. The ETag is that of the profile they last read.
type testUser struct {
	uid, token, etag string
}

// users returns n users with valid tokens.
func (s *site) users(n int) []*testUser {
	users := make([]*testUser, n)
	for i := range users {
		uid := "user" + string(rune('A'+i/26)) + string(rune('a'+i%26))
		s.google.SetUser(identitytest.User{UID: uid, Email: uid + "@example.com"})
		token := s.google.Token(identitytest.Claims{UID: uid})
		users[i] = &testUser{uid: uid, token: token, etag: `"none"`}
	}
	return users
}

// measured counts the responses by status and records how long they took.
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

// served is a site behind a real listener, with an HTTP client.
type served struct {
	*site
	url    string
	client *http.Client
}

func (s *site) serve() *served {
	server := httptest.NewServer(timed(s.handler))
	transport := &http.Transport{MaxIdleConnsPerHost: 2 * clients}
	s.t.Cleanup(func() { transport.CloseIdleConnections(); server.Close() })
	client := &http.Client{Transport: transport, Timeout: time.Minute}
	return &served{site: s, url: server.URL, client: client}
}

// tookHeader is how long the server took until it wrote a response's header. The clients run in
// the same process and take longer on a busy machine, which is no fault of the server.
const tookHeader = "Test-Took"

// timed sets tookHeader.
func timed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&timedWriter{w, time.Now()}, r)
	})
}

type timedWriter struct {
	http.ResponseWriter
	start time.Time
}

func (w *timedWriter) WriteHeader(status int) {
	w.Header().Set(tookHeader, time.Since(w.start).String())
	w.ResponseWriter.WriteHeader(status)
}

// call sends a request as the user and measures how long the server takes.
func (v *served) call(m *measured, u *testUser, method, path, body string) (int, string) {
	r, err := http.NewRequest(method, v.url+path, strings.NewReader(body))
	if err != nil {
		v.t.Error(err)
		return 0, ""
	}
	r.Header.Set("Authorization", "Bearer "+u.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("If-Match", u.etag)
	}
	response, err := v.client.Do(r)
	if err != nil {
		v.t.Errorf("%s %s: %v", method, path, err)
		return 0, ""
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Errorf("%s %s: %v", method, path, err)
	}
	took, err := time.ParseDuration(response.Header.Get(tookHeader))
	if err != nil {
		v.t.Errorf("%s %s: %v", method, path, err)
	}
	m.add(response.StatusCode, took)
	if etag := response.Header.Get("ETag"); etag != "" {
		u.etag = etag
	}
	if response.StatusCode == 503 && response.Header.Get("Retry-After") == "" {
		v.t.Errorf("%s %s: 503 without Retry-After", method, path)
	}
	return response.StatusCode, string(content)
}

// duringLoad makes all users act concurrently, each at least once, until the time is over.
// Users pause between requests. Otherwise the clients would use up the CPU and measure
// themselves.
func duringLoad(users []*testUser, d time.Duration, act func(u *testUser)) {
	end := time.Now().Add(d)
	var all sync.WaitGroup
	for _, u := range users {
		all.Go(func() {
			for act(u); time.Now().Before(end); act(u) {
				time.Sleep(50 * time.Millisecond)
			}
		})
	}
	all.Wait()
}

// timeFrom reads a duration from the environment. It lets tests that are short by default run
// for longer.
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

// wantNoGoroutinesLeft waits until no goroutine runs code of the app. It looks at stacks
// instead of counting goroutines, because the test servers in this process have idle
// connections.
func wantNoGoroutinesLeft(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		left := goroutinesInTheApp()
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("%d goroutines are left, such as:\n%s", len(left), left[0])
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func goroutinesInTheApp() (stacks []string) {
	all := make([]byte, 16<<20)
	ours := []string{
		"example.com/latchkey/handlers.(", "example.com/latchkey/identity.(",
		"example.com/latchkey/profile.(",
	}
	for stack := range strings.SplitSeq(string(all[:runtime.Stack(all, true)]), "\n\n") {
		if slices.ContainsFunc(ours, func(p string) bool { return strings.Contains(stack, p) }) {
			stacks = append(stacks, stack)
		}
	}
	return stacks
}
