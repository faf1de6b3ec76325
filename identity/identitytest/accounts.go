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

// SetUser creates or replaces a user.
func (s *Server) SetUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[u.UID] = u
}

// User returns the current state of a user.
func (s *Server) User(uid string) (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.users[uid]
	return u, ok
}

// RemoveUser deletes a user without the app noticing.
func (s *Server) RemoveUser(uid string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.users, uid)
}

// record returns the user in the format of Identity Toolkit.
func (u User) record() map[string]any {
	r := map[string]any{
		"localId": u.UID, "email": u.Email, "emailVerified": u.EmailVerified,
		"displayName": u.DisplayName, "photoUrl": u.PhotoURL, "phoneNumber": u.PhoneNumber,
		"disabled": u.Disabled, "customAttributes": u.CustomClaims,
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
		r["providerUserInfo"] = []map[string]any{
			{"providerId": "password", "rawId": u.Email, "email": u.Email},
		}
	}
	return r
}

// lookup returns the users with the requested UIDs, email addresses or phone numbers. If there
// are none, the response is an empty object, like Google's.
func (s *Server) lookup(w http.ResponseWriter, r *http.Request) {
	var request struct{ LocalID, Email, PhoneNumber []string }
	if !readJSON(w, r, &request) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []any
	for _, u := range s.sorted() {
		if slices.Contains(request.LocalID, u.UID) || slices.Contains(request.Email, u.Email) ||
			slices.Contains(request.PhoneNumber, u.PhoneNumber) {
			found = append(found, u.record())
		}
	}
	if found == nil {
		writeJSON(w, map[string]any{})
		return
	}
	writeJSON(w, map[string]any{"users": found})
}

// update changes the fields that the request names.
func (s *Server) update(w http.ResponseWriter, r *http.Request) {
	var request struct {
		LocalID          string
		DisplayName      *string
		PhotoURL         *string
		DisableUser      *bool
		CustomAttributes *string
		ValidSince       int64 `json:",string"`
		DeleteAttribute  []string
	}
	if !readJSON(w, r, &request) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.users[request.LocalID]
	if !ok {
		writeError(w, "USER_NOT_FOUND")
		return
	}
	set(&u.DisplayName, request.DisplayName)
	set(&u.PhotoURL, request.PhotoURL)
	set(&u.Disabled, request.DisableUser)
	set(&u.CustomClaims, request.CustomAttributes)
	if slices.Contains(request.DeleteAttribute, "DISPLAY_NAME") {
		u.DisplayName = ""
	}
	if slices.Contains(request.DeleteAttribute, "PHOTO_URL") {
		u.PhotoURL = ""
	}
	if request.ValidSince != 0 {
		u.ValidSince = time.Unix(request.ValidSince, 0)
	}
	s.users[u.UID] = u
	writeJSON(w, map[string]any{"localId": u.UID})
}

func (s *Server) delete(w http.ResponseWriter, r *http.Request) {
	var request struct{ LocalID string }
	if !readJSON(w, r, &request) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.users[request.LocalID]; !ok {
		writeError(w, "USER_NOT_FOUND")
		return
	}
	delete(s.users, request.LocalID)
	writeJSON(w, map[string]any{})
}

// list returns a page of users in order of their UIDs. The page token is the last UID of the
// page before.
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

// sorted returns all users in order of their UIDs. The caller holds the lock.
func (s *Server) sorted() []User {
	users := make([]User, 0, len(s.users))
	for _, u := range s.users {
		users = append(users, u)
	}
	slices.SortFunc(users, func(a, b User) int { return strings.Compare(a.UID, b.UID) })
	return users
}

// signBlob signs with the key of the service account, for custom tokens.
func (s *Server) signBlob(w http.ResponseWriter, r *http.Request) {
	var request struct{ Payload []byte }
	if !readJSON(w, r, &request) {
		return
	}
	signature := base64.StdEncoding.EncodeToString(sign(request.Payload))
	writeJSON(w, map[string]any{"signedBlob": signature})
}

// set changes a field if the request names it.
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

// writeError responds with an error in the format of Identity Toolkit.
func writeError(w http.ResponseWriter, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	body := map[string]any{"error": map[string]any{"code": http.StatusBadRequest, "message": code}}
	_ = json.NewEncoder(w).Encode(body)
}
