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

// drainTime is how long requests under way may take after SIGTERM. Cloud Run kills the process ten seconds after it.
const drainTime = 8 * time.Second

// serve answers requests until ctx is done, then lets those under way finish.
func serve(ctx context.Context, log *slog.Logger, listener net.Listener, site http.Handler) error {
	server := &http.Server{
		Handler: site,
		// A client that sends its headers or its body drop by drop holds a connection; these end it.
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16<<10 - 4096, // net/http adds 4096 to it: 16 KiB in all
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
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
		return fmt.Errorf("requests were still under way after %s: %w", drainTime, errors.Join(err, server.Close()))
	}
	return nil
}
