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

// Service is the local Firestore. Make one with New. Safe for concurrent use.
type Service struct {
	pb.UnimplementedFirestoreServer
	docs         *documents
	transactions *transactions
}

// Options adjusts a Service.
type Options struct {
	Now func() time.Time // the clock behind update times; nil means time.Now
}

// New returns a service that holds every document found in store, and writes every change through to it. The error is
// one of reading the store.
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

// Register adds the service to a gRPC server, which should have been made with ServerOptions.
func (s *Service) Register(server *grpc.Server) { pb.RegisterFirestoreServer(server, s) }

// Listen would stream changes to snapshot listeners.
func (s *Service) Listen(stream pb.Firestore_ListenServer) error {
	// Without the first message read, a client may be told that its stream has ended instead of the reason.
	if _, err := stream.Recv(); err != nil {
		return err
	}
	return unimplemented("snapshot listeners (Listen)")
}

// Write would accept writes over a stream, as the browser's Firestore SDK sends them.
func (s *Service) Write(pb.Firestore_WriteServer) error {
	return unimplemented("streamed writes (Write)")
}

// ExecutePipeline would run a pipeline query.
func (s *Service) ExecutePipeline(*pb.ExecutePipelineRequest, pb.Firestore_ExecutePipelineServer) error {
	return unimplemented("pipeline queries (ExecutePipeline)")
}

// PartitionQuery would split a collection group for parallel readers.
func (s *Service) PartitionQuery(context.Context, *pb.PartitionQueryRequest) (*pb.PartitionQueryResponse, error) {
	return nil, unimplemented("partitioned queries (PartitionQuery)")
}

func unimplemented(what string) error {
	return status.Errorf(codes.Unimplemented, "the local Firestore does not do %s; "+
		"set FIRESTORE_EMULATOR_HOST to Google's emulator or use a real project for that", what)
}

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}
