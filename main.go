// Latchkey shows how people sign in to a service on Cloud Run: a page that signs them in with the Firebase JS SDK, and
// JSON APIs that the Admin SDK protects.
//
// Start reading here: settings (config.go) → clients → routes (handlers/handlers.go) → serve (serve.go).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"cloud.google.com/go/compute/metadata"
	"cloud.google.com/go/firestore"
	firebase "firebase.google.com/go/v4"
	"firebase.google.com/go/v4/auth"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/profile"
)

// revocationMaxAge bounds how long a session that was ended through another instance is still let in where nothing is
// changed. Half as long costs twice as many user look-ups.
const revocationMaxAge = 30 * time.Second

func main() {
	// Cloud Run sends SIGTERM and allows ten seconds; a terminal sends an interrupt.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Environ(), os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "latchkey:", err)
		os.Exit(1)
	}
}

// run is the program. It returns when ctx is done and the requests under way have been answered.
func run(ctx context.Context, environ []string, stderr io.Writer) error {
	cfg, err := loadConfig(environ)
	if err != nil {
		return err
	}
	log := newLogger(cfg, stderr)

	if cfg.projectID == "" {
		if cfg.projectID, err = metadata.ProjectIDWithContext(ctx); err != nil {
			return fmt.Errorf("set GOOGLE_CLOUD_PROJECT: the metadata server does not tell the project: %w", err)
		}
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(cfg.host, cfg.port))
	if err != nil {
		return fmt.Errorf("listen (set PORT to another port if this one is taken): %w", err)
	}
	defer listener.Close()
	mountLocal, stopLocal, err := startLocal(&cfg, listener.Addr(), log)
	if err != nil {
		return err
	}
	defer stopLocal()

	authClient, firestoreClient, err := newClients(ctx, cfg)
	if err != nil {
		return err
	}
	defer firestoreClient.Close()

	project, err := identity.NewProject(ctx, cfg.projectID)
	if err != nil {
		return fmt.Errorf("%w: %w", errCredentials, err)
	}

	var authHelper *url.URL // an emulator brings its own
	if cfg.mode == production {
		authHelper = handlers.AuthHelper(cfg.projectID)
	}
	site := handlers.New(
		handlers.Config{Web: cfg.webConfig(), ProjectID: cfg.projectID, AuthHelper: authHelper},
		log,
		identity.NewVerifier(authClient, identity.Options{ProjectID: cfg.projectID, RevocationMaxAge: revocationMaxAge}),
		identity.NewAccounts(authClient),
		project,
		profile.NewStore(firestoreClient),
	)
	log.Info("listening", slog.String("url", cfg.url(listener.Addr())), slog.String("project", cfg.projectID))
	return serve(ctx, log, listener, mountLocal(site))
}

// newClients connects to Identity Platform and Firestore, or to the emulators that cfg names.
func newClients(ctx context.Context, cfg config) (*auth.Client, *firestore.Client, error) {
	app, err := firebase.NewApp(ctx, &firebase.Config{ProjectID: cfg.projectID})
	if err != nil {
		return nil, nil, fmt.Errorf("set up Firebase: %w", err)
	}
	authClient, err := app.Auth(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errCredentials, err)
	}
	firestoreClient, err := firestore.NewClient(ctx, cfg.projectID)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errCredentials, err)
	}
	return authClient, firestoreClient, nil
}

var errCredentials = errors.New("connect to Google Cloud (on your own machine, run `gcloud auth application-default login` first)")
