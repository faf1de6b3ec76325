package handlers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// optionalFields may be part of a save. Every save also sets bio to its tag, which tells saves
// apart.
var optionalFields = []string{"company", "website"}

// save is one PATCH request.
type save struct {
	tag    string
	fields []string // the fields it set
	base   string   // the ETag it was based on
	status int
}

// history is every version of a profile that a client has seen, and every save.
type history struct {
	mu       sync.Mutex
	versions map[string]map[string]any // by ETag
	saves    map[string]*save          // by tag
}

// Eight clients save random fields of one profile, while some Firestore commits fail before or
// after they are applied. Then the test walks the history back from the last version: each
// version must be the previous one with exactly one complete save applied, and every
// acknowledged save must be in the history once.
func TestR23R24R25NoSaveIsLostOrHalfApplied(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	faults := &faultInjector{}
	s := newSite(t, faults.intercept)
	var lost atomic.Int32
	faults.set(flaky(rand.New(rand.NewPCG(seed, 0)), &lost))
	h := &history{versions: map[string]map[string]any{}, saves: map[string]*save{}}
	v := s.serve()
	token := s.aliceToken()

	var writers sync.WaitGroup
	for n := range 8 {
		writers.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(n+1)))
			for i := range 10 {
				h.save(v, &testUser{token: token}, fmt.Sprintf("w%d-%d", n, i), random)
			}
		})
	}
	writers.Wait()
	faults.set(nil)
	last := &testUser{token: token}
	h.read(v, last)
	h.check(t, last.etag, int(lost.Load()))
}

// flaky fails about every fourth commit: half of them before they are applied, and half after,
// which it counts in lost.
func flaky(
	random *rand.Rand, lost *atomic.Int32,
) func(context.Context, string, func() error) error {
	var mu sync.Mutex
	return func(_ context.Context, method string, next func() error) error {
		if !strings.HasSuffix(method, "/Commit") {
			return next()
		}
		mu.Lock()
		dice := random.IntN(8)
		mu.Unlock()
		if dice == 0 {
			return status.Error(codes.Unavailable, "not applied")
		}
		err := next()
		if err == nil && dice == 1 {
			lost.Add(1)
			return status.Error(codes.Unavailable, "applied, but not acknowledged")
		}
		return err
	}
}

// read records the current version.
func (h *history) read(v *served, u *testUser) {
	status, body := v.call(&measured{}, u, "GET", "/api/profile", "")
	if status != 200 {
		v.t.Errorf("read: got %d %s", status, body)
		return
	}
	h.record(v.t, u.etag, body)
}

func (h *history) record(t testing.TB, etag, body string) {
	var profile map[string]any
	if err := json.Unmarshal([]byte(body), &profile); err != nil {
		t.Error(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.versions[etag] = profile
}

// save reads the profile, then saves bio and a random choice of the other fields.
func (h *history) save(v *served, u *testUser, tag string, random *rand.Rand) {
	h.read(v, u)
	w := &save{tag: tag, base: u.etag, fields: []string{"bio"}}
	for _, field := range optionalFields {
		if random.IntN(2) == 0 {
			w.fields = append(w.fields, field)
		}
	}
	change := map[string]string{}
	for _, field := range w.fields {
		change[field] = valueOf(field, tag)
	}
	body, err := json.Marshal(change)
	if err != nil {
		v.t.Error(err)
	}
	var saved string
	w.status, saved = v.call(&measured{}, u, "PATCH", "/api/profile", string(body))
	switch w.status {
	case 200:
		h.record(v.t, u.etag, saved)
	case 412, 503: // another client was faster, or the result is unknown
	default:
		v.t.Errorf("save: got %d %s", w.status, saved)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.saves[tag] = w
}

// valueOf returns what the save with this tag sets a field to.
func valueOf(field, tag string) string {
	if field == "website" {
		return "https://example.com/" + tag
	}
	return tag
}

// check verifies the history that leads to the version with this ETag. lost is how many commits
// were applied but not acknowledged. A save whose commit was lost gets a 412 if another client
// saves before the server can find out whose save was stored. So up to lost saves may be in the
// history although their client got a 412.
func (h *history) check(t *testing.T, etag string, lost int) {
	applied := h.walkBack(t, etag)
	rejected, acknowledged := 0, 0
	for tag, w := range h.saves {
		if w.status == 412 && applied[tag] {
			rejected++
		}
		if w.status == 200 {
			acknowledged++
			if !applied[tag] {
				t.Errorf("the save %s was acknowledged, but is lost", tag)
			}
		}
	}
	if rejected > lost {
		t.Errorf("%d saves were rejected but stored, for %d lost acknowledgements", rejected, lost)
	}
	t.Logf("%d saves: %d acknowledged, %d in the history, %d of them after a lost acknowledgement "+
		"and a 412", len(h.saves), acknowledged, len(applied), rejected)
	if acknowledged < 2 {
		t.Errorf("only %d saves were acknowledged, which proves too little", acknowledged)
	}
}

// walkBack returns the tags of the saves that led to a version. It checks that each of them
// changed exactly the fields that it set.
func (h *history) walkBack(t *testing.T, etag string) (applied map[string]bool) {
	applied = map[string]bool{}
	for etag != `"none"` {
		after, shown := h.versions[etag]
		tag, _ := after["bio"].(string)
		w := h.saves[tag]
		if !shown || w == nil {
			t.Fatalf("version %s (bio %q) belongs to no save", etag, tag)
		}
		if applied[tag] {
			t.Fatalf("the save %s is in the history twice", tag)
		}
		applied[tag] = true
		before := h.versions[w.base]
		for _, field := range append([]string{"bio"}, optionalFields...) {
			want := before[field]
			if slices.Contains(w.fields, field) {
				want = valueOf(field, tag)
			}
			if after[field] != want {
				t.Errorf("after the save %s of %v, %s is %q, want %q",
					tag, w.fields, field, after[field], want)
			}
		}
		etag = w.base
	}
	return applied
}
