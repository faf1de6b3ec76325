package static

import (
	"math/rand/v2"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// corpus reads a file of one value a line; lines that begin with "# " are headings.
func corpus(t *testing.T, file string) (values []string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "# ") {
			continue
		}
		value, err := strconv.Unquote(`"` + line + `"`)
		if err != nil {
			t.Fatalf("%s: %q: %v", file, line, err)
		}
		values = append(values, value)
	}
	return values
}

// queries are the values as browsers would send them.
func queries(values []string) (queries []string) {
	for _, value := range values {
		queries = append(queries, "?next="+url.QueryEscape(value))
	}
	return queries
}

func TestR41NothingOfTheCorpusLeadsElsewhere(t *testing.T) {
	values := corpus(t, "testdata/next.txt")
	if len(values) < 200 {
		t.Errorf("the corpus has %d values, want at least 200", len(values))
	}
	const each = `return input.map((query) => m.nextPath(query, '/account'))`
	for i, got := range evaluate[[]string](t, openPage(t, nil), "js/auth/return-path.js", queries(values), each) {
		if got != "/" {
			t.Errorf("next=%q: got %q, want /", values[i], got)
		}
	}
}

// TestR41R56WhateverNextSaysItStaysOnThisSite glues tricks together at random, some thousands of them, and lets the
// browser itself say where each result leads.
func TestR41R56WhateverNextSaysItStaysOnThisSite(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	pieces := append(corpus(t, "testdata/next.txt"), "/", "/", "\\", "..", ".", "%2f", "%5c", "%", "@", ":", "?", "#", "\t",
		"account", "signin", "evil.example", "https:", "%25", "\u2028", ";")
	var values []string
	for range 5000 {
		var value strings.Builder
		if random.IntN(2) == 0 {
			value.WriteByte('/')
		}
		for range 1 + random.IntN(5) {
			value.WriteString(pieces[random.IntN(len(pieces))])
		}
		values = append(values, value.String())
	}
	const check = `return input.map((query) => {
		const next = m.nextPath(query, '/account');
		const plain = /^\/(?![\/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next);
		return plain && new URL(next, location.href).origin === location.origin && new URL(next, location.href).href === location.origin + next;
	})`
	for i, stays := range evaluate[[]bool](t, openPage(t, nil), "js/auth/return-path.js", queries(values), check) {
		if !stays {
			t.Errorf("next=%q leads elsewhere", values[i])
		}
	}
}
