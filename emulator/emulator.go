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
	ProjectID string       // required: the project that tokens are for
	StateDir  string       // the folder that outlives the process; empty keeps everything in memory alone
	Logger    *slog.Logger // receives internal errors, never an address or a token; nil discards them
}

// Emulator is a running local Firebase. Close it to release its folder and its port.
type Emulator struct {
	store    *state.Store
	identity *identitytoolkit.Service
	server   *grpc.Server
	address  string

	served     chan struct{} // closed when the server has ended, with serveError
	serveError error
}

// Start opens the state folder and serves Firestore on a free loopback port; Handler is left for the caller to mount.
// The error is one sentence for the person at the terminal; state.ErrInUse when another process has the folder open.
func Start(opts Options) (*Emulator, error) {
	store, err := state.Open(opts.StateDir)
	if errors.Is(err, state.ErrInUse) {
		return nil, fmt.Errorf("the state folder %q is in use by another process: stop that process, "+
			"or set LOCAL_STATE to another folder: %w", opts.StateDir, state.ErrInUse)
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
	identity, err := identitytoolkit.New(store, identitytoolkit.Options{ProjectID: opts.ProjectID, Logger: opts.Logger})
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
	if err != nil && !errors.Is(err, grpc.ErrServerStopped) { // the latter when closed before it served
		e.serveError = fmt.Errorf("serve Firestore: %w", err)
	}
}

// Handler serves Identity Toolkit, Secure Token and the /emulator/ paths. Mount it on the application's own origin.
func (e *Emulator) Handler() http.Handler { return e.identity }

// FirestoreAddr is the host:port to set FIRESTORE_EMULATOR_HOST to.
func (e *Emulator) FirestoreAddr() string { return e.address }

// Close cuts the connections to Firestore off and releases the state folder. Nothing has to be saved: what was
// acknowledged is on disk already. Closing twice is no error.
func (e *Emulator) Close() error {
	e.server.Stop()
	<-e.served
	return errors.Join(e.serveError, e.store.Close())
}
