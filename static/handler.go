package static

import (
	"net/http"
	"strconv"
	"strings"
)

// Handler serves GET and HEAD requests for /static/HASH/… It responds with 404 to unknown names,
// directories, and the hash of another release, whose files this binary doesn't have.
func Handler() http.Handler {
	return http.HandlerFunc(serve)
}

func serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Method not allowed.", http.StatusMethodNotAllowed)
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, prefix)
	f := files[name]
	if !ok || f == nil {
		// During a rollout, another instance may have the file.
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "No such file.", http.StatusNotFound)
		return
	}
	body, encoding := f.encoded(r.Header.Get("Accept-Encoding"))
	header := w.Header()
	header.Set("Content-Type", f.contentType)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Vary", "Accept-Encoding")
	header.Set("ETag", etag(encoding))
	if encoding != "" {
		header.Set("Content-Encoding", encoding)
	}
	if matches(r.Header.Values("If-None-Match"), etag(encoding)) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // an error means that the client has disconnected
	}
}

// etag returns a strong ETag. It differs between the encodings of a file. It need not differ
// between files, because their URLs do.
func etag(encoding string) string {
	if encoding == "" {
		return `"` + hash + `"`
	}
	return `"` + hash + "-" + encoding + `"`
}

// matches reports whether an If-None-Match header lists the tag. The comparison is weak, as RFC
// 9110 requires: W/ is ignored.
func matches(ifNoneMatch []string, tag string) bool {
	for candidate := range strings.SplitSeq(strings.Join(ifNoneMatch, ","), ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == tag || candidate == "*" {
			return true
		}
	}
	return false
}

// accepts reports whether an Accept-Encoding header allows an encoding: by name or with "*",
// and not with q=0. The name takes precedence over "*" (RFC 9110, section 12.5.3).
func accepts(header, encoding string) bool {
	wildcard := false
	for entry := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(entry, ";")
		switch name = strings.TrimSpace(name); {
		case strings.EqualFold(name, encoding):
			return !isExcluded(parameters)
		case name == "*":
			wildcard = !isExcluded(parameters)
		}
	}
	return wildcard
}

// isExcluded reports whether the parameters of an Accept-Encoding entry are q=0 (or 0.0, 0.00,
// …) or invalid.
func isExcluded(parameters string) bool {
	key, value, found := strings.Cut(parameters, "=")
	if !found || !strings.EqualFold(strings.TrimSpace(key), "q") {
		return false
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return err != nil || q <= 0
}
