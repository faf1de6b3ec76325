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
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/profile"
)

// revocationMaxAge bounds how long a session that was ended through another instance is still let in where nothing is
// changed. Half as long costs twice as many user look-ups.
const revocationMaxAge = 30 * time.Second

// reconnect bounds how long the Firestore client waits before it tries a lost connection again: by default two minutes,
// which would keep an instance unready long after Firestore is back.
var reconnect = option.WithGRPCDialOption(grpc.WithConnectParams(grpc.ConnectParams{
	Backoff:           backoff.Config{BaseDelay: time.Second, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 5 * time.Second},
	MinConnectTimeout: 5 * time.Second,
}))

func main() {
	// Cloud Run sends SIGTERM and allows ten seconds; a terminal sends an interrupt.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "latchkey:", err)
		os.Exit(1)
	}
}

// run is the program: it serves, or does what the arguments ask for. It writes logs to stderr.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	cfg, err := loadConfig(environ)
	if err != nil {
		return err
	}
	if cfg.projectID == "" {
		if cfg.projectID, err = askProject(ctx); err != nil {
			return fmt.Errorf("set GOOGLE_CLOUD_PROJECT: the metadata server does not tell the project: %w", err)
		}
	}
	switch {
	case len(args) == 0:
		return serveSite(ctx, cfg, stderr)
	case len(args) == 3 && args[0] == "grant-role":
		return grantRole(ctx, cfg, args[1], args[2], stdout)
	}
	return errors.New("usage: latchkey, or latchkey grant-role EMAIL admin")
}

// askProject asks the metadata server, which answers at once where there is one. Without a deadline of ours, a K_SERVICE set
// elsewhere would hold the start up for half a minute, and the sentence that says what to set with it.
func askProject(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return metadata.ProjectIDWithContext(ctx)
}

// serveSite returns when ctx is done and the requests under way have been answered.
func serveSite(ctx context.Context, cfg config, stderr io.Writer) error {
	log := newLogger(cfg, stderr)

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

	authClient, err := newAuthClient(ctx, cfg)
	if err != nil {
		return err
	}
	firestoreClient, err := firestore.NewClient(ctx, cfg.projectID, reconnect)
	if err != nil {
		return fmt.Errorf("%w: %w", errCredentials, err)
	}
	defer firestoreClient.Close()
	project, err := identity.NewProject(ctx, cfg.projectID, cfg.platform.tenantID)
	if err != nil {
		return fmt.Errorf("%w: %w", errCredentials, err)
	}

	var authHelper *url.URL // an emulator brings its own
	if cfg.mode == production {
		authHelper = handlers.AuthHelper(cfg.projectID)
	}
	staff, err := cfg.platform.staff()
	if err != nil {
		return err
	}
	google, err := cfg.platform.google()
	if err != nil {
		return err
	}
	site := handlers.New(
		handlers.Config{
			Web: cfg.webConfig(), ProjectID: cfg.projectID, AuthHelper: authHelper, SessionPanel: cfg.pages.sessionPanel,
			TrustedProxies: cfg.abuse.trustedProxies, ByAddress: cfg.abuse.byAddress, ByAccount: cfg.abuse.byAccount,
			Origins: cfg.platform.origins, Staff: staff, Google: google,
		},
		log,
		identity.NewVerifier(authClient, identity.Options{
			ProjectID: cfg.projectID, TenantID: cfg.platform.tenantID, RevocationMaxAge: revocationMaxAge,
		}),
		identity.NewAccounts(authClient),
		project,
		profile.NewStore(firestoreClient),
	)
	log.Info("listening", slog.String("url", cfg.url(listener.Addr())), slog.String("project", cfg.projectID))
	return serve(ctx, log, listener, mountLocal(site))
}

// accountsClient is a client of the whole project, or of one tenant.
type accountsClient interface {
	identity.TokenClient
	identity.AccountsClient
}

// newAuthClient connects to Identity Platform, or to the emulator that cfg names.
func newAuthClient(ctx context.Context, cfg config) (accountsClient, error) {
	app, err := firebase.NewApp(ctx, &firebase.Config{ProjectID: cfg.projectID})
	if err != nil {
		return nil, fmt.Errorf("set up Firebase: %w", err)
	}
	client, err := app.Auth(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCredentials, err)
	}
	if cfg.platform.tenantID != "" {
		return client.TenantManager.AuthForTenant(cfg.platform.tenantID)
	}
	return client, nil
}

var errCredentials = errors.New("connect to Google Cloud (on your own machine, run `gcloud auth application-default login` first)")
