package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// drainTime is how long in-flight requests may take to finish after SIGTERM. Cloud Run kills the
// process after ten seconds.
const drainTime = 8 * time.Second

// serve handles requests until ctx is canceled, then waits for the in-flight ones to finish.
func serve(ctx context.Context, log *slog.Logger, listener net.Listener, site http.Handler) error {
	server := &http.Server{
		Handler: site,
		// These close the connections of clients that send headers or a body too slowly.
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16<<10 - 4096, // net/http adds 4096, so the limit is 16 KiB
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		// net/http's own response to "OPTIONS *" has no security headers.
		DisableGeneralOptionsHandler: true,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping")
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return fmt.Errorf("requests were still in flight after %s: %w",
			drainTime, errors.Join(err, server.Close()))
	}
	return nil
}
