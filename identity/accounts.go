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

// maxClaims is the longest JSON text of a user's custom claims that the service takes, in bytes.
const maxClaims = 1000

// maxUID is the longest uid there can be, in bytes.
const maxUID = 128

// AccountsClient is what Accounts needs of the Admin SDK: *auth.Client, or *auth.TenantClient for one tenant.
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

// Accounts reads and changes users with the rights of the service. It asks nobody whether the caller may: handlers do.
//
// Every call has a deadline of its own; without one the SDK tries for seven seconds when the service answers 503, and
// for ever when it answers nothing. Errors are [ErrUserNotFound], [ErrInvalidArgument] and [ErrUnavailable].
type Accounts struct {
	client AccountsClient
}

// NewAccounts returns the accounts of the client's project.
func NewAccounts(client AccountsClient) *Accounts { return &Accounts{client: client} }

// Get returns the user's account.
func (a *Accounts) Get(ctx context.Context, uid string) (*Account, error) {
	return a.read(ctx, uid, "look up the user", func(ctx context.Context) (*auth.UserRecord, error) {
		return a.client.GetUser(ctx, uid)
	})
}

// FindByEmail returns the account with exactly this address. It is for operators: what a user may do never depends on
// an address.
func (a *Accounts) FindByEmail(ctx context.Context, email string) (*Account, error) {
	if local, domain, ok := strings.Cut(email, "@"); !ok || local == "" || domain == "" {
		return nil, ErrUserNotFound // the SDK would say so in an error of no kind
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

// SetDisplay changes the name and the photo that others see; an empty string removes one. It validates neither: see
// [ValidPhotoURL].
func (a *Accounts) SetDisplay(ctx context.Context, uid, displayName, photoURL string) (*Account, error) {
	return a.read(ctx, uid, "change the user's display", func(ctx context.Context) (*auth.UserRecord, error) {
		return a.client.UpdateUser(ctx, uid, (&auth.UserToUpdate{}).DisplayName(displayName).PhotoURL(photoURL))
	})
}

// SetDisabled disables or enables the user. A disabled user's ID tokens stay valid until they expire, except where
// revocation is checked: call [Verifier.Forget] as well.
func (a *Accounts) SetDisabled(ctx context.Context, uid string, disabled bool) (*Account, error) {
	return a.read(ctx, uid, "disable or enable the user", func(ctx context.Context) (*auth.UserRecord, error) {
		return a.client.UpdateUser(ctx, uid, (&auth.UserToUpdate{}).Disabled(disabled))
	})
}

// SetRoles replaces the custom claim "roles" and keeps the other custom claims. The user's tokens carry the new roles
// from their next refresh on; [Verifier.VerifyLive] sees them at once. Two calls at the same time for one user can lose
// one of the changes: the service has no conditional update.
func (a *Accounts) SetRoles(ctx context.Context, uid string, roles []string) error {
	return a.doFor(ctx, uid, "set the user's roles", func(ctx context.Context) error {
		// The SDK replaces all custom claims at once, so read what is there first.
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

// RevokeSessions ends the user's sessions on every device: refresh tokens are dead at once, ID tokens where revocation
// is checked. Call [Verifier.Forget] as well.
func (a *Accounts) RevokeSessions(ctx context.Context, uid string) error {
	return a.doFor(ctx, uid, "revoke the user's sessions", func(ctx context.Context) error {
		return a.client.RevokeRefreshTokens(ctx, uid)
	})
}

// Delete deletes the user; that there is none is success, so that an interrupted deletion can be finished.
func (a *Accounts) Delete(ctx context.Context, uid string) error {
	err := a.doFor(ctx, uid, "delete the user", func(ctx context.Context) error {
		return a.client.DeleteUser(ctx, uid)
	})
	if errors.Is(err, ErrUserNotFound) {
		return nil
	}
	return err
}

// CustomToken mints a token with which a browser can sign in as the user (signInWithCustomToken), which creates the
// user if need be. It is the seam for sign-in systems of one's own: whoever calls it has verified the person. The
// claims become custom claims of that session alone.
func (a *Accounts) CustomToken(ctx context.Context, uid string, claims map[string]any) (token string, err error) {
	err = a.doFor(ctx, uid, "mint a custom token", func(ctx context.Context) error {
		token, err = a.client.CustomTokenWithClaims(ctx, uid, claims)
		return err
	})
	return token, err
}

// read runs one call of the SDK that answers with a record.
func (a *Accounts) read(
	ctx context.Context, uid, doing string, call func(context.Context) (*auth.UserRecord, error),
) (account *Account, err error) {
	err = a.doFor(ctx, uid, doing, func(ctx context.Context) error {
		record, err := call(ctx)
		if err == nil {
			account = newAccount(record)
		}
		return err
	})
	return account, err
}

// doFor is do for one user, whose uid it checks: the SDK's own check answers with an error of no kind.
func (a *Accounts) doFor(ctx context.Context, uid, doing string, call func(context.Context) error) error {
	if uid == "" || len(uid) > maxUID {
		return ErrUserNotFound
	}
	return a.do(ctx, doing, call)
}

// do runs calls of the SDK under one deadline and classifies the error, before anything wraps it.
func (a *Accounts) do(ctx context.Context, doing string, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	err := call(ctx)
	switch {
	case err == nil:
		return nil
	case auth.IsUserNotFound(err), auth.IsEmailNotFound(err):
		return fail(ErrUserNotFound, doing, err)
	case errorutils.IsInvalidArgument(err), errors.Is(err, ErrInvalidArgument):
		return fail(ErrInvalidArgument, doing, err)
	}
	return fail(ErrUnavailable, doing, err)
}
