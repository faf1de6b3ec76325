package firestore

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// maxRequestBytes is Firestore's limit for the size of a request, 10 MiB:
// https://cloud.google.com/firestore/quotas
const maxRequestBytes = 10 << 20

// ServerOptions returns the options for the gRPC server of a Service. They set Firestore's
// limit for the size of a request and return PermissionDenied to every caller that isn't a
// server.
//
// Google's server client libraries send "Authorization: Bearer owner" to an emulator. It stands
// for a service account, to which firestore.rules don't apply. The rules apply to every other
// caller, and the app's rules deny all access.
func ServerOptions() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.MaxRecvMsgSize(maxRequestBytes),
		grpc.UnaryInterceptor(unaryOwnerOnly),
		grpc.StreamInterceptor(streamOwnerOnly),
	}
}

func unaryOwnerOnly(
	ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler,
) (any, error) {
	if err := requireOwner(ctx); err != nil {
		return nil, err
	}
	return next(ctx, req)
}

func streamOwnerOnly(
	service any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler,
) error {
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
		"firestore.rules deny all access to clients; servers must send Authorization: Bearer owner")
}
