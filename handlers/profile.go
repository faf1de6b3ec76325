package handlers

import (
	"context"
	"net/http"
	"strings"

	"example.com/latchkey/profile"
)

// Profiles keeps the users' extra fields. *profile.Store is one.
type Profiles interface {
	Get(ctx context.Context, uid string) (profile.Profile, profile.Version, error)
	Patch(ctx context.Context, uid string, changes profile.Changes, seen profile.Version) (profile.Profile, profile.Version, error)
	Erase(ctx context.Context, uid string) error
	Ping(ctx context.Context) error
}

// getProfile answers GET /api/profile with the caller's profile and its ETag, or 304 if the caller has that version.
func (s *server) getProfile(w http.ResponseWriter, r *http.Request) error {
	p, version, err := s.profiles.Get(r.Context(), caller(r).UID)
	if err != nil {
		return err
	}
	etag := etagOf(version)
	w.Header().Set("ETag", etag)
	if matches(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	writeJSON(w, http.StatusOK, p)
	return nil
}

// patchProfile answers PATCH /api/profile: it saves the fields that the body names, if nobody else saved since the
// caller read the profile. The uid comes from the verified token; no request can name another.
func (s *server) patchProfile(w http.ResponseWriter, r *http.Request) error {
	seen, err := versionSeen(r)
	if err != nil {
		return err
	}
	var changes profile.Changes
	if err := decodeObject(w, r, &changes); err != nil {
		return err
	}
	if wrong := changes.Clean(); len(wrong) > 0 {
		return &Error{Status: http.StatusUnprocessableEntity, Code: "invalid_profile",
			Message: "Some fields need another look. Nothing was saved.", Fields: wrong}
	}
	saved, version, err := s.profiles.Patch(r.Context(), caller(r).UID, changes, seen)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etagOf(version))
	writeJSON(w, http.StatusOK, saved)
	return nil
}

// versionSeen is the version in If-Match. The header is required and names one version: without it the last writer
// would silently win.
func versionSeen(r *http.Request) (profile.Version, error) {
	header := r.Header.Values("If-Match")
	if len(header) == 0 || header[0] == "*" {
		return "", &Error{Status: http.StatusPreconditionRequired, Code: "precondition_required",
			Message: "Send If-Match with the ETag of the profile that you have read."}
	}
	etag := strings.TrimSpace(header[0])
	if len(header) > 1 || len(etag) < 2 || etag[0] != '"' || etag[len(etag)-1] != '"' || strings.Contains(etag[1:len(etag)-1], `"`) {
		return "", badRequest("If-Match must be one ETag in double quotes.")
	}
	return profile.Version(etag[1 : len(etag)-1]), nil
}

func etagOf(v profile.Version) string {
	return `"` + string(v) + `"`
}

// matches reports whether an If-None-Match header names the etag. Weak and strong tags are the same here (RFC 9110,
// section 13.1.2).
func matches(ifNoneMatch, etag string) bool {
	for candidate := range strings.SplitSeq(ifNoneMatch, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == etag || candidate == "*" {
			return true
		}
	}
	return false
}
