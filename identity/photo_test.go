package identity_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"example.com/latchkey/identity"
)

// photoHosts are the allowed hosts.
var photoHosts = []string{"lh3.googleusercontent.com", "avatars.githubusercontent.com"}

// badPhotos must never become the src of an image.
var badPhotos = []string{
	"", "/", "//lh3.googleusercontent.com/a", "lh3.googleusercontent.com/a", "photo.png",
	"http://lh3.googleusercontent.com/a", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
	"data:image/png;base64,AA==", "https:lh3.googleusercontent.com/a",
	"https:/lh3.googleusercontent.com/a", "https:///lh3.googleusercontent.com/a", "https://",
	"https:///", "https://evil.example/a", "https://lh3.googleusercontent.com.evil.example/a",
	"https://evil.example/lh3.googleusercontent.com", "https://evillh3.googleusercontent.com/a",
	"https://sub.lh3.googleusercontent.com/a",
	"https://lh3.googleusercontent.com@evil.example/a",
	"https://evil.example#@lh3.googleusercontent.com/a",
	"https://evil.example\\@lh3.googleusercontent.com/a",
	"https://lh3.googleusercontent.com\\.evil.example/a",
	"https://lh3.googleusercontent.com:8443/a", "https://lh3.googleusercontent.com:/a",
	"https://user:pass@lh3.googleusercontent.com/a", "https://lh3.googleusercontent.com./a",
	" https://lh3.googleusercontent.com/a", "https://lh3.googleusercontent.com/a b",
	"https://lh3.googleusercontent.com/a\nb", "\thttps://lh3.googleusercontent.com/a",
	"https://lh3.googleusercontent.com/\"x", "https://lh3.googleusercontent.com/<x",
	"https://lh3.googleusercontent.com/é", "https://ⓛh3.googleusercontent.com/a",
	"https://lh3%2egoogleusercontent.com/a",
	"https://lh3.googleusercontent.com%00.evil.example/a", "https://127.0.0.1/a",
	"https://[::1]/a", "https://localhost/a", "ftp://lh3.googleusercontent.com/a",
	"blob:https://lh3.googleusercontent.com/a",
	"view-source:https://lh3.googleusercontent.com/a",
	"https://lh3.googleusercontent.com/" + strings.Repeat("a", 2048),
}

func TestR40OnlyHTTPSPhotosFromListedHostsAreValid(t *testing.T) {
	for _, good := range []string{
		"https://lh3.googleusercontent.com/a/AAA=s96-c",
		"https://avatars.githubusercontent.com/u/1?v=4",
		"https://lh3.googleusercontent.com",
	} {
		if !identity.ValidPhotoURL(good, photoHosts) {
			t.Errorf("%q is rejected", good)
		}
	}
	for _, bad := range badPhotos {
		if identity.ValidPhotoURL(bad, photoHosts) {
			t.Errorf("%q is accepted", bad)
		}
	}
	if identity.ValidPhotoURL("https:///a", []string{""}) ||
		identity.ValidPhotoURL("https://a.example/", nil) {
		t.Error("accepted a URL without a listed host")
	}
}

func FuzzValidPhotoURL(f *testing.F) {
	for _, bad := range badPhotos {
		f.Add(bad)
	}
	f.Add("https://lh3.googleusercontent.com/a")
	f.Fuzz(func(t *testing.T, raw string) {
		if !identity.ValidPhotoURL(raw, photoHosts) {
			return
		}
		// An accepted URL has a listed host right after https://, by comparing strings instead
		// of trusting the parser.
		rest, ok := strings.CutPrefix(raw, "https://")
		host, _, _ := strings.Cut(strings.NewReplacer("?", "/", "#", "/").Replace(rest), "/")
		if !ok || !slices.Contains(photoHosts, host) || strings.ContainsAny(raw, "\\\"'<> \t\r\n") {
			t.Fatalf("accepted %q", raw)
		}
		if u, err := url.Parse(raw); err != nil || u.String() == "" || u.User != nil {
			t.Fatalf("accepted %q, which parses as %v, %v", raw, u, err)
		}
	})
}
