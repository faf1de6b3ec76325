package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"

	firebase "firebase.google.com/go/v4"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
)

// abuse is what keeps abuse in bounds.
type abuse struct {
	trustedProxies int
	byAddress      handlers.Limit
	byAccount      handlers.Limit
	appCheck       handlers.AppCheckMode
}

const (
	// Requests a second, in the long run. An address may be a whole office's, so it gets more than an account; a page
	// makes about five requests. burstOf says how much may come at once.
	defaultByAddress = "100"
	defaultByAccount = "20"
	burstOf          = 10 // seconds' worth

	maxTrustedProxies = 10
)

// loadAbuse reads TRUSTED_PROXIES, RATE_LIMIT_ADDRESS, RATE_LIMIT_ACCOUNT and APP_CHECK.
func loadAbuse(cfg *config, env map[string]string) error {
	proxies := "0"
	if cfg.onCloudRun {
		proxies = "1" // Google's front end; an external load balancer before it makes two
	}
	n, err := strconv.Atoi(cmp.Or(env["TRUSTED_PROXIES"], proxies))
	if err != nil || n < 0 || n > maxTrustedProxies {
		return fmt.Errorf("set TRUSTED_PROXIES to the number of proxies before this program, from 0 to %d", maxTrustedProxies)
	}
	cfg.abuse.trustedProxies = n
	if cfg.abuse.byAddress, err = loadLimit(env, "RATE_LIMIT_ADDRESS", defaultByAddress); err != nil {
		return err
	}
	if cfg.abuse.byAccount, err = loadLimit(env, "RATE_LIMIT_ACCOUNT", defaultByAccount); err != nil {
		return err
	}
	return loadAppCheck(cfg, env)
}

func loadLimit(env map[string]string, name, standard string) (handlers.Limit, error) {
	value := cmp.Or(env[name], standard)
	if value == "off" {
		return handlers.Limit{}, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > 1_000_000 {
		return handlers.Limit{}, fmt.Errorf("set %s to requests a second, at least 1, or to off", name)
	}
	return handlers.Limit{PerSecond: float64(n), Burst: n * burstOf}, nil
}

func loadAppCheck(cfg *config, env map[string]string) error {
	cfg.abuse.appCheck = handlers.AppCheckMode(cmp.Or(env["APP_CHECK"], string(handlers.AppCheckOff)))
	switch cfg.abuse.appCheck {
	case handlers.AppCheckOff:
		return nil
	case handlers.AppCheckLog, handlers.AppCheckEnforce:
		if cfg.mode != production {
			return errors.New("unset APP_CHECK: it needs a real project, emulators issue no App Check tokens")
		}
		return nil
	}
	return errors.New("set APP_CHECK to off, log or enforce")
}

// newAttester fetches the keys of App Check, if that is on. An instance that cannot have them does not start.
func newAttester(ctx context.Context, cfg config) (handlers.Attester, error) {
	if cfg.abuse.appCheck == handlers.AppCheckOff {
		return nil, nil
	}
	app, err := firebase.NewApp(ctx, &firebase.Config{ProjectID: cfg.projectID})
	if err != nil {
		return nil, fmt.Errorf("set up Firebase: %w", err)
	}
	client, err := app.AppCheck(ctx)
	if err != nil {
		return nil, fmt.Errorf("fetch the keys of App Check: %w", err)
	}
	return identity.NewAppCheck(client), nil
}
