//go:build !production

package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"example.com/latchkey/emulator"
	"example.com/latchkey/emulator/state"
)

// hasLocalFirebase says whether this build contains the local Firebase. The container is built without it (tag
// "production", local_production.go): nothing in it can be talked into accepting unsigned tokens.
const hasLocalFirebase = true

// startLocal starts the local Firebase where no project is configured, and points cfg and the SDKs at it. It returns
// how to mount it on the site's own origin, which is where the browser looks for it, and how to stop it. What is mounted
// is guarded (localhosts.go), also where the Firebase is the Emulator Suite, which accepts unsigned tokens too.
func startLocal(cfg *config, addr net.Addr, log *slog.Logger) (mount func(http.Handler) http.Handler, stop func(), err error) {
	mount, stop = func(site http.Handler) http.Handler { return site }, func() {}
	if cfg.mode == production {
		return mount, stop, nil
	}
	warnOfNeighbours(addr, log)
	if cfg.mode == emulators {
		return func(site http.Handler) http.Handler { return guardLocal(*cfg, site) }, stop, nil
	}
	firebase, err := emulator.Start(emulator.Options{ProjectID: cfg.projectID, StateDir: cfg.stateFolder, Logger: log})
	if err != nil {
		return nil, nil, fmt.Errorf("start the local Firebase: %w", err)
	}
	cfg.authEmulator, cfg.firestoreEmulator = dialable(addr), firebase.FirestoreAddr()
	// The SDKs take the hosts of emulators from the environment and from nowhere else.
	os.Setenv(authEmulatorVariable, cfg.authEmulator)
	os.Setenv(firestoreEmulatorVariable, cfg.firestoreEmulator)
	log.Info("no project configured, so this is a local Firebase: accounts and data stay on this machine",
		slog.String("state", cfg.stateFolder))

	mount = func(site http.Handler) http.Handler {
		return guardLocal(*cfg, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isLocalFirebase(r) {
				firebase.Handler().ServeHTTP(w, r)
				return
			}
			site.ServeHTTP(w, r)
		}))
	}
	return mount, func() { firebase.Close() }, nil
}

// reachLocal points cfg and the SDKs at the Auth service of the local Firebase, for commands that serve nothing: at the
// server that is running, which holds the state, or else at one of its own for as long as the command takes.
func reachLocal(cfg *config, log *slog.Logger) (stop func(), err error) {
	if cfg.mode != local {
		return func() {}, nil
	}
	firebase, err := emulator.Start(emulator.Options{ProjectID: cfg.projectID, StateDir: cfg.stateFolder, Logger: log})
	if errors.Is(err, state.ErrInUse) {
		running := net.JoinHostPort("127.0.0.1", cfg.port)
		probe, err := net.DialTimeout("tcp", running, time.Second)
		if err != nil { // or the Admin SDK would try for seconds and then only say that there is no answer
			return nil, fmt.Errorf("the app is running with the state in %s, but not on port %s: set PORT to its port", cfg.stateFolder, cfg.port)
		}
		probe.Close()
		os.Setenv(authEmulatorVariable, running)
		return func() {}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("start the local Firebase: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, firebase.Close())
	}
	server := &http.Server{Handler: firebase.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(listener)
	os.Setenv(authEmulatorVariable, listener.Addr().String())
	return func() { server.Close(); firebase.Close() }, nil
}

// dialable is addr as this machine can reach it, also when the listener is on all addresses.
func dialable(addr net.Addr) string {
	host, port, _ := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
