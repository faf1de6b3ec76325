package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
)

// grantRole gives a role to the user with that email address: how the first admin comes about. Whoever can run it
// already holds credentials that may change any user of the project, so it asks for nothing else.
func grantRole(ctx context.Context, cfg config, email, role string, stdout io.Writer) error {
	if !slices.Contains(handlers.Roles, role) {
		return fmt.Errorf("there is no role %q; there is: %v", role, handlers.Roles)
	}
	closeLocal, err := reachLocal(&cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer closeLocal()
	client, err := newAuthClient(ctx, cfg)
	if err != nil {
		return err
	}
	accounts := identity.NewAccounts(client)
	account, err := accounts.FindByEmail(ctx, email)
	if errors.Is(err, identity.ErrUserNotFound) {
		return fmt.Errorf("project %s has no user with that email address: sign up first", cfg.projectID)
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
	fmt.Fprintf(stdout, "%s now has the role %s, in project %s.\n", account.UID, role, cfg.projectID)
	return nil
}
