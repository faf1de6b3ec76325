package handlers

import (
	"context"
	"net/http"
	"strings"

	"example.com/latchkey/profile"
)

// Profiles stores the profiles of users. *profile.Store implements it.
type Profiles interface {
	Get(ctx context.Context, uid string) (profile.Profile, profile.Version, error)
	Patch(
		ctx context.Context, uid string, changes profile.Changes, seen profile.Version,
	) (profile.Profile, profile.Version, error)
	Export(ctx context.Context, uid string) (profile.Exported, error)
	Erase(ctx context.Context, uid string) error
	BeginDemotion(ctx context.Context, actor, target string) error
	Ping(ctx context.Context) error
}

// getProfile handles GET /api/profile: it returns the caller's profile with its ETag, or 304 if
// If-None-Match names that ETag.
func (s *server) getProfile(w http.ResponseWriter, r *http.Request) error {
	p, version, err := s.profiles.Get(r.Context(), caller(r).UID)
	if err != nil {
		return err
	}
	etag := etagOf(version)
	w.Header().Set("ETag", etag)
	if matchesETag(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	writeJSON(w, http.StatusOK, p)
	return nil
}

// patchProfile handles PATCH /api/profile: it saves the fields in the body, unless the profile
// has changed since the caller read it. The uid comes from the verified token, so no request
// can change another user's profile.
func (s *server) patchProfile(w http.ResponseWriter, r *http.Request) error {
	seen, err := versionSeen(r)
	if err != nil {
		return err
	}
	var changes profile.Changes
	if err := decodeObject(w, r, &changes); err != nil {
		return err
	}
	if invalid := changes.Clean(); len(invalid) > 0 {
		return &Error{Status: http.StatusUnprocessableEntity, Code: "invalid_profile",
			Message: messageInvalidFields, Fields: invalid}
	}
	saved, version, err := s.profiles.Patch(r.Context(), caller(r).UID, changes, seen)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etagOf(version))
	writeJSON(w, http.StatusOK, saved)
	return nil
}

// versionSeen returns the version in the If-Match header. The header is required, because
// without it a save could silently overwrite another one.
func versionSeen(r *http.Request) (profile.Version, error) {
	header := r.Header.Values("If-Match")
	if len(header) == 0 || header[0] == "*" {
		return "", &Error{Status: http.StatusPreconditionRequired, Code: "precondition_required",
			Message: "Send the ETag of the profile that you read in an If-Match header."}
	}
	etag := strings.TrimSpace(header[0])
	if len(header) > 1 || !isStrongETag(etag) {
		return "", badRequest("Send exactly one ETag in If-Match, in double quotes.")
	}
	return profile.Version(etag[1 : len(etag)-1]), nil
}

func isStrongETag(etag string) bool {
	return len(etag) >= 2 && etag[0] == '"' && etag[len(etag)-1] == '"' &&
		!strings.Contains(etag[1:len(etag)-1], `"`)
}

func etagOf(v profile.Version) string {
	return `"` + string(v) + `"`
}

// matchesETag reports whether an If-None-Match header contains the ETag. It ignores whether the
// tags are weak, as RFC 9110, section 13.1.2 requires.
func matchesETag(ifNoneMatch, etag string) bool {
	for candidate := range strings.SplitSeq(ifNoneMatch, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == etag || candidate == "*" {
			return true
		}
	}
	return false
}
