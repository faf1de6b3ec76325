package firestore

import (
	"context"
	"crypto/rand"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/types/known/emptypb"
)

// CreateDocument creates a document, with a generated ID if the request has none. It fails if
// the document exists.
func (s *Service) CreateDocument(
	_ context.Context, req *pb.CreateDocumentRequest,
) (*pb.Document, error) {
	database, err := checkParent(req.GetParent())
	if err != nil {
		return nil, err
	}
	if err := checkID(req.GetCollectionId()); err != nil {
		return nil, err
	}
	id := req.GetDocumentId()
	if id == "" {
		id = rand.Text()[:20]
	}
	name := req.GetParent() + "/" + req.GetCollectionId() + "/" + id
	doc := &pb.Document{Name: name, Fields: req.GetDocument().GetFields()}
	mustNotExist := &pb.Precondition{ConditionType: &pb.Precondition_Exists{Exists: false}}
	return s.write(database, req.GetMask(), &pb.Write{
		Operation:       &pb.Write_Update{Update: doc},
		CurrentDocument: mustNotExist,
	})
}

// UpdateDocument replaces a document or, with an update mask, some of its fields.
func (s *Service) UpdateDocument(
	_ context.Context, req *pb.UpdateDocumentRequest,
) (*pb.Document, error) {
	database, err := checkDocumentName(req.GetDocument().GetName())
	if err != nil {
		return nil, err
	}
	return s.write(database, req.GetMask(), &pb.Write{
		Operation:       &pb.Write_Update{Update: req.GetDocument()},
		UpdateMask:      req.GetUpdateMask(),
		CurrentDocument: req.GetCurrentDocument(),
	})
}

// DeleteDocument deletes a document. Deleting a document that doesn't exist is not an error.
func (s *Service) DeleteDocument(
	_ context.Context, req *pb.DeleteDocumentRequest,
) (*emptypb.Empty, error) {
	database, err := checkDocumentName(req.GetName())
	if err != nil {
		return nil, err
	}
	_, err = s.write(database, nil, &pb.Write{
		Operation:       &pb.Write_Delete{Delete: req.GetName()},
		CurrentDocument: req.GetCurrentDocument(),
	})
	return &emptypb.Empty{}, err
}

// write commits one write and returns the resulting document, reduced to the fields in mask.
func (s *Service) write(database string, mask *pb.DocumentMask, w *pb.Write) (*pb.Document, error) {
	if err := checkWrite(database, w); err != nil {
		return nil, err
	}
	var written *pb.Document
	_, err := s.docs.commit(func(b *batch) error {
		_, err := b.apply(w)
		written = b.get(writtenName(w))
		return err
	})
	if err != nil {
		return nil, err
	}
	return project(written, mask)
}
