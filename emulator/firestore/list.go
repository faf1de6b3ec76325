package firestore

import (
	"context"
	"maps"
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// defaultPageSize bounds a page when the request does not.
const defaultPageSize = 300

// ListDocuments lists the documents of a collection by id, page by page; with show_missing also ids that merely have
// documents below them. A page token is the last id of the page before.
func (s *Service) ListDocuments(_ context.Context, req *pb.ListDocumentsRequest) (*pb.ListDocumentsResponse, error) {
	database, err := checkParent(req.GetParent())
	if err != nil {
		return nil, err
	}
	if err := checkID(req.GetCollectionId()); err != nil {
		return nil, err
	}
	if req.GetOrderBy() != "" && req.GetOrderBy() != nameKey {
		return nil, unimplemented("ListDocuments in another order than by name")
	}
	r, err := s.reader(database, req, nil)
	if err != nil {
		return nil, err
	}
	collection := req.GetParent() + "/" + req.GetCollectionId()
	ids, next := page(r.listed(collection, req.GetShowMissing()), req.GetPageToken(), req.GetPageSize())
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

// listed returns the ids of the documents of a collection, and has the transaction remember them.
func (r reader) listed(collection string, missing bool) []string {
	list := func(s snapshot) []string {
		ids := map[string]bool{}
		if missing {
			ids = s.children(collection)
		}
		for _, doc := range s.in(collection) {
			_, id := splitLast(doc.GetName())
			ids[id] = true
		}
		return slices.Sorted(maps.Keys(ids))
	}
	ids := list(r.snapshot)
	r.tx.watch(func(now snapshot) bool { return slices.Equal(list(now), ids) })
	return ids
}

// ListCollectionIds lists the collections right below a document or the root, page by page.
func (s *Service) ListCollectionIds(_ context.Context, req *pb.ListCollectionIdsRequest) (
	*pb.ListCollectionIdsResponse, error) {
	database, err := checkParent(req.GetParent())
	if err != nil {
		return nil, err
	}
	r, err := s.reader(database, listSelector{req}, nil)
	if err != nil {
		return nil, err
	}
	ids := slices.Sorted(maps.Keys(r.children(req.GetParent())))
	ids, next := page(ids, req.GetPageToken(), req.GetPageSize())
	return &pb.ListCollectionIdsResponse{CollectionIds: ids, NextPageToken: next}, nil
}

// listSelector gives a request that cannot be part of a transaction the shape of the others.
type listSelector struct{ *pb.ListCollectionIdsRequest }

// GetTransaction returns no transaction.
func (listSelector) GetTransaction() []byte { return nil }

// page returns the part of sorted ids after the token, and the token of the next page, empty on the last one.
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
