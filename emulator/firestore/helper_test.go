package firestore_test

import (
	"context"
	"net"
	"testing"

	client "cloud.google.com/go/firestore"
	"google.golang.org/grpc"

	"example.com/latchkey/emulator/firestore"
	"example.com/latchkey/emulator/state"
)

const project = "demo-test"

// startService starts a local Firestore with the documents in store and returns its address.
func startService(t testing.TB, store *state.Store, opts firestore.Options) string {
	t.Helper()
	service, err := firestore.New(store, opts)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(firestore.ServerOptions()...)
	service.Register(server)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}

// newClient returns an unmodified Go client that is connected to an empty local Firestore.
func newClient(t *testing.T) *client.Client {
	t.Helper()
	return connect(t, startService(t, &state.Store{}, firestore.Options{}))
}

func connect(t testing.TB, address string) *client.Client {
	t.Helper()
	t.Setenv("FIRESTORE_EMULATOR_HOST", address)
	c, err := client.NewClient(context.Background(), project)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// must fails the test if err is not nil, else it returns v. Pass it the results of a call:
// must(doc.Get(ctx))(t).
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
