package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"cloud.google.com/go/compute/metadata"
	"cloud.google.com/go/firestore"
	firebase "firebase.google.com/go/v4"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"

	"example.com/latchkey/config"
	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/local"
	"example.com/latchkey/profile"
	"example.com/latchkey/views"
)

// revocationMaxAge is how long a session that another instance revoked can still read data. Halving
// it doubles the number of user lookups.
const revocationMaxAge = 30 * time.Second

// metadataTimeout bounds the request for the project ID. The metadata client's own retries would
// take half a minute if K_SERVICE is set on a machine without a metadata server.
const metadataTimeout = 5 * time.Second

// firestoreBackoff retries a lost connection at least every five seconds. By default the wait grows
// to two minutes, which would keep an instance unready long after Firestore is back.
var firestoreBackoff = option.WithGRPCDialOption(grpc.WithConnectParams(grpc.ConnectParams{
	Backoff: backoff.Config{
		BaseDelay: time.Second, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 5 * time.Second,
	},
	MinConnectTimeout: 5 * time.Second,
}))

var errCredentials = errors.New("connect to Google Cloud " +
	"(on your own machine, run `gcloud auth application-default login` first)")

// clients are the connections to everything outside the program.
type clients struct {
	auth      authClient
	project   *identity.Project
	firestore *firestore.Client
	staff     handlers.StaffVerifier // nil without IAP_AUDIENCE
	google    handlers.GoogleTokens  // nil without GOOGLE_CLIENT_IDS
}

// authClient is an Admin SDK client for the whole project or for one tenant.
type authClient interface {
	identity.TokenClient
	identity.AccountsClient
}

// newClients connects to Google Cloud, or to the emulators of fb.
func newClients(ctx context.Context, cfg config.Config, fb local.Firebase) (*clients, error) {
	useEmulators(fb)
	var c clients
	var err error
	if c.auth, err = newAuthClient(ctx, cfg); err != nil {
		return nil, err
	}
	if c.project, err = identity.NewProject(ctx, cfg.ProjectID, cfg.TenantID); err != nil {
		return nil, fmt.Errorf("%w: %w", errCredentials, err)
	}
	if len(cfg.IAPAudiences) > 0 {
		c.staff, err = identity.NewIAPVerifier(identity.IAPOptions{Audiences: cfg.IAPAudiences})
		if err != nil {
			return nil, err
		}
	}
	if len(cfg.GoogleClientIDs) > 0 {
		options := identity.GoogleOptions{ClientIDs: cfg.GoogleClientIDs}
		c.google, err = identity.NewGoogleVerifier(options)
		if err != nil {
			return nil, err
		}
	}
	if c.firestore, err = firestore.NewClient(ctx, cfg.ProjectID, firestoreBackoff); err != nil {
		return nil, fmt.Errorf("%w: %w", errCredentials, err)
	}
	return &c, nil
}

// Close closes the connections.
func (c *clients) Close() error { return c.firestore.Close() }

// useEmulators points Google's SDKs at the emulators of fb, if there are any. The SDKs can only be
// pointed at an emulator with these two environment variables, so this is the one place where the
// program changes its environment.
func useEmulators(fb local.Firebase) {
	if fb.AuthHost != "" {
		os.Setenv(config.AuthEmulatorVariable, fb.AuthHost)
	}
	if fb.FirestoreHost != "" {
		os.Setenv(config.FirestoreEmulatorVariable, fb.FirestoreHost)
	}
}

func newAuthClient(ctx context.Context, cfg config.Config) (authClient, error) {
	app, err := firebase.NewApp(ctx, &firebase.Config{ProjectID: cfg.ProjectID})
	if err != nil {
		return nil, fmt.Errorf("set up Firebase: %w", err)
	}
	client, err := app.Auth(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCredentials, err)
	}
	if cfg.TenantID != "" {
		return client.TenantManager.AuthForTenant(cfg.TenantID)
	}
	return client, nil
}

// newSite connects the handlers to the clients.
func newSite(cfg config.Config, log *slog.Logger, c *clients) http.Handler {
	verifier := identity.NewVerifier(c.auth, verifierOptions(cfg))
	return handlers.New(siteConfig(cfg, c), log,
		verifier, identity.NewAccounts(c.auth), c.project, profile.NewStore(c.firestore))
}

func verifierOptions(cfg config.Config) identity.Options {
	return identity.Options{
		ProjectID: cfg.ProjectID, TenantID: cfg.TenantID, RevocationMaxAge: revocationMaxAge,
	}
}

func siteConfig(cfg config.Config, c *clients) handlers.Config {
	site := handlers.Config{
		Web:           webConfig(cfg),
		ProjectID:     cfg.ProjectID,
		SessionPanel:  cfg.SessionPanel,
		BehindProxy:   cfg.BehindProxy,
		LoadBalancers: cfg.LoadBalancers,
		ByAddress:     limit(cfg.AddressLimit),
		ByAccount:     limit(cfg.AccountLimit),
		Origins:       cfg.CORSOrigins,
		Staff:         c.staff,
		Google:        c.google,
	}
	if cfg.Mode == config.Production { // emulators bring their own sign-in helper
		site.AuthHelper = handlers.AuthHelper(cfg.ProjectID)
	}
	return site
}

func limit(l config.RateLimit) handlers.Limit {
	return handlers.Limit{PerSecond: float64(l.PerSecond), Burst: l.Burst}
}

// webConfig returns the settings that the browser needs.
func webConfig(cfg config.Config) views.WebConfig {
	web := views.WebConfig{
		APIKey:     cfg.APIKey,
		AuthDomain: cmp.Or(cfg.AuthDomain, cfg.ProjectID+".firebaseapp.com"),
		ProjectID:  cfg.ProjectID,
		Methods:    cfg.SignInMethods,
		TenantID:   cfg.TenantID,
		Support:    cfg.SupportContact,
	}
	switch cfg.Mode {
	case config.Local:
		web.Emulator = "same-origin"
	case config.EmulatorSuite:
		web.Emulator = "http://" + cfg.AuthEmulatorHost
	}
	return web
}

// projectFromMetadata asks Cloud Run's metadata server for the project that the service runs in.
func projectFromMetadata(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, metadataTimeout)
	defer cancel()
	id, err := metadata.ProjectIDWithContext(ctx)
	if err != nil {
		return "", fmt.Errorf("set GOOGLE_CLOUD_PROJECT: "+
			"the metadata server returned no project: %w", err)
	}
	return id, nil
}
