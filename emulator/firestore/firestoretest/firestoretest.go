// Package firestoretest provides tests with a Firestore client that is connected to an empty
// local Firestore. Tests can delay its calls or make them fail.
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

// New starts an empty local Firestore that runs until the end of the test, and returns a client
// for it. It also sets FIRESTORE_EMULATOR_HOST. Every RPC passes through the interceptors. They
// can delay it, or return an error before or after it takes effect.
//
// Streaming RPCs, such as BatchGetDocuments, pass through the interceptors too, with a nil
// request.
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
		grpc.ChainStreamInterceptor(streamInterceptor(interceptors)))
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

// streamInterceptor applies unary interceptors to streaming RPCs. The client reads every
// document with one, BatchGetDocuments.
func streamInterceptor(interceptors []grpc.UnaryServerInterceptor) grpc.StreamServerInterceptor {
	return func(
		srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler,
	) error {
		unary := &grpc.UnaryServerInfo{FullMethod: info.FullMethod}
		call := func() error { return handler(srv, stream) }
		for _, intercept := range interceptors {
			inner := call
			next := func(context.Context, any) (any, error) { return nil, inner() }
			call = func() error {
				_, err := intercept(stream.Context(), nil, unary, next)
				return err
			}
		}
		return call()
	}
}
