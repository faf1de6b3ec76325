package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"example.com/latchkey/config"
	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/local"
)

// grantRole gives a role to the user with this email address. It is how a project gets its first
// administrator. It checks no permission, because the Google Cloud credentials that it runs with
// already allow changing any user of the project.
func grantRole(ctx context.Context, cfg config.Config, email, role string, stdout io.Writer) error {
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
	account, err := accounts.FindByEmail(ctx, email)
	if errors.Is(err, identity.ErrUserNotFound) {
		return fmt.Errorf("project %s has no user with that email address: sign up first",
			cfg.ProjectID)
	}
	if err != nil {
		return err
	}
	if slices.Contains(account.Roles, role) {
		fmt.Fprintf(stdout, "%s already has the role %s.\n", account.UID, role)
		return nil
	}
	if err := accounts.SetRoles(ctx, account.UID, append(account.Roles, role)); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s now has the role %s in project %s.\n", account.UID, role, cfg.ProjectID)
	return nil
}
