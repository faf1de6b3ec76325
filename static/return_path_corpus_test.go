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

// readCorpus reads a file with one value per line. Lines that begin with "# " are headings.
func readCorpus(t *testing.T, file string) (values []string) {
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

// nextQueries returns query strings with the values in ?next=, encoded as browsers do.
func nextQueries(values []string) (queries []string) {
	for _, value := range values {
		queries = append(queries, "?next="+url.QueryEscape(value))
	}
	return queries
}

func TestR41CorpusLeadsToTheLandingPage(t *testing.T) {
	values := readCorpus(t, "testdata/return_paths.txt")
	if len(values) < 200 {
		t.Errorf("the corpus has %d values, want at least 200", len(values))
	}
	const each = `return input.map((query) => m.returnPath(query, '/account'))`
	page := openPage(t, nil)
	got := evaluate[[]string](t, page, "js/auth/return-path.js", nextQueries(values), each)
	for i, got := range got {
		if got != "/" {
			t.Errorf("next=%q: got %q, want /", values[i], got)
		}
	}
}

// TestR41R56RandomNextStaysOnThisSite joins tricks at random into thousands of values, and asks
// the browser where each result leads.
func TestR41R56RandomNextStaysOnThisSite(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	pieces := append(readCorpus(t, "testdata/return_paths.txt"),
		"/", "/", "\\", "..", ".", "%2f", "%5c", "%", "@", ":", "?", "#", "\t",
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
		const path = m.returnPath(query, '/account');
		const plain = /^\/(?![\/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path);
		const url = new URL(path, location.href);
		return plain && url.origin === location.origin && url.href === location.origin + path;
	})`
	page := openPage(t, nil)
	got := evaluate[[]bool](t, page, "js/auth/return-path.js", nextQueries(values), check)
	for i, stays := range got {
		if !stays {
			t.Errorf("next=%q leads to another site", values[i])
		}
	}
}
