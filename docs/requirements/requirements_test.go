// Package requirements holds the table of requirements in README.md to the tests it names. The app
// does not use it: a fork that has no use for the table can delete this folder.
package requirements

import (
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/latchkey/config"
	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/views"
)

const root = "../.."

// TestEveryRowNamesTestsThatExist finds rows whose test was renamed or removed.
func TestEveryRowNamesTestsThatExist(t *testing.T) {
	content, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := testsByFile(t)
	proof := regexp.MustCompile(`\[([^]]+_test\.go)\]\(\.\./\.\./([^)]+)\): ((?:` + "`" + `\w+` + "`" + `(?:, )?)+)`)
	rows := regexp.MustCompile(`(?m)^\| (R\d+) \|.*$`).FindAllStringSubmatch(string(content), -1)
	if len(rows) < 50 {
		t.Fatalf("found only %d rows", len(rows))
	}
	for _, row := range rows {
		proofs := proof.FindAllStringSubmatch(row[0], -1)
		if len(proofs) == 0 && !strings.Contains(row[0], "**not covered**") {
			t.Errorf("%s names no test and does not say that it is not covered", row[1])
		}
		for _, p := range proofs {
			for _, name := range regexp.MustCompile(`\w+`).FindAllString(p[3], -1) {
				if p[1] != p[2] || !tests[p[1]][name] {
					t.Errorf("%s: there is no %s in %s", row[1], name, p[1])
				}
			}
		}
	}
}

// testsByFile returns the names of all tests, benchmarks and fuzz targets in the repository.
func testsByFile(t *testing.T) map[string]map[string]bool {
	t.Helper()
	tests := map[string]map[string]bool{}
	declaration := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "node_modules":
			return fs.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		content, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return err
		}
		tests[path] = map[string]bool{}
		for _, found := range declaration.FindAllStringSubmatch(string(content), -1) {
			tests[path][found[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}

// TestR45EveryExternalOriginIsDocumented takes the policy of a site with every method.
func TestR45EveryExternalOriginIsDocumented(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	site := handlers.New(
		handlers.Config{Web: views.WebConfig{
			AuthDomain: "PROJECT.firebaseapp.com", Methods: config.SignInMethods,
		}},
		slog.New(slog.DiscardHandler), identity.NewVerifier(nil, identity.Options{}), nil, nil, nil)
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	policy := w.Header().Get("Content-Security-Policy")
	hosts := regexp.MustCompile(`https://([^ ;]+)`).FindAllStringSubmatch(policy, -1)
	if len(hosts) < 8 {
		t.Fatalf("got %v, want the origins of every method", hosts)
	}
	for _, host := range hosts {
		if !strings.Contains(string(content), "`"+host[1]+"`") {
			t.Errorf("SECURITY.md does not list %s", host[1])
		}
	}
}
