package handlers

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"example.com/latchkey/identity"
)

// Roles lists the values that the custom claim "roles" may contain.
var Roles = []string{adminRole}

const (
	adminRole = "admin"

	// usersPerPage is how many users one page lists. A search may return more, because it keeps
	// all matches in the last batch that it read.
	usersPerPage = 50
	// searchBatch is how many users a search reads at once.
	searchBatch = 500
	// maxSearched is the maximum number of users that one search request reads. To continue the
	// search, the client sends the "next" token of the response.
	maxSearched = 4 * searchBatch
)

// requireRole admits only users with the role. In the route table it comes after stillSignedIn,
// which looks the roles up, so a role that was removed stops working at once and not when the ID
// token expires.
func (s *server) requireRole(role string) func(next http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return s.api(func(w http.ResponseWriter, r *http.Request) error {
			if !caller(r).HasRole(role) {
				return errForbidden
			}
			next.ServeHTTP(w, r)
			return nil
		})
	}
}

// userList is one page of users.
type userList struct {
	Users []*identity.Account `json:"users"`
	// Next is the token of the next page, or "" on the last one.
	Next string `json:"next"`
}

// listUsers handles GET /api/admin/users?q=TEXT&page=TOKEN. It lists users in the order of
// their uids, or the users that q matches.
func (s *server) listUsers(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	q := strings.ToLower(strings.TrimSpace(query.Get("q")))
	list, err := s.findUsers(r.Context(), q, query.Get("page"))
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, list)
	return nil
}

// findUsers returns users whose uid, email address, name or phone number contains q. Identity
// Platform has no substring search, so findUsers reads the list of users until it has found a
// page of matches or has read maxSearched users.
func (s *server) findUsers(ctx context.Context, q, page string) (userList, error) {
	found := userList{Users: []*identity.Account{}, Next: page}
	size := usersPerPage
	if q != "" {
		size = searchBatch
	}
	for read := 0; read < maxSearched; read += size {
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
		if next == "" || len(found.Users) >= usersPerPage {
			break
		}
	}
	return found, nil
}

// mentions reports whether the user's data contains q, which is in lowercase.
func mentions(u *identity.Account, q string) bool {
	fields := []string{u.UID, u.Email, u.DisplayName, u.PhoneNumber}
	return slices.ContainsFunc(fields, func(s string) bool {
		return strings.Contains(strings.ToLower(s), q)
	})
}

// changeUser handles PATCH /api/admin/users/{uid}: it disables or enables a user, or sets roles.
func (s *server) changeUser(w http.ResponseWriter, r *http.Request) error {
	var change struct {
		Disabled *bool     `json:"disabled"`
		Roles    *[]string `json:"roles"`
	}
	if err := decodeObject(w, r, &change); err != nil {
		return err
	}
	if change.Roles != nil && slices.ContainsFunc(*change.Roles, unknownRole) {
		return badRequest(fmt.Sprintf("One of these roles doesn't exist. Choose from: %s.",
			strings.Join(Roles, ", ")))
	}
	account, err := s.otherUser(r)
	if err != nil {
		return err
	}
	demotes := change.Disabled != nil && *change.Disabled ||
		change.Roles != nil && !slices.Contains(*change.Roles, adminRole)
	if demotes {
		if err := s.beginDemotion(r, account); err != nil {
			return err
		}
	}
	uid := account.UID
	if change.Roles != nil {
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
	if account, err = s.accounts.Get(r.Context(), uid); err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, account)
	return nil
}

func unknownRole(role string) bool { return !slices.Contains(Roles, role) }

// signOutUser handles DELETE /api/admin/users/{uid}/sessions.
func (s *server) signOutUser(w http.ResponseWriter, r *http.Request) error {
	account, err := s.otherUser(r)
	if err != nil {
		return err
	}
	err = s.audited(r, "sign out everywhere", account.UID, func(ctx context.Context) error {
		return s.accounts.RevokeSessions(ctx, account.UID)
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// deleteUser handles DELETE /api/admin/users/{uid}: it erases everything that belongs to the
// user. If the user doesn't exist, it responds with 404. Nothing is left to erase then, because
// erase deletes the user last.
func (s *server) deleteUser(w http.ResponseWriter, r *http.Request) error {
	account, err := s.otherUser(r)
	if err != nil {
		return err
	}
	if err := s.beginDemotion(r, account); err != nil {
		return err
	}
	if err := s.erase(r, account.UID); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// beginDemotion must be called before an admin loses the role, is disabled or is deleted. Two
// admins who do that to each other at the same time would leave the project without one. The
// one who comes second gets an error.
func (s *server) beginDemotion(r *http.Request, account *identity.Account) error {
	if !slices.Contains(account.Roles, adminRole) {
		return nil
	}
	var actor string // stays empty for staff, who can't be demoted
	if user, ok := identity.UserFrom(r.Context()); ok {
		actor = user.UID
	}
	return s.profiles.BeginDemotion(r.Context(), actor, account.UID)
}

// otherUser returns the account that the uid in the path belongs to. The path may contain any
// text, so only the uid of the account belongs in a log. otherUser rejects an admin's own uid,
// because the last admin could otherwise lock themselves out. (Staff have no uid.)
func (s *server) otherUser(r *http.Request) (*identity.Account, error) {
	uid := chi.URLParam(r, "uid")
	// If RawPath is set, chi matches it instead of Path, and the parameter is still escaped:
	// "a%3Ab" for the user "a:b".
	if r.URL.RawPath != "" {
		var err error
		if uid, err = url.PathUnescape(uid); err != nil {
			return nil, errNotFound
		}
	}
	if user, ok := identity.UserFrom(r.Context()); ok && uid == user.UID {
		return nil, errOwnAccount
	}
	return s.accounts.Get(r.Context(), uid)
}

var errOwnAccount = &Error{Status: http.StatusConflict, Code: "own_account",
	Message: "You can't change your own account here. Ask another administrator to do it."}
