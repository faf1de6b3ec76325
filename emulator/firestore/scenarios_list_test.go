package firestore_test

import (
	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/api/iterator"
)

var listScenarios = []scenario{{"lists", listScenario}}

func listScenario(r *recorder) {
	for _, path := range []string{
		"users/a", "users/b", "users/c/posts/1", "users/d/x/y/z/1", "other/o", "users/a/posts/1",
	} {
		r.set(path, map[string]any{"n": 1})
	}
	refs, err := r.c.Collection("users").DocumentRefs(r.ctx).GetAll()
	ids := []string{}
	for _, ref := range refs {
		ids = append(ids, ref.ID)
	}
	r.record("references, including missing documents", ids, err)
	recordCollections(r)

	res, err := r.rpc.ListDocuments(r.ctx, &pb.ListDocumentsRequest{
		Parent:       r.root(),
		CollectionId: "users",
	})
	r.record("existing documents", len(res.GetDocuments()), err)
	_, err = r.rpc.ListDocuments(r.ctx, &pb.ListDocumentsRequest{
		Parent:       "nowhere",
		CollectionId: "users",
	})
	r.record("invalid parent", nil, err)
	recordSmallPages(r)

	r.must(r.c.Doc("other/o").Delete(r.ctx))
	r.record("collections after a deletion", collectionIDs(r.c.Collections(r.ctx)), nil)
}

func recordCollections(r *recorder) {
	below := func(path string) []string {
		return collectionIDs(r.c.Doc(path).Collections(r.ctx))
	}
	r.record("collections", collectionIDs(r.c.Collections(r.ctx)), nil)
	r.record("collections of a document", below("users/a"), nil)
	r.record("collections of a missing document", below("users/d"), nil)
	r.record("collections of an unused path", below("no/thing"), nil)
}

func recordSmallPages(r *recorder) {
	docs, token := []string{}, ""
	for {
		res, err := r.rpc.ListDocuments(r.ctx, &pb.ListDocumentsRequest{
			Parent:       r.root(),
			CollectionId: "users",
			PageSize:     1,
			PageToken:    token,
			ShowMissing:  true,
			Mask:         &pb.DocumentMask{},
		})
		r.must(nil, err)
		for _, doc := range res.GetDocuments() {
			docs = append(docs, describe(doc))
		}
		if token = res.GetNextPageToken(); token == "" {
			break
		}
	}
	r.record("one per page", docs, nil)
}

func collectionIDs(it *client.CollectionIterator) []string {
	ids := []string{}
	for {
		ref, err := it.Next()
		if err == iterator.Done {
			return ids
		}
		if err != nil {
			return []string{err.Error()}
		}
		ids = append(ids, ref.ID)
	}
}
