package main

import (
	"cmp"
	"fmt"
	"strconv"

	"example.com/latchkey/handlers"
)

// abuse is what keeps abuse in bounds.
type abuse struct {
	trustedProxies int
	byAddress      handlers.Limit
	byAccount      handlers.Limit
}

const (
	// Requests a second, in the long run. An address may be a whole office's, so it gets more than an account; a page
	// makes about five requests. burstOf says how much may come at once.
	defaultByAddress = "100"
	defaultByAccount = "20"
	burstOf          = 10 // seconds' worth

	maxTrustedProxies = 10
)

// loadAbuse reads TRUSTED_PROXIES, RATE_LIMIT_ADDRESS and RATE_LIMIT_ACCOUNT.
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
	cfg.abuse.byAccount, err = loadLimit(env, "RATE_LIMIT_ACCOUNT", defaultByAccount)
	return err
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
