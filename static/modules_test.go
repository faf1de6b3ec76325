package static

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ownModules returns the app's modules by name; the SDK's bundle is not one.
func ownModules() map[string]string {
	modules := map[string]string{}
	for name, f := range files {
		if strings.HasPrefix(name, "js/") {
			modules[name] = string(f.plain)
		}
	}
	return modules
}

// users returns the modules whose code, comments aside, matches the pattern.
func users(pattern string) []string {
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

func TestEveryImportLeadsToAFile(t *testing.T) {
	anyImport := regexp.MustCompile(`(?:from |import |import\()'([^']+)'`)
	for name, source := range ownModules() {
		for _, match := range anyImport.FindAllStringSubmatch(source, -1) {
			if target := path.Join(path.Dir(name), match[1]); files[target] == nil {
				t.Errorf("%s imports %s, which is not served", name, match[1])
			}
		}
	}
}

func TestImportsAreFoundThroughOthers(t *testing.T) {
	got := Imports("js/pages/account.js")
	for _, want := range []string{"js/account/profile-form.js", "js/api.js", "js/auth/session.js", "firebase/firebase.js"} {
		if !slices.Contains(got, Path(want)) {
			t.Errorf("got %v, want it to contain %s", got, want)
		}
	}
	if slices.Contains(got, Path("js/pages/account.js")) {
		t.Error("the module is among its own imports")
	}
	if got := Imports("js/ui/header.js"); slices.Contains(got, Path("js/auth/session.js")) {
		t.Errorf("got %v: what is imported later, on purpose, must not be fetched at once", got)
	}
}

func TestTheModulesKeepTheirParts(t *testing.T) {
	for pattern, want := range map[string][]string{
		`\binitializeAuth\(`: {"js/auth/session.js"}, // one module begins the session; the others take its auth
		`\bfetch\(`:          {"js/api.js"},  // one module calls the API
		`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser`: nil, // R39
		`\.style\b|setAttribute\('(style|on)`:                                                    nil, // the CSP forbids it
	} {
		if got := users(pattern); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", pattern, got, want)
		}
	}
}

func TestTheLockfileNamesNoDownloadHost(t *testing.T) {
	content, err := os.ReadFile("firebase/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(content), `"resolved"`) {
		t.Error("the lockfile holds download addresses: install with the settings of static/firebase/.npmrc")
	}
}
