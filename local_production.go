//go:build production

package main

import (
	"log/slog"
	"net"
	"net/http"
)

const hasLocalFirebase = false

// startLocal does nothing: this build has no local Firebase. See local.go.
func startLocal(*config, net.Addr, *slog.Logger) (mount func(http.Handler) http.Handler, stop func(), err error) {
	return func(site http.Handler) http.Handler { return site }, func() {}, nil
}

// reachLocal does nothing either.
func reachLocal(*config, *slog.Logger) (stop func(), err error) { return func() {}, nil }
