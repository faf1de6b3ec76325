package identity

import (
	"net/url"
	"slices"
	"strings"
)

// maxPhotoURL is the longest photo URL that is accepted, in bytes.
const maxPhotoURL = 2048

// ValidPhotoURL says whether a photo may be shown from this URL: https, one of the hosts, no port, no user name (R40).
// templ checks links but not the src of images, so it has to be checked before it is stored, and before it is shown
// as well: the Firebase SDK in the browser lets users store what they like. The hosts are lower case and are compared
// whole; they should be those in the Content-Security-Policy's img-src.
func ValidPhotoURL(raw string, hosts []string) bool {
	if len(raw) > maxPhotoURL || !strings.HasPrefix(raw, "https://") || strings.ContainsAny(raw, "\\\"'<>` ") {
		return false
	}
	for i := range len(raw) {
		if raw[i] <= ' ' || raw[i] >= 0x7f {
			return false
		}
	}
	u, err := url.Parse(raw)
	return err == nil && u.Scheme == "https" && u.User == nil && u.Host != "" && slices.Contains(hosts, u.Host)
}
