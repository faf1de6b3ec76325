// Latchkey shows how to authenticate end users of a Cloud Run service: pages that sign users in
// with the Firebase JS SDK, and JSON APIs that verify their ID tokens with the Admin SDK.
//
// Start reading here. The program reads its settings (config/), connects to Google Cloud or to the
// local Firebase (clients.go), builds the routes (handlers/handlers.go) and serves them (serve.go).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"example.com/latchkey/config"
	"example.com/latchkey/handlers"
	"example.com/latchkey/local"
)

const usage = `Usage:

	latchkey                          serve the app
	latchkey grant-role EMAIL admin   make a user with a verified email address an administrator
	latchkey grant-role UID admin     make the user with this user ID an administrator
	latchkey --help                   show this text

All settings are environment variables. Without any, the app serves http://localhost:8080 with a
local Firebase. Set FIREBASE_API_KEY and GOOGLE_CLOUD_PROJECT to use a real project. README.md
lists every variable.
`

func main() {
	// Cloud Run stops an instance with SIGTERM. Ctrl-C in a terminal sends an interrupt.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "latchkey:", err)
		os.Exit(1)
	}
}

// run executes the command in args. Logs go to stderr.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	var command func(context.Context, config.Config) error
	switch {
	case len(args) == 0:
		command = func(ctx context.Context, cfg config.Config) error {
			return serveSite(ctx, cfg, stderr)
		}
	case len(args) > 0 && args[0] == "grant-role":
		if len(args) != 3 || slices.Contains(args, "") {
			return errGrantRoleUsage
		}
		command = func(ctx context.Context, cfg config.Config) error {
			return grantRole(ctx, cfg, args[1], args[2], stdout)
		}
	case len(args) == 1 && (args[0] == "--help" || args[0] == "-h" || args[0] == "help"):
		_, err := fmt.Fprint(stdout, usage)
		return err
	default:
		return errors.New("unknown command; run latchkey --help for the list of commands")
	}

	cfg, err := config.Load(environ, local.Available)
	if err != nil {
		return err
	}
	if cfg.ProjectID == "" {
		if cfg.ProjectID, err = projectFromMetadata(ctx); err != nil {
			return err
		}
	}
	return command(ctx, cfg)
}

// serveSite serves the app until ctx is canceled and the in-flight requests are finished.
func serveSite(ctx context.Context, cfg config.Config, stderr io.Writer) error {
	log := handlers.NewLogger(stderr, cfg.OnCloudRun)
	if methods := cfg.MethodsWithoutRedirect(); len(methods) > 0 {
		log.Warn("some sign-in methods need redirects, which work only on the auth domain: "+
			"set FIREBASE_AUTH_DOMAIN to the host that users open",
			slog.String("methods", strings.Join(methods, ",")))
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(cfg.Host, cfg.Port))
	if err != nil {
		return fmt.Errorf("listen (if the port is in use, set PORT to another one): %w", err)
	}
	defer listener.Close()

	firebase, err := local.Start(cfg, listener.Addr(), log)
	if err != nil {
		return err
	}
	defer firebase.Close()

	clients, err := newClients(ctx, cfg, firebase)
	if err != nil {
		return err
	}
	defer clients.Close()

	_, port, _ := net.SplitHostPort(listener.Addr().String())
	log.Info("listening", slog.String("url", "http://localhost:"+port),
		slog.String("project", cfg.ProjectID))
	return serve(ctx, log, listener, firebase.Handler(newSite(cfg, log, clients)))
}
