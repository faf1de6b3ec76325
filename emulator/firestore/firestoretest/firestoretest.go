// Package firestoretest gives tests the real Firestore client on an empty local Firestore, and ways to make it fail.
package firestoretest

import (
	"context"
	"net"
	"testing"

	client "cloud.google.com/go/firestore"
	"google.golang.org/grpc"

	"example.com/latchkey/emulator/firestore"
	"example.com/latchkey/emulator/state"
)

// New returns a client of an empty local Firestore that lives as long as the test. Each call to the service passes
// through the interceptors, which may delay it, or fail it before or after it was carried out.
func New(t testing.TB, interceptors ...grpc.UnaryServerInterceptor) *client.Client {
	t.Helper()
	service, err := firestore.New(&state.Store{}, firestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	opts := append(firestore.ServerOptions(), grpc.ChainUnaryInterceptor(interceptors...),
		grpc.ChainStreamInterceptor(streamed(interceptors)))
	server := grpc.NewServer(opts...)
	service.Register(server)
	go server.Serve(listener)
	t.Cleanup(server.Stop)

	t.Setenv("FIRESTORE_EMULATOR_HOST", listener.Addr().String())
	c, err := client.NewClient(context.Background(), "demo-test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// streamed lets the interceptors see the calls whose answer is a stream too; BatchGetDocuments, behind every Get, is
// one. They see no request.
func streamed(interceptors []grpc.UnaryServerInterceptor) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		call := func() error { return handler(srv, stream) }
		for _, intercept := range interceptors {
			inner := call
			call = func() error {
				_, err := intercept(stream.Context(), nil, &grpc.UnaryServerInfo{FullMethod: info.FullMethod},
					func(ctx context.Context, _ any) (any, error) { return nil, inner() })
				return err
			}
		}
		return call()
	}
}
