package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"example.com/latchkey/config"
	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/local"
)

var errGrantRoleUsage = errors.New("grant-role needs a user and a role: " +
	"latchkey grant-role EMAIL admin, or latchkey grant-role UID admin")

// grantRole gives a role to a user. It is how a project gets its first administrator. It checks no
// permission, because the Google Cloud credentials that it runs with already allow changing any
// user of the project.
//
// The user is an email address or, without an @, a user ID. An address must be verified, because
// anyone could have signed up with it before its owner did. A user ID names one account, whose
// address the operator may already know to be right.
func grantRole(ctx context.Context, cfg config.Config, user, role string, stdout io.Writer) error {
	if !slices.Contains(handlers.Roles, role) {
		return fmt.Errorf("unknown role %q; the roles are %v", role, handlers.Roles)
	}
	firebase, err := local.Connect(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer firebase.Close()
	useEmulators(firebase)
	client, err := newAuthClient(ctx, cfg)
	if err != nil {
		return err
	}
	accounts := identity.NewAccounts(client)
	byEmail := strings.Contains(user, "@")
	find := accounts.Get
	if byEmail {
		find = accounts.FindByEmail
	}
	account, err := find(ctx, user)
	if errors.Is(err, identity.ErrUserNotFound) {
		return fmt.Errorf("project %s has no user with that email address or user ID: "+
			"sign up first", cfg.ProjectID)
	}
	if err != nil {
		return err
	}
	printAccount(stdout, account)
	if slices.Contains(account.Roles, role) {
		fmt.Fprintf(stdout, "%s already has the role %s.\n", account.UID, role)
		return nil
	}
	if byEmail && !account.EmailVerified {
		return errors.New("the email address isn't verified, so someone else may have signed up " +
			"with it: if you created the account, verify the address in the app; if you didn't, " +
			"reset its password there; to grant the role all the same, use the user ID")
	}
	if err := accounts.SetRoles(ctx, account.UID, append(account.Roles, role)); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s now has the role %s in project %s.\n", account.UID, role, cfg.ProjectID)
	return nil
}

// printAccount shows the operator which account is about to get a role. It quotes the email
// address, which a user chose: unquoted, control characters in it could change what the terminal
// shows.
func printAccount(w io.Writer, account *identity.Account) {
	email := "none"
	if account.Email != "" {
		state := "not verified"
		if account.EmailVerified {
			state = "verified"
		}
		email = fmt.Sprintf("%q (%s)", account.Email, state)
	}
	var methods []string
	for _, p := range account.Providers {
		methods = append(methods, p.ProviderID)
	}
	if len(methods) == 0 {
		methods = []string{"none"}
	}
	created := "unknown"
	if account.CreatedAt != nil {
		created = account.CreatedAt.Format("2006-01-02 15:04 MST")
	}
	fmt.Fprintf(w, "Email address:   %s\nSign-in methods: %s\nCreated:         %s\n"+
		"User ID:         %s\n", email, strings.Join(methods, ", "), created, account.UID)
}
