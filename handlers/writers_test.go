package handlers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// fields are what the writers of these tests write, besides bio, which every write names and which says whose it is.
var fields = []string{"company", "website"}

// saving is one PATCH: the fields it named, the version it was based on, and whether it was acknowledged.
type saving struct {
	tag    string
	named  []string
	base   string // ETag
	status int
}

// seen is what the history of a profile is put together from: every version that anybody was shown, and every write.
type seen struct {
	mu       sync.Mutex
	versions map[string]map[string]any // ETag → profile
	savings  map[string]*saving        // tag → write
}

// TestR23R24R25NoWriteIsLostOrHalfApplied lets writers save random fields of one profile, while Firestore fails before
// or after it has applied every few commits. Then it walks the history back from the end: each version is the one before
// it with one write applied, whole, and every acknowledged write is in it, once.
func TestR23R24R25NoWriteIsLostOrHalfApplied(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	board := &switchboard{}
	s := newSite(t, board.intercept)
	var lost atomic.Int32
	board.set(flaky(rand.New(rand.NewPCG(seed, 0)), &lost))
	h := &seen{versions: map[string]map[string]any{}, savings: map[string]*saving{}}
	v := s.serve()
	token := s.aliceToken()

	var writers sync.WaitGroup
	for n := range 8 {
		writers.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(n+1)))
			for i := range 10 {
				h.save(v, &person{token: token}, fmt.Sprintf("w%d-%d", n, i), random)
			}
		})
	}
	writers.Wait()
	board.set(nil)
	end := &person{token: token}
	h.read(v, end)
	h.check(t, end.etag, int(lost.Load()))
}

// flaky fails every fourth commit or so: half of the time before it is applied, half of the time after, which it counts.
func flaky(random *rand.Rand, lost *atomic.Int32) func(context.Context, string, func() error) error {
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
			return status.Error(codes.Unavailable, "applied, but you will not know")
		}
		return err
	}
}

// read notes the version that is there now.
func (h *seen) read(v *served, p *person) {
	status, body := v.call(&measured{}, p, "GET", "/api/profile", "")
	if status != 200 {
		v.t.Errorf("read: got %d %s", status, body)
		return
	}
	h.note(v.t, p.etag, body)
}

func (h *seen) note(t testing.TB, etag, body string) {
	var profile map[string]any
	if err := json.Unmarshal([]byte(body), &profile); err != nil {
		t.Error(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.versions[etag] = profile
}

// save writes bio and a random choice of the other fields, on top of what is there.
func (h *seen) save(v *served, p *person, tag string, random *rand.Rand) {
	h.read(v, p)
	w := &saving{tag: tag, base: p.etag, named: []string{"bio"}}
	for _, field := range fields {
		if random.IntN(2) == 0 {
			w.named = append(w.named, field)
		}
	}
	change := map[string]string{}
	for _, field := range w.named {
		change[field] = valueOf(field, tag)
	}
	body, err := json.Marshal(change)
	if err != nil {
		v.t.Error(err)
	}
	var answer string
	w.status, answer = v.call(&measured{}, p, "PATCH", "/api/profile", string(body))
	switch w.status {
	case 200:
		h.note(v.t, p.etag, answer)
	case 412, 503: // somebody was faster; or nobody knows
	default:
		v.t.Errorf("save: got %d %s", w.status, answer)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.savings[tag] = w
}

// valueOf is what the write with this tag puts into a field.
func valueOf(field, tag string) string {
	if field == "website" {
		return "https://example.com/" + tag
	}
	return tag
}

// check walks back from the last version to the first. Lost is how many acknowledgements Firestore kept to itself: so
// many writes at most may be in the history although their writer was told 412. That happens where somebody else saved
// on top of such a write before its writer could look whose was stored.
func (h *seen) check(t *testing.T, etag string, lost int) {
	inHistory, told412 := map[string]bool{}, 0
	for etag != `"none"` {
		after, shown := h.versions[etag]
		tag, _ := after["bio"].(string)
		w := h.savings[tag]
		if !shown || w == nil {
			t.Fatalf("version %s (bio %q) is nobody's", etag, tag)
		}
		if inHistory[tag] {
			t.Fatalf("the write %s is in the history twice", tag)
		}
		if w.status == 412 {
			told412++
		}
		inHistory[tag] = true
		before := h.versions[w.base]
		for _, field := range append([]string{"bio"}, fields...) {
			want := before[field]
			for _, named := range w.named {
				if named == field {
					want = valueOf(field, tag)
				}
			}
			if after[field] != want {
				t.Errorf("after the write %s of %v, %s is %q, want %q", tag, w.named, field, after[field], want)
			}
		}
		etag = w.base
	}
	if told412 > lost {
		t.Errorf("%d writes were refused and are stored, for %d lost acknowledgements", told412, lost)
	}
	acknowledged := 0
	for tag, w := range h.savings {
		if w.status == 200 {
			acknowledged++
			if !inHistory[tag] {
				t.Errorf("the write %s was acknowledged, and is lost", tag)
			}
		}
	}
	t.Logf("%d writes: %d acknowledged, %d in the history, %d of them after a lost acknowledgement and told 412",
		len(h.savings), acknowledged, len(inHistory), told412)
	if acknowledged < 2 {
		t.Errorf("only %d writes were acknowledged: this proves too little", acknowledged)
	}
}
