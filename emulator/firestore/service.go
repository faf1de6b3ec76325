package firestore

import (
	"context"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/latchkey/emulator/state"
)

// Service is the local Firestore. It is safe for concurrent use. Use New to create one.
type Service struct {
	pb.UnimplementedFirestoreServer
	docs         *documents
	transactions *transactions
}

// Options configure a Service.
type Options struct {
	Now func() time.Time // the clock for update times and expiry; nil means time.Now
}

// New returns a Service with the documents in store. The Service writes every change to store
// before it responds. New fails if it can't load the documents.
func New(store *state.Store, opts Options) (*Service, error) {
	now := opts.Now
	if now == nil {
		now = time.Now
	}
	docs, err := loadDocuments(store, now)
	if err != nil {
		return nil, err
	}
	return &Service{docs: docs, transactions: newTransactions(docs)}, nil
}

// Register registers the service on a gRPC server. Create that server with ServerOptions, or
// every caller has full access.
func (s *Service) Register(server *grpc.Server) { pb.RegisterFirestoreServer(server, s) }

// Listen returns Unimplemented. It is the RPC for snapshot listeners.
func (s *Service) Listen(stream pb.Firestore_ListenServer) error {
	// Read the first message before returning. Otherwise, the client may see only that the
	// stream has ended, and not the status.
	if _, err := stream.Recv(); err != nil {
		return err
	}
	return unimplemented("snapshot listeners (Listen)")
}

// Write returns Unimplemented. It is the RPC with which the browser and mobile SDKs stream
// writes.
func (s *Service) Write(pb.Firestore_WriteServer) error {
	return unimplemented("streamed writes (Write)")
}

// ExecutePipeline returns Unimplemented. It is the RPC for pipeline queries.
func (s *Service) ExecutePipeline(
	*pb.ExecutePipelineRequest, pb.Firestore_ExecutePipelineServer,
) error {
	return unimplemented("pipeline queries (ExecutePipeline)")
}

// PartitionQuery returns Unimplemented. It is the RPC that splits a collection group for
// parallel reads.
func (s *Service) PartitionQuery(
	context.Context, *pb.PartitionQueryRequest,
) (*pb.PartitionQueryResponse, error) {
	return nil, unimplemented("partitioned queries (PartitionQuery)")
}

func unimplemented(feature string) error {
	return status.Errorf(codes.Unimplemented, "the local Firestore doesn't support %s; "+
		"set FIRESTORE_EMULATOR_HOST to use Google's emulator, or use a real project", feature)
}

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}
