package firestore

import (
	"context"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// consistencySelector is the part of a request that says which snapshot to read.
type consistencySelector interface {
	GetTransaction() []byte
	GetReadTime() *timestamppb.Timestamp
}

// reader is what one request reads from: a snapshot and the transaction, if there is one.
type reader struct {
	snapshot
	tx    *transaction
	newTx []byte // the ID of the transaction if the request started it
}

// reader returns the reader that a request asks for. begin is the request's new_transaction, or
// nil.
func (s *Service) reader(
	database string, selector consistencySelector, begin *pb.TransactionOptions,
) (reader, error) {
	var r reader
	var err error
	switch {
	case begin != nil:
		r.newTx, r.tx, err = s.transactions.begin(database, begin)
	case len(selector.GetTransaction()) > 0:
		r.tx, err = s.transactions.find(database, selector.GetTransaction())
	case selector.GetReadTime() != nil:
		r.snapshot, err = s.docs.asOf(selector.GetReadTime())
		return r, err
	default:
		r.snapshot = s.docs.latest()
		return r, nil
	}
	if err == nil {
		r.snapshot = r.tx.snapshot(s.docs)
	}
	return r, err
}

// document returns one document, or nil if it doesn't exist. If the document changes before the
// transaction commits, the commit fails.
func (r reader) document(name string) *pb.Document {
	doc := r.get(name)
	r.tx.addCheck(func(now snapshot) bool { return now.get(name) == doc })
	return doc
}

// GetDocument returns one document.
func (s *Service) GetDocument(_ context.Context, req *pb.GetDocumentRequest) (*pb.Document, error) {
	database, err := checkDocumentName(req.GetName())
	if err != nil {
		return nil, err
	}
	r, err := s.reader(database, req, nil)
	if err != nil {
		return nil, err
	}
	doc := r.document(req.GetName())
	if doc == nil {
		return nil, status.Errorf(codes.NotFound, "Document not found: %s", req.GetName())
	}
	return project(doc, req.GetMask())
}

// BatchGetDocuments streams the named documents, all from one snapshot.
func (s *Service) BatchGetDocuments(
	req *pb.BatchGetDocumentsRequest, stream pb.Firestore_BatchGetDocumentsServer,
) error {
	if err := checkDatabase(req.GetDatabase()); err != nil {
		return err
	}
	for _, name := range req.GetDocuments() {
		if err := checkDocument(req.GetDatabase(), name); err != nil {
			return err
		}
	}
	r, err := s.reader(req.GetDatabase(), req, req.GetNewTransaction())
	if err != nil {
		return err
	}
	if r.newTx != nil {
		if err := stream.Send(&pb.BatchGetDocumentsResponse{Transaction: r.newTx}); err != nil {
			return err
		}
	}
	for _, name := range req.GetDocuments() {
		res, err := r.batchGet(name, req.GetMask())
		if err != nil {
			return err
		}
		if err := stream.Send(res); err != nil {
			return err
		}
	}
	return nil
}

func (r reader) batchGet(
	name string, mask *pb.DocumentMask,
) (*pb.BatchGetDocumentsResponse, error) {
	res := &pb.BatchGetDocumentsResponse{ReadTime: r.timestamp()}
	doc := r.document(name)
	if doc == nil {
		res.Result = &pb.BatchGetDocumentsResponse_Missing{Missing: name}
		return res, nil
	}
	doc, err := project(doc, mask)
	res.Result = &pb.BatchGetDocumentsResponse_Found{Found: doc}
	return res, err
}
