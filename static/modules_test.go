package static

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ownModules returns the source of the app's modules by name, without the SDK's bundle.
func ownModules() map[string]string {
	modules := map[string]string{}
	for name, f := range files {
		if strings.HasPrefix(name, "js/") {
			modules[name] = string(f.plain)
		}
	}
	return modules
}

// modulesMatching returns the names of the modules whose code, without comments, matches the
// pattern.
func modulesMatching(pattern string) []string {
	comment := regexp.MustCompile(`(?s:/\*.*?\*/)|(?m:(^|\s)//.*$)`)
	var names []string
	for name, source := range ownModules() {
		if regexp.MustCompile(pattern).MatchString(comment.ReplaceAllString(source, "")) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestEveryImportedFileExists(t *testing.T) {
	anyImport := regexp.MustCompile(`(?:from |import |import\()'([^']+)'`)
	for name, source := range ownModules() {
		for _, match := range anyImport.FindAllStringSubmatch(source, -1) {
			if target := path.Join(path.Dir(name), match[1]); files[target] == nil {
				t.Errorf("%s imports %s, which does not exist", name, match[1])
			}
		}
	}
}

func TestImportsIncludeIndirectImports(t *testing.T) {
	got := Imports("js/pages/account.js")
	for _, want := range []string{
		"js/account/profile-form.js", "js/api.js", "js/auth/session.js", "firebase/firebase.js",
	} {
		if !slices.Contains(got, Path(want)) {
			t.Errorf("got %v, want %s among them", got, want)
		}
	}
	if slices.Contains(got, Path("js/pages/account.js")) {
		t.Error("the module is in its own list of imports")
	}
	if got := Imports("js/ui/header.js"); slices.Contains(got, Path("js/auth/session.js")) {
		t.Errorf("got %v, want no module that is imported dynamically", got)
	}
}

func TestOnlyTheRightModulesUseAnAPI(t *testing.T) {
	for pattern, want := range map[string][]string{
		`\binitializeAuth\(`: {"js/auth/session.js"}, // the others import its auth
		`\bfetch\(`:          {"js/api.js"},
		// R39: user input must not become HTML or code.
		`innerHTML|outerHTML|insertAdjacentHTML|document\.write`: nil,
		`\beval\(|new Function|DOMParser`:                        nil,
		// The Content Security Policy blocks inline styles and handlers.
		`\.style\b|setAttribute\('(style|on)`: nil,
	} {
		if got := modulesMatching(pattern); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", pattern, got, want)
		}
	}
}

func TestLockfileHasNoDownloadURLs(t *testing.T) {
	content, err := os.ReadFile("firebase/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(content), `"resolved"`) {
		t.Error("the lockfile has download URLs: use the settings in static/firebase/.npmrc")
	}
}
