package emulator

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"google.golang.org/grpc"

	"example.com/latchkey/emulator/firestore"
	"example.com/latchkey/emulator/identitytoolkit"
	"example.com/latchkey/emulator/state"
)

// Options configure Start.
type Options struct {
	ProjectID string       // the project ID that tokens are issued for; required
	StateDir  string       // folder that keeps state across restarts; if empty, memory only
	Logger    *slog.Logger // logs internal errors, no email addresses or tokens; nil: no logs
}

// Emulator is a running local Firebase. Close releases its state folder and its port.
type Emulator struct {
	store    *state.Store
	identity *identitytoolkit.Service
	server   *grpc.Server
	address  string

	served     chan struct{} // closed when the gRPC server has stopped
	serveError error         // why the server stopped unexpectedly; read it after served is closed
}

// Start opens the state folder and serves Firestore on a free loopback port. It doesn't serve
// HTTP: the caller mounts Handler. If another process has the folder open, the error wraps
// state.ErrInUse and tells the developer what to do.
func Start(opts Options) (*Emulator, error) {
	store, err := state.Open(opts.StateDir)
	if errors.Is(err, state.ErrInUse) {
		return nil, fmt.Errorf("state folder %q is %w: stop that process, "+
			"or set LOCAL_STATE to another folder", opts.StateDir, state.ErrInUse)
	}
	if err != nil {
		return nil, err
	}
	e, err := start(store, opts)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return e, nil
}

func start(store *state.Store, opts Options) (*Emulator, error) {
	identity, err := identitytoolkit.New(store, identitytoolkit.Options{
		ProjectID: opts.ProjectID,
		Logger:    opts.Logger,
	})
	if err != nil {
		return nil, err
	}
	documents, err := firestore.New(store, firestore.Options{})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for Firestore: %w", err)
	}
	e := &Emulator{
		store:    store,
		identity: identity,
		server:   grpc.NewServer(firestore.ServerOptions()...),
		address:  listener.Addr().String(),
		served:   make(chan struct{}),
	}
	documents.Register(e.server)
	go e.serve(listener)
	return e, nil
}

func (e *Emulator) serve(listener net.Listener) {
	defer close(e.served)
	err := e.server.Serve(listener)
	// Serve returns ErrServerStopped if Close ran before it started.
	if err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		e.serveError = fmt.Errorf("serve Firestore: %w", err)
	}
}

// Handler serves Identity Toolkit, Secure Token and the /emulator/ paths. Mount it on the app's
// own origin.
func (e *Emulator) Handler() http.Handler { return e.identity }

// FirestoreAddr returns the host:port value for FIRESTORE_EMULATOR_HOST.
func (e *Emulator) FirestoreAddr() string { return e.address }

// Close closes all Firestore connections and releases the state folder. It has nothing to save,
// because acknowledged changes are already on disk. Calling Close again is safe.
func (e *Emulator) Close() error {
	e.server.Stop()
	<-e.served
	return errors.Join(e.serveError, e.store.Close())
}
