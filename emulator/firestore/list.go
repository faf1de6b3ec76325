package firestore

import (
	"context"
	"maps"
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// defaultPageSize is the page size if the request doesn't set one, and the maximum.
const defaultPageSize = 300

// ListDocuments returns one page of the documents in a collection, ordered by ID. With
// show_missing, it includes IDs without a document that have documents below them. The page
// token is the last ID of the previous page.
func (s *Service) ListDocuments(
	_ context.Context, req *pb.ListDocumentsRequest,
) (*pb.ListDocumentsResponse, error) {
	database, err := checkParent(req.GetParent())
	if err != nil {
		return nil, err
	}
	if err := checkID(req.GetCollectionId()); err != nil {
		return nil, err
	}
	if req.GetOrderBy() != "" && req.GetOrderBy() != nameKey {
		return nil, unimplemented("ListDocuments in any order except by name")
	}
	r, err := s.reader(database, req, nil)
	if err != nil {
		return nil, err
	}
	collection := req.GetParent() + "/" + req.GetCollectionId()
	all := r.listIDs(collection, req.GetShowMissing())
	ids, next := page(all, req.GetPageToken(), req.GetPageSize())
	res := &pb.ListDocumentsResponse{NextPageToken: next}
	for _, id := range ids {
		doc := r.document(collection + "/" + id)
		if doc == nil {
			doc = &pb.Document{Name: collection + "/" + id}
		}
		if doc, err = project(doc, req.GetMask()); err != nil {
			return nil, err
		}
		res.Documents = append(res.Documents, doc)
	}
	return res, nil
}

// listIDs returns the sorted IDs of the documents in a collection. If the list changes before
// the transaction commits, the commit fails.
func (r reader) listIDs(collection string, showMissing bool) []string {
	list := func(s snapshot) []string {
		ids := map[string]bool{}
		if showMissing {
			ids = s.children(collection)
		}
		for _, doc := range s.in(collection) {
			_, id := splitLast(doc.GetName())
			ids[id] = true
		}
		return slices.Sorted(maps.Keys(ids))
	}
	ids := list(r.snapshot)
	r.tx.addCheck(func(now snapshot) bool { return slices.Equal(list(now), ids) })
	return ids
}

// ListCollectionIds returns one page of the collections directly below a document or the root.
func (s *Service) ListCollectionIds(
	_ context.Context, req *pb.ListCollectionIdsRequest,
) (*pb.ListCollectionIdsResponse, error) {
	database, err := checkParent(req.GetParent())
	if err != nil {
		return nil, err
	}
	r, err := s.reader(database, noTransaction{req}, nil)
	if err != nil {
		return nil, err
	}
	ids := slices.Sorted(maps.Keys(r.children(req.GetParent())))
	ids, next := page(ids, req.GetPageToken(), req.GetPageSize())
	return &pb.ListCollectionIdsResponse{CollectionIds: ids, NextPageToken: next}, nil
}

// noTransaction makes a consistencySelector of a request that can't be part of a transaction.
type noTransaction struct{ *pb.ListCollectionIdsRequest }

func (noTransaction) GetTransaction() []byte { return nil }

// page returns the IDs after the token and the token of the next page. That token is empty for
// the last page. The IDs must be sorted.
func page(ids []string, token string, size int32) (part []string, next string) {
	if size <= 0 || size > defaultPageSize {
		size = defaultPageSize
	}
	start, found := slices.BinarySearch(ids, token)
	if found {
		start++
	}
	part = ids[start:]
	if len(part) <= int(size) {
		return part, ""
	}
	part = part[:size]
	return part, part[size-1]
}
