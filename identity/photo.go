package identity

import (
	"net/url"
	"slices"
	"strings"
)

// maxPhotoURL bounds the length of a photo URL, in bytes.
const maxPhotoURL = 2048

// ValidPhotoURL reports whether a photo may be shown from the URL: https, one of the hosts,
// without a port or user name. The hosts are in lower case and match exactly. They should be
// those in the img-src of the Content-Security-Policy.
//
// Check a URL before storing it and again before showing it: templ sanitizes links but not the
// src of images, and the Firebase SDK in the browser lets users store any photo URL.
func ValidPhotoURL(raw string, hosts []string) bool {
	if len(raw) > maxPhotoURL || !strings.HasPrefix(raw, "https://") ||
		strings.ContainsAny(raw, "\\\"'<>` ") {
		return false
	}
	for i := range len(raw) {
		if raw[i] <= ' ' || raw[i] >= 0x7f {
			return false
		}
	}
	u, err := url.Parse(raw)
	return err == nil && u.Scheme == "https" && u.User == nil && u.Host != "" &&
		slices.Contains(hosts, u.Host)
}
