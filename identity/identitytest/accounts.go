package identitytest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// User is a user record of Identity Toolkit.
type User struct {
	UID           string
	Email         string
	EmailVerified bool
	DisplayName   string
	PhotoURL      string
	PhoneNumber   string
	Disabled      bool
	CreatedAt     time.Time
	LastSignInAt  time.Time
	ValidSince    time.Time // tokens of sign-ins before it are revoked
	CustomClaims  string    // a JSON object
}

// SetUser adds or replaces a user.
func (s *Server) SetUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[u.UID] = u
}

// User returns a user as the calls so far have left it.
func (s *Server) User(uid string) (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.users[uid]
	return u, ok
}

// RemoveUser deletes a user behind the back of the app.
func (s *Server) RemoveUser(uid string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.users, uid)
}

// record is a user on the wire.
func (u User) record() map[string]any {
	r := map[string]any{
		"localId": u.UID, "email": u.Email, "emailVerified": u.EmailVerified, "displayName": u.DisplayName,
		"photoUrl": u.PhotoURL, "phoneNumber": u.PhoneNumber, "disabled": u.Disabled,
		"customAttributes": u.CustomClaims,
	}
	if !u.CreatedAt.IsZero() {
		r["createdAt"] = strconv.FormatInt(u.CreatedAt.UnixMilli(), 10)
	}
	if !u.LastSignInAt.IsZero() {
		r["lastLoginAt"] = strconv.FormatInt(u.LastSignInAt.UnixMilli(), 10)
	}
	if !u.ValidSince.IsZero() {
		r["validSince"] = strconv.FormatInt(u.ValidSince.Unix(), 10)
	}
	if u.Email != "" {
		r["providerUserInfo"] = []any{map[string]any{"providerId": "password", "rawId": u.Email, "email": u.Email}}
	}
	return r
}

// lookup answers with the users named by localId or email; none is an empty answer, as at Google's.
func (s *Server) lookup(w http.ResponseWriter, r *http.Request) {
	var ask struct{ LocalID, Email, PhoneNumber []string }
	if !readJSON(w, r, &ask) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []any
	for _, u := range s.sorted() {
		if slices.Contains(ask.LocalID, u.UID) || slices.Contains(ask.Email, u.Email) ||
			slices.Contains(ask.PhoneNumber, u.PhoneNumber) {
			found = append(found, u.record())
		}
	}
	if found == nil {
		writeJSON(w, map[string]any{})
		return
	}
	writeJSON(w, map[string]any{"users": found})
}

// update changes the fields that the Admin SDK sends.
func (s *Server) update(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		LocalID          string
		DisplayName      *string
		PhotoURL         *string
		DisableUser      *bool
		CustomAttributes *string
		ValidSince       int64 `json:",string"`
		DeleteAttribute  []string
	}
	if !readJSON(w, r, &ask) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.users[ask.LocalID]
	if !ok {
		writeError(w, "USER_NOT_FOUND")
		return
	}
	set(&u.DisplayName, ask.DisplayName)
	set(&u.PhotoURL, ask.PhotoURL)
	set(&u.Disabled, ask.DisableUser)
	set(&u.CustomClaims, ask.CustomAttributes)
	if slices.Contains(ask.DeleteAttribute, "DISPLAY_NAME") {
		u.DisplayName = ""
	}
	if slices.Contains(ask.DeleteAttribute, "PHOTO_URL") {
		u.PhotoURL = ""
	}
	if ask.ValidSince != 0 {
		u.ValidSince = time.Unix(ask.ValidSince, 0)
	}
	s.users[u.UID] = u
	writeJSON(w, map[string]any{"localId": u.UID})
}

func (s *Server) delete(w http.ResponseWriter, r *http.Request) {
	var ask struct{ LocalID string }
	if !readJSON(w, r, &ask) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.users[ask.LocalID]; !ok {
		writeError(w, "USER_NOT_FOUND")
		return
	}
	delete(s.users, ask.LocalID)
	writeJSON(w, map[string]any{})
}

// list pages through the users by uid; the page token is the last uid of the page before.
func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	size, err := strconv.Atoi(r.FormValue("maxResults"))
	if err != nil || size < 1 {
		writeError(w, "INVALID_MAX_RESULTS")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var page []any
	next := ""
	for _, u := range s.sorted() {
		if u.UID <= r.FormValue("nextPageToken") {
			continue
		}
		if len(page) == size {
			next = page[size-1].(map[string]any)["localId"].(string)
			break
		}
		page = append(page, u.record())
	}
	writeJSON(w, map[string]any{"users": page, "nextPageToken": next})
}

// sorted is all users by uid. The caller holds the lock.
func (s *Server) sorted() []User {
	users := make([]User, 0, len(s.users))
	for _, u := range s.users {
		users = append(users, u)
	}
	slices.SortFunc(users, func(a, b User) int { return strings.Compare(a.UID, b.UID) })
	return users
}

// signBlob signs as the service account, for custom tokens.
func (s *Server) signBlob(w http.ResponseWriter, r *http.Request) {
	var ask struct{ Payload []byte }
	if !readJSON(w, r, &ask) {
		return
	}
	writeJSON(w, map[string]any{"signedBlob": base64.StdEncoding.EncodeToString(sign(ask.Payload))})
}

// set changes a field if the call names it.
func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

func readJSON(w http.ResponseWriter, r *http.Request, v any) bool {
	if err := json.NewDecoder(r.Body).Decode(v); err != nil {
		writeError(w, "INVALID_REQUEST")
		return false
	}
	return true
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// writeError answers in the form of Identity Toolkit.
func writeError(w http.ResponseWriter, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": 400, "message": code}})
}
