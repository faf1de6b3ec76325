package views

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestSignInLinksKeepReturnPath(t *testing.T) {
	for next, want := range map[string]string{
		"":                       "/signin?mode=signup",
		"/account":               "/signin?mode=signup&next=%2Faccount",
		"/a/b-c?tab=x&y=1#email": "/signin?mode=signup&next=%2Fa%2Fb-c%3Ftab%3Dx%26y%3D1%23email",
		"/account\n":             "/signin?mode=signup",
		"//evil.example":         "/signin?mode=signup",
	} {
		page := testPage
		page.Next = next
		if !linksTo(t, page, want) {
			t.Errorf("next=%q: no link to %q", next, want)
		}
	}
}

func linksTo(t *testing.T, page Page, address string) bool {
	for _, link := range named(parse(t, render(t, SignIn(page))), "a") {
		if link.attrs["href"] == address {
			return true
		}
	}
	return false
}

// Values that lead back to /signin are skipped: they can only cause a redirect loop, which
// js/auth/return-path.js prevents.
func TestR41SignInLinksDropHostileReturnPaths(t *testing.T) {
	content, err := os.ReadFile("../static/testdata/return_paths.txt")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for line := range strings.Lines(string(content)) {
		value, err := strconv.Unquote(`"` + strings.TrimSuffix(line, "\n") + `"`)
		if err != nil || strings.HasPrefix(line, "# ") || strings.HasPrefix(value, "/signin") {
			continue
		}
		checked++
		if link := (Page{Next: value}).signInLink(""); link != "/signin" {
			t.Errorf("next=%q: got %q", value, link)
		}
	}
	if checked < 200 {
		t.Errorf("checked %d values, want at least 200", checked)
	}
}
