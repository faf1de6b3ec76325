//go:build !production

package local

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"example.com/latchkey/config"
	"example.com/latchkey/emulator"
	"example.com/latchkey/emulator/state"
)

// Available is true if this build contains the local Firebase.
const Available = true

// Start starts the local Firebase in local mode. Its Auth service is served from the site's own
// address, addr, where the browser looks for it. With the Emulator Suite, Start only adds the
// protection against other sites, because the suite accepts unsigned tokens too.
func Start(cfg config.Config, addr net.Addr, log *slog.Logger) (Firebase, error) {
	if cfg.Mode == config.Production {
		return Firebase{}, nil
	}
	warnIfExposed(addr, log)
	if cfg.Mode == config.EmulatorSuite {
		return emulatorSuite(cfg), nil
	}
	firebase, err := open(cfg, log)
	if err != nil {
		return Firebase{}, err
	}
	log.Info("no project is configured: using the local Firebase, all data stays on this machine",
		slog.String("state", cfg.StateDir))
	return Firebase{
		AuthHost:      dialable(addr),
		FirestoreHost: firebase.FirestoreAddr(),
		protect: func(site http.Handler) http.Handler {
			return guard(cfg, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if isFirebase(r) {
					firebase.Handler().ServeHTTP(w, r)
					return
				}
				site.ServeHTTP(w, r)
			}))
		},
		close: firebase.Close,
	}, nil
}

// Connect gives a command such as grant-role access to the Auth service in local mode. If the app
// is running, it owns the state, so Connect returns the app's address. If not, Connect opens the
// state and serves it until Close. With LOCAL_STATE=off the app must be running, because only its
// memory has the state.
func Connect(cfg config.Config, log *slog.Logger) (Firebase, error) {
	switch cfg.Mode {
	case config.Production:
		return Firebase{}, nil
	case config.EmulatorSuite:
		return emulatorSuite(cfg), nil
	}
	if cfg.StateDir == "" {
		return connectToApp(cfg)
	}
	firebase, err := open(cfg, log)
	if errors.Is(err, state.ErrInUse) {
		return connectToApp(cfg)
	}
	if err != nil {
		return Firebase{}, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return Firebase{}, errors.Join(err, firebase.Close())
	}
	server := &http.Server{Handler: firebase.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(listener)
	return Firebase{
		AuthHost:      listener.Addr().String(),
		FirestoreHost: firebase.FirestoreAddr(),
		close:         func() error { return errors.Join(server.Close(), firebase.Close()) },
	}, nil
}

// connectToApp returns the address of the app that is running on this machine. It checks that the
// port is open, because the Admin SDK would retry for seconds before it reported an error.
func connectToApp(cfg config.Config) (Firebase, error) {
	host := net.JoinHostPort("127.0.0.1", cfg.Port)
	conn, err := net.DialTimeout("tcp", host, time.Second)
	if err != nil {
		if cfg.StateDir == "" {
			return Firebase{}, fmt.Errorf("with LOCAL_STATE=off the app must be running, "+
				"but it is not on port %s: start it, or set PORT to its port", cfg.Port)
		}
		return Firebase{}, fmt.Errorf("the app is running and uses the state in %s, "+
			"but it is not on port %s: set PORT to its port", cfg.StateDir, cfg.Port)
	}
	return Firebase{AuthHost: host}, conn.Close()
}

func emulatorSuite(cfg config.Config) Firebase {
	return Firebase{
		AuthHost:      cfg.AuthEmulatorHost,
		FirestoreHost: cfg.FirestoreEmulatorHost,
		protect:       func(site http.Handler) http.Handler { return guard(cfg, site) },
	}
}

func open(cfg config.Config, log *slog.Logger) (*emulator.Emulator, error) {
	firebase, err := emulator.Start(emulator.Options{
		ProjectID: cfg.ProjectID, StateDir: cfg.StateDir, Logger: log,
	})
	if err != nil {
		return nil, fmt.Errorf("start the local Firebase: %w", err)
	}
	return firebase, nil
}

// dialable returns addr in a form that this machine can connect to. A listener on all interfaces
// has the address 0.0.0.0 or [::].
func dialable(addr net.Addr) string {
	host, port, _ := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
