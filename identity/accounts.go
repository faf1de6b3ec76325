package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"firebase.google.com/go/v4/auth"
	"firebase.google.com/go/v4/errorutils"
)

// maxClaims bounds the JSON text of a user's custom claims, in bytes.
// https://firebase.google.com/docs/auth/admin/custom-claims
const maxClaims = 1000

// maxUID is the maximum length of a UID, in bytes.
const maxUID = 128

// AccountsClient is the part of the Admin SDK that Accounts uses. [auth.Client] implements it,
// and [auth.TenantClient] for one tenant.
type AccountsClient interface {
	GetUser(ctx context.Context, uid string) (*auth.UserRecord, error)
	GetUserByEmail(ctx context.Context, email string) (*auth.UserRecord, error)
	UpdateUser(ctx context.Context, uid string, user *auth.UserToUpdate) (*auth.UserRecord, error)
	SetCustomUserClaims(ctx context.Context, uid string, claims map[string]any) error
	RevokeRefreshTokens(ctx context.Context, uid string) error
	DeleteUser(ctx context.Context, uid string) error
	Users(ctx context.Context, nextPageToken string) *auth.UserIterator
	CustomTokenWithClaims(ctx context.Context, uid string, claims map[string]any) (string, error)
}

// Accounts reads and changes accounts with the permissions of the service. It doesn't check
// whether the caller is allowed to: that is up to the handlers.
//
// Every call has a deadline. Without one, the SDK retries for seven seconds if Identity
// Platform responds with 503, and waits indefinitely if it doesn't respond. Errors are
// [ErrUserNotFound], [ErrInvalidArgument] and [ErrUnavailable].
type Accounts struct {
	client AccountsClient
}

// NewAccounts returns the accounts of the client's project.
func NewAccounts(client AccountsClient) *Accounts { return &Accounts{client: client} }

// Get returns the user's account.
func (a *Accounts) Get(ctx context.Context, uid string) (*Account, error) {
	get := func(ctx context.Context) (*auth.UserRecord, error) { return a.client.GetUser(ctx, uid) }
	return a.record(ctx, uid, "look up the user", get)
}

// FindByEmail returns the account with exactly this email address. It is for operators: never
// use an email address to decide what a caller may do.
func (a *Accounts) FindByEmail(ctx context.Context, email string) (*Account, error) {
	if local, domain, ok := strings.Cut(email, "@"); !ok || local == "" || domain == "" {
		return nil, ErrUserNotFound // the SDK's error for this cannot be classified
	}
	var account *Account
	err := a.do(ctx, "look up a user by email", func(ctx context.Context) error {
		record, err := a.client.GetUserByEmail(ctx, email)
		if err == nil {
			account = newAccount(record)
		}
		return err
	})
	return account, err
}

// SetDisplay changes the display name, the photo or both, and returns the new account. It leaves
// alone what is nil, so it doesn't undo another call at the same time. An empty string removes the
// name or the photo. SetDisplay doesn't validate them: see [ValidPhotoURL].
func (a *Accounts) SetDisplay(
	ctx context.Context, uid string, displayName, photoURL *string,
) (*Account, error) {
	if displayName == nil && photoURL == nil {
		return a.Get(ctx, uid) // the SDK rejects an empty update
	}
	update := &auth.UserToUpdate{}
	if displayName != nil {
		update.DisplayName(*displayName)
	}
	if photoURL != nil {
		update.PhotoURL(*photoURL)
	}
	return a.update(ctx, uid, "change the display name and photo", update)
}

// SetDisabled disables or enables the user. A disabled user's ID tokens stay valid until they
// expire, except where revocation is checked. Call [Verifier.Forget] as well.
func (a *Accounts) SetDisabled(ctx context.Context, uid string, disabled bool) (*Account, error) {
	update := (&auth.UserToUpdate{}).Disabled(disabled)
	return a.update(ctx, uid, "disable or enable the user", update)
}

// SetRoles replaces the custom claim "roles" and keeps the other custom claims. The user's
// tokens carry the new roles after their next refresh. [Verifier.CheckSession] returns them
// immediately. Two concurrent calls for the same user can lose one of the changes, because
// Identity Platform has no conditional update.
func (a *Accounts) SetRoles(ctx context.Context, uid string, roles []string) error {
	return a.doFor(ctx, uid, "set the user's roles", func(ctx context.Context) error {
		// The SDK replaces all custom claims at once.
		record, err := a.client.GetUser(ctx, uid)
		if err != nil {
			return err
		}
		claims := make(map[string]any)
		maps.Copy(claims, record.CustomClaims)
		claims["roles"] = roles
		if len(roles) == 0 {
			delete(claims, "roles")
		}
		if text, err := json.Marshal(claims); err != nil || len(text) > maxClaims {
			return fmt.Errorf("%w: custom claims over %d bytes", ErrInvalidArgument, maxClaims)
		}
		return a.client.SetCustomUserClaims(ctx, uid, claims)
	})
}

// RevokeSessions ends the user's sessions on every device. Refresh tokens stop working
// immediately, ID tokens only where revocation is checked. Call [Verifier.Forget] as well.
func (a *Accounts) RevokeSessions(ctx context.Context, uid string) error {
	return a.doFor(ctx, uid, "revoke the user's sessions", func(ctx context.Context) error {
		return a.client.RevokeRefreshTokens(ctx, uid)
	})
}

// Delete deletes the user. It succeeds if the user doesn't exist, so that an interrupted
// deletion can be repeated.
func (a *Accounts) Delete(ctx context.Context, uid string) error {
	err := a.doFor(ctx, uid, "delete the user", func(ctx context.Context) error {
		return a.client.DeleteUser(ctx, uid)
	})
	switch {
	case errors.Is(err, ErrUserNotFound):
		return nil
	case errors.Is(err, ErrInvalidArgument): // the caller has sent no value to correct
		return unavailable(err.Error())
	}
	return err
}

// CustomToken mints a token with which a browser can sign in as the user
// (signInWithCustomToken). That creates the user if necessary. Use it to add your own sign-in
// system: the caller must have verified the user's identity. The claims become custom claims of
// that session only.
func (a *Accounts) CustomToken(
	ctx context.Context, uid string, claims map[string]any,
) (token string, err error) {
	err = a.doFor(ctx, uid, "mint a custom token", func(ctx context.Context) error {
		token, err = a.client.CustomTokenWithClaims(ctx, uid, claims)
		return err
	})
	return token, err
}

// update changes the user's record and returns the new one.
func (a *Accounts) update(
	ctx context.Context, uid, action string, update *auth.UserToUpdate,
) (*Account, error) {
	return a.record(ctx, uid, action, func(ctx context.Context) (*auth.UserRecord, error) {
		return a.client.UpdateUser(ctx, uid, update)
	})
}

// record makes a call of the SDK that returns a user's record.
func (a *Accounts) record(
	ctx context.Context, uid, action string, call func(context.Context) (*auth.UserRecord, error),
) (account *Account, err error) {
	err = a.doFor(ctx, uid, action, func(ctx context.Context) error {
		record, err := call(ctx)
		if err == nil {
			account = newAccount(record)
		}
		return err
	})
	return account, err
}

// doFor is do for one user. It checks the UID, because the SDK's error for an invalid one
// cannot be classified.
func (a *Accounts) doFor(
	ctx context.Context, uid, action string, call func(context.Context) error,
) error {
	if uid == "" || len(uid) > maxUID {
		return ErrUserNotFound
	}
	return a.do(ctx, action, call)
}

// do makes calls of the SDK under one deadline and classifies the error. call must return the SDK's
// errors unwrapped, because the SDK's Is functions return false for wrapped ones.
func (a *Accounts) do(ctx context.Context, action string, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	err := call(ctx)
	switch {
	case err == nil:
		return nil
	case auth.IsUserNotFound(err), auth.IsEmailNotFound(err):
		return fail(ErrUserNotFound, action, err)
	case errorutils.IsInvalidArgument(err), errors.Is(err, ErrInvalidArgument):
		return fail(ErrInvalidArgument, action, err)
	}
	return fail(ErrUnavailable, action, err)
}
