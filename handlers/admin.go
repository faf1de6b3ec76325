package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"example.com/latchkey/identity"
)

// Roles are the values that the custom claim "roles" may hold.
var Roles = []string{adminRole}

const (
	adminRole = "admin"

	// usersPage is how many users one answer lists.
	usersPage = 50
	// usersScanned bounds how many users a search looks at in one call; the answer says where to go on.
	usersScanned = 2000
)

// admin lets callers through who have the role, as Identity Platform says it today: the route table puts it after
// signedInLive, so that a role that was taken away is gone at once and not with the next token.
func (s *server) admin(next http.Handler) http.Handler {
	return s.api(func(w http.ResponseWriter, r *http.Request) error {
		if !caller(r).HasRole(adminRole) {
			return errForbidden
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// userList is one page of users. Next asks for the following one; "" says that this is the last.
type userList struct {
	Users []*identity.Account `json:"users"`
	Next  string              `json:"next"`
}

// listUsers answers GET /api/admin/users?q=…&page=…: users in the order of their uids, or those that q is part of.
func (s *server) listUsers(w http.ResponseWriter, r *http.Request) error {
	q, page := strings.ToLower(strings.TrimSpace(r.URL.Query().Get("q"))), r.URL.Query().Get("page")
	list, err := s.findUsers(r.Context(), q, page)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, list)
	return nil
}

// findUsers looks q up in what identifies a user. Identity Platform has no search by a part of a name, so it reads on
// until it has a page full or has looked at enough.
func (s *server) findUsers(ctx context.Context, q, page string) (userList, error) {
	found := userList{Users: []*identity.Account{}, Next: page}
	size := usersPage
	if q != "" {
		size = usersScanned / 4
	}
	for scanned := 0; scanned < usersScanned; scanned += size {
		users, next, err := s.accounts.List(ctx, found.Next, size)
		if err != nil {
			return userList{}, err
		}
		for _, u := range users {
			if q == "" || mentions(u, q) {
				found.Users = append(found.Users, u)
			}
		}
		found.Next = next
		if next == "" || len(found.Users) >= usersPage {
			break
		}
	}
	return found, nil
}

func mentions(u *identity.Account, q string) bool {
	return slices.ContainsFunc([]string{u.UID, u.Email, u.DisplayName, u.PhoneNumber}, func(s string) bool {
		return strings.Contains(strings.ToLower(s), q)
	})
}

// changeUser answers PATCH /api/admin/users/{uid}: disable or enable, and set roles.
func (s *server) changeUser(w http.ResponseWriter, r *http.Request) error {
	var change struct {
		Disabled *bool     `json:"disabled"`
		Roles    *[]string `json:"roles"`
	}
	uid, err := s.otherUser(r)
	if err != nil {
		return err
	}
	if err := decodeObject(w, r, &change); err != nil {
		return err
	}
	if change.Roles != nil {
		if slices.ContainsFunc(*change.Roles, func(role string) bool { return !slices.Contains(Roles, role) }) {
			return badRequest("There is no such role.")
		}
		err := s.audited(r, "set roles", uid, func(ctx context.Context) error {
			return s.accounts.SetRoles(ctx, uid, *change.Roles)
		}, slog.Any("roles", *change.Roles))
		if err != nil {
			return err
		}
	}
	if change.Disabled != nil {
		err := s.audited(r, "set disabled", uid, func(ctx context.Context) error {
			_, err := s.accounts.SetDisabled(ctx, uid, *change.Disabled)
			return err
		}, slog.Bool("disabled", *change.Disabled))
		if err != nil {
			return err
		}
	}
	account, err := s.accounts.Get(r.Context(), uid)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, account)
	return nil
}

// signOutUser answers DELETE /api/admin/users/{uid}/sessions.
func (s *server) signOutUser(w http.ResponseWriter, r *http.Request) error {
	uid, err := s.otherUser(r)
	if err != nil {
		return err
	}
	err = s.audited(r, "sign out everywhere", uid, func(ctx context.Context) error {
		return s.accounts.RevokeSessions(ctx, uid)
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// deleteUser answers DELETE /api/admin/users/{uid}: everything that belongs to the user is erased. For a user who is not
// there it is 404: erasure takes the user last, so nobody who is gone has left data behind.
func (s *server) deleteUser(w http.ResponseWriter, r *http.Request) error {
	uid, err := s.otherUser(r)
	if err != nil {
		return err
	}
	if _, err := s.accounts.Get(r.Context(), uid); err != nil {
		return err
	}
	if err := s.erase(r, uid); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// otherUser is the uid in the path. Admins do not act on themselves here: the last one could lock everybody out. (Staff
// have no uid.)
func (s *server) otherUser(r *http.Request) (string, error) {
	uid := chi.URLParam(r, "uid")
	if r.URL.RawPath != "" { // then chi matches the path as it was sent, and "a%3Ab" is not the user "a:b"
		var err error
		if uid, err = url.PathUnescape(uid); err != nil {
			return "", errNotFound
		}
	}
	if user, ok := identity.UserFrom(r.Context()); ok && uid == user.UID {
		return "", errOwnAccount
	}
	return uid, nil
}

var errOwnAccount = &Error{Status: http.StatusConflict, Code: "own_account",
	Message: "That is your own account. Ask another admin."}
