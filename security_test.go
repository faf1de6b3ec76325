package main

import (
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/views"
)

// rows is how many rows SECURITY.md has.
const rows = 56

func TestSECURITYNamesTestsThatExistAndARowForEachThatTestsName(t *testing.T) {
	content, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := testsByFile(t)
	proven := regexp.MustCompile(`\[([^]]+_test\.go)\]\(([^)]+)\): ((?:` + "`" + `\w+` + "`" + `(?:, )?)+)`)
	for row := 1; row <= rows; row++ {
		line := regexp.MustCompile(`(?m)^\| R` + strconv.Itoa(row) + ` \|.*$`).FindString(string(content))
		proofs := proven.FindAllStringSubmatch(line, -1)
		if len(proofs) == 0 && !strings.Contains(line, "**not covered**: ") {
			t.Errorf("R%d is neither proven nor said to be uncovered: %q", row, line)
		}
		for _, proof := range proofs {
			for _, name := range regexp.MustCompile(`\w+`).FindAllString(proof[3], -1) {
				if proof[1] != proof[2] || !tests[proof[1]][name] {
					t.Errorf("R%d: there is no %s in %s", row, name, proof[1])
				}
			}
		}
	}
	for file, names := range tests {
		for name := range names {
			for _, cited := range regexp.MustCompile(`R(\d{1,2})`).FindAllStringSubmatch(name, -1) {
				if row, _ := strconv.Atoi(cited[1]); row < 1 || row > rows {
					t.Errorf("%s in %s is about a row that SECURITY.md does not have", name, file)
				}
			}
		}
	}
}

// testsByFile are the names of all tests, benchmarks and fuzz targets.
func testsByFile(t *testing.T) map[string]map[string]bool {
	t.Helper()
	tests := map[string]map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "node_modules" {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		tests[filepath.ToSlash(path)] = map[string]bool{}
		for _, found := range declared.FindAllStringSubmatch(string(content), -1) {
			tests[filepath.ToSlash(path)][found[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}

// TestR45EveryOtherOriginOfThePolicyIsListed takes the policy of a site with everything switched on.
func TestR45EveryOtherOriginOfThePolicyIsListed(t *testing.T) {
	content, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	cfg := handlers.Config{Web: views.WebConfig{AuthDomain: "PROJECT.firebaseapp.com", Methods: append([]string{"phone"}, signInMethods...)}}
	site := handlers.New(cfg, slog.New(slog.DiscardHandler), identity.NewVerifier(nil, identity.Options{}), nil, nil, nil)
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	hosts := regexp.MustCompile(`https://([^ ;]+)`).FindAllStringSubmatch(w.Header().Get("Content-Security-Policy"), -1)
	if len(hosts) < 8 {
		t.Fatalf("got %v, want the origins of every method", hosts)
	}
	for _, host := range hosts {
		if !strings.Contains(string(content), "`"+host[1]+"`") {
			t.Errorf("SECURITY.md does not list %s", host[1])
		}
	}
}
