package firestore_test

import (
	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/api/iterator"
)

var listScenarios = []scenario{
	{"lists", func(w *world) {
		for _, path := range []string{"users/a", "users/b", "users/c/posts/1", "users/d/x/y/z/1", "other/o",
			"users/a/posts/1"} {
			w.do(w.c.Doc(path).Set(w.t.Context(), map[string]any{"n": 1}))
		}
		refs, err := w.c.Collection("users").DocumentRefs(w.t.Context()).GetAll()
		ids := []string{}
		for _, ref := range refs {
			ids = append(ids, ref.ID)
		}
		w.note("references, missing ones too", ids, err)
		w.note("collections", collectionIDs(w.c.Collections(w.t.Context())), nil)
		w.note("collections of a document", collectionIDs(w.c.Doc("users/a").Collections(w.t.Context())), nil)
		w.note("collections of a missing document", collectionIDs(w.c.Doc("users/d").Collections(w.t.Context())), nil)
		w.note("collections of nothing", collectionIDs(w.c.Doc("no/thing").Collections(w.t.Context())), nil)
		ids, token := []string{}, ""
		for {
			res, err := w.raw.ListDocuments(w.t.Context(), &pb.ListDocumentsRequest{Parent: w.database + "/documents",
				CollectionId: "users", PageSize: 1, PageToken: token, ShowMissing: true, Mask: &pb.DocumentMask{}})
			w.do(nil, err)
			for _, doc := range res.GetDocuments() {
				ids = append(ids, describe(doc))
			}
			if token = res.GetNextPageToken(); token == "" {
				break
			}
		}
		w.note("one by one", ids, nil)
		res, err := w.raw.ListDocuments(w.t.Context(), &pb.ListDocumentsRequest{Parent: w.database + "/documents",
			CollectionId: "users"})
		w.note("existing ones", len(res.GetDocuments()), err)
		_, err = w.raw.ListDocuments(w.t.Context(), &pb.ListDocumentsRequest{Parent: "nowhere", CollectionId: "users"})
		w.note("a bad parent", nil, err)
		w.do(w.c.Doc("other/o").Delete(w.t.Context()))
		w.note("collections after a deletion", collectionIDs(w.c.Collections(w.t.Context())), nil)
	}},
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
