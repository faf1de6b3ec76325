package firestore

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// maxRequestBytes is Firestore's limit of 10 MiB for one request: https://cloud.google.com/firestore/quotas
const maxRequestBytes = 10 << 20

// ServerOptions returns the options for a gRPC server on which a Service is registered: Firestore's request size, and
// PermissionDenied for every caller but a server.
//
// The Google client libraries send "Authorization: Bearer owner" to an emulator, which stands for a service account:
// firestore.rules do not apply to it. Everybody else is subject to the rules, and the application's rules deny
// everything, so this is what they come to.
func ServerOptions() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.MaxRecvMsgSize(maxRequestBytes),
		grpc.UnaryInterceptor(ownerCalls),
		grpc.StreamInterceptor(ownerStreams),
	}
}

func ownerCalls(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if err := requireOwner(ctx); err != nil {
		return nil, err
	}
	return next(ctx, req)
}

func ownerStreams(service any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if err := requireOwner(stream.Context()); err != nil {
		return err
	}
	return next(service, stream)
}

func requireOwner(ctx context.Context) error {
	authorization := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(authorization) == 1 && authorization[0] == "Bearer owner" {
		return nil
	}
	return status.Error(codes.PermissionDenied,
		"firestore.rules deny everything to clients; a server sends the emulator's credentials, Bearer owner")
}
