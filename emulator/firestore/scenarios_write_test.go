package firestore_test

import (
	"fmt"
	"math"
	"strings"
	"time"

	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

var writeScenarios = []scenario{
	{"create", func(w *world) {
		doc := w.c.Doc("profiles/ada")
		res, err := doc.Create(w.t.Context(), map[string]any{"bio": "counts"})
		w.note("first", res, err)
		res, err = doc.Create(w.t.Context(), map[string]any{"bio": "again"})
		w.note("second", res, err)
		w.noteDoc("stored", "profiles/ada")
		_, err = w.c.Doc("profiles/bob").Get(w.t.Context())
		w.note("get missing", nil, err)
	}},
	{"set", func(w *world) {
		doc := w.c.Doc("profiles/ada")
		w.do(doc.Set(w.t.Context(), map[string]any{"a": 1, "m": map[string]any{"x": 1, "y": 2}}))
		w.do(doc.Set(w.t.Context(), map[string]any{"b": 2, "m": map[string]any{"z": 3}}, client.MergeAll))
		w.noteDoc("merge all", "profiles/ada")
		w.do(doc.Set(w.t.Context(), map[string]any{"m": map[string]any{"x": 9, "y": 9}}, client.Merge([]string{"m", "x"})))
		w.noteDoc("merge one path", "profiles/ada")
		w.do(doc.Set(w.t.Context(), map[string]any{"c": 3}))
		w.noteDoc("replace", "profiles/ada")
		w.do(doc.Set(w.t.Context(), map[string]any{}, client.MergeAll))
		w.noteDoc("merge nothing", "profiles/ada")
		w.do(w.c.Doc("profiles/new").Set(w.t.Context(), map[string]any{"a": 1}, client.MergeAll))
		w.noteDoc("merge into a missing document", "profiles/new")
	}},
	{"update", func(w *world) {
		doc := w.c.Doc("profiles/ada")
		_, err := doc.Update(w.t.Context(), []client.Update{{Path: "a", Value: 1}})
		w.note("missing document", nil, err)
		w.do(doc.Set(w.t.Context(), map[string]any{"a": 1, "m": map[string]any{"x": 1, "y": 2}, "s": "text"}))
		w.do(doc.Update(w.t.Context(), []client.Update{{Path: "m.x", Value: 7}, {Path: "a", Value: client.Delete},
			{FieldPath: []string{"odd field", "`\\."}, Value: true}}))
		w.noteDoc("paths", "profiles/ada")
		w.do(doc.Update(w.t.Context(), []client.Update{{Path: "s.below", Value: 1}}))
		w.noteDoc("below a string", "profiles/ada")
		w.do(doc.Update(w.t.Context(), []client.Update{{Path: "m.x", Value: client.Delete},
			{Path: "m.y", Value: client.Delete}}))
		w.noteDoc("empty a map", "profiles/ada")
		w.do(doc.Update(w.t.Context(), []client.Update{{Path: "nowhere.x", Value: client.Delete}}))
		w.noteDoc("delete below nothing", "profiles/ada")
	}},
	{"update time", func(w *world) {
		doc := w.c.Doc("profiles/ada")
		w.do(doc.Create(w.t.Context(), map[string]any{"a": 1}))
		first, err := doc.Get(w.t.Context())
		w.do(nil, err)
		res, err := doc.Set(w.t.Context(), map[string]any{"a": 1})
		w.do(nil, err)
		w.note("advances when nothing changes", res.UpdateTime.After(first.UpdateTime), nil)
		res, err = doc.Set(w.t.Context(), map[string]any{"a": 2})
		w.do(nil, err)
		w.note("advances", res.UpdateTime.After(first.UpdateTime), nil)
		second, err := doc.Get(w.t.Context())
		w.do(nil, err)
		w.note("create time stays", second.CreateTime.Equal(first.CreateTime), nil)
		w.note("is the one that was answered", second.UpdateTime.Equal(res.UpdateTime), nil)
		w.note("has microseconds", res.UpdateTime.Nanosecond()%1000 == 0, nil)
	}},
	{"preconditions", func(w *world) {
		doc, missing := w.c.Doc("profiles/ada"), w.c.Doc("profiles/none")
		first, err := doc.Create(w.t.Context(), map[string]any{"a": 1})
		w.do(nil, err)
		stale, change := client.LastUpdateTime(first.UpdateTime.Add(-time.Second)), []client.Update{{Path: "a", Value: 2}}
		_, err = doc.Update(w.t.Context(), change, stale)
		w.note("update, stale time", nil, err)
		_, err = missing.Update(w.t.Context(), change, stale)
		w.note("update missing with a time", nil, err)
		_, err = doc.Delete(w.t.Context(), stale)
		w.note("delete, stale time", nil, err)
		_, err = missing.Delete(w.t.Context(), stale)
		w.note("delete missing with a time", nil, err)
		_, err = missing.Delete(w.t.Context(), client.Exists)
		w.note("delete missing that must exist", nil, err)
		res, err := doc.Update(w.t.Context(), change, client.LastUpdateTime(first.UpdateTime))
		w.note("update, right time", res, err)
		res, err = doc.Delete(w.t.Context(), client.LastUpdateTime(res.UpdateTime))
		w.note("delete, right time", res, err)
		res, err = doc.Delete(w.t.Context())
		w.note("delete again", res, err)
	}},
	{"one commit", func(w *world) {
		batch := func(writes ...*pb.Write) (*pb.CommitResponse, error) {
			return w.raw.Commit(w.t.Context(), &pb.CommitRequest{Database: w.database, Writes: writes})
		}
		missing := &pb.Precondition{ConditionType: &pb.Precondition_Exists{Exists: false}}
		create := func(path string) *pb.Write {
			write := w.update(path, map[string]*pb.Value{"a": integer(1)})
			write.CurrentDocument = missing
			return write
		}
		_, err := batch(create("p/one"), create("p/one"))
		w.note("create twice", nil, err)
		w.noteDoc("nothing of a failed commit", "p/one")
		res, err := batch(create("p/one"), w.remove("p/one"), create("p/one"))
		w.note("create, delete, create", len(res.GetWriteResults()), err)
		last := res.GetWriteResults()[2].GetUpdateTime().AsTime()
		w.note("the update time is the commit time", last.Equal(res.GetCommitTime().AsTime()), nil)
		res, err = batch()
		w.note("no writes", len(res.GetWriteResults()), err)
		many := make([]*pb.Write, 501)
		for i := range many {
			many[i] = w.update("many/"+strings.Repeat("x", i+1), nil)
		}
		res, err = batch(many...)
		w.note("501 writes", len(res.GetWriteResults()), err)
		_, err = batch(&pb.Write{})
		w.note("a write without operation", nil, err)
		_, err = w.raw.Commit(w.t.Context(), &pb.CommitRequest{Database: "projects/x", Writes: many[:1]})
		w.note("a bad database name", nil, err)
		_, err = w.raw.Commit(w.t.Context(), &pb.CommitRequest{Database: "projects/other/databases/(default)",
			Writes: many[:1]})
		w.note("a document of another database", nil, err)
	}},
	{"masks", func(w *world) {
		w.do(w.c.Doc("p/one").Set(w.t.Context(), map[string]any{"a": 1, "b": 2, "m": map[string]any{"x": 1, "y": 2}}))
		for _, mask := range [][]string{{"a", "m.x"}, {}, {"nothing"}, {"m", "m.x"}, {"a", "a"}, {"a..b"}, {""}, {"a b"},
			{"`a b`"}, {"__x__"}, {"__name__"}, {"`a"}, {"1a"}, {"a."}, {"``"}} {
			doc, err := w.raw.GetDocument(w.t.Context(), &pb.GetDocumentRequest{
				Name: w.name("p/one"), Mask: &pb.DocumentMask{FieldPaths: mask}})
			w.note(fmt.Sprintf("read %q", mask), doc, err)
			write := w.update("p/two", map[string]*pb.Value{"a": integer(1), "m": integer(2)})
			write.UpdateMask = &pb.DocumentMask{FieldPaths: mask}
			_, err = w.commit(write)
			w.note(fmt.Sprintf("write %q", mask), nil, err)
		}
	}},
	{"transforms", func(w *world) {
		doc := w.c.Doc("p/one")
		w.do(doc.Set(w.t.Context(), map[string]any{"i": 3, "f": 1.5, "s": "text", "max": int64(math.MaxInt64),
			"l": []any{1, "a", 2.0}, "nan": math.NaN()}))
		write := w.update("p/one", nil)
		write.UpdateMask = &pb.DocumentMask{}
		write.UpdateTransforms = []*fieldTransform{
			increment("i", integer(2)), increment("i", double(0.5)), increment("f", integer(1)), increment("s", integer(4)),
			increment("max", integer(1)), increment("new.deep", integer(1)), increment("nan", integer(1)),
			maximum("m1", integer(1)), maximum("i", integer(5)), maximum("i", double(9)), maximum("i", integer(9)),
			maximum("f", double(math.NaN())), minimum("f", integer(3)), minimum("i", integer(9)), minimum("i", integer(-1)),
			minimum("s", integer(1)), appendMissing("l", integer(2), integer(7), integer(7), text("b")),
			appendMissing("l2", integer(1)), removeAll("l", integer(1), text("zzz")), removeAll("l3", integer(1)),
			removeAll("s", integer(1)),
		}
		res, err := w.commit(write)
		w.do(nil, err)
		w.note("results", res.GetWriteResults()[0].GetTransformResults(), nil)
		w.noteDoc("stored", "p/one")
		w.do(doc.Set(w.t.Context(), map[string]any{"at": client.ServerTimestamp, "also": client.ServerTimestamp}))
		w.noteDoc("server time", "p/one")
		snapshot, err := doc.Get(w.t.Context())
		w.do(nil, err)
		at, _ := snapshot.Data()["at"].(time.Time)
		w.note("server time is the update time", at.Equal(snapshot.UpdateTime), nil)
		w.note("server time is the same for both", snapshot.Data()["also"].(time.Time).Equal(at), nil)
		w.do(w.c.Doc("p/old").Set(w.t.Context(), map[string]any{"a": 1}))
		_, err = w.commit(&pb.Write{Operation: &pb.Write_Transform{Transform: &pb.DocumentTransform{
			Document: w.name("p/old"), FieldTransforms: write.UpdateTransforms[:1]}}})
		w.note("transform alone", nil, err)
		w.noteDoc("after a transform alone", "p/old")
		for name, bad := range map[string]*fieldTransform{
			"increment by text": increment("i", text("x")), "a path that is none": increment("a..b", integer(1)),
			"no type": {FieldPath: "i"}, "append a value without type": appendMissing("l", &pb.Value{}),
			"append a list": appendMissing("l", list()), "a reserved field": increment("__x__", integer(1)),
		} {
			write.UpdateTransforms = []*fieldTransform{bad}
			_, err = w.commit(write)
			w.note(name, nil, err)
		}
	}},
	{"bulk writer", func(w *world) {
		w.do(w.c.Doc("p/there").Set(w.t.Context(), map[string]any{"a": 1}))
		bulk := w.c.BulkWriter(w.t.Context())
		first, err := bulk.Create(w.c.Doc("p/new"), map[string]any{"a": 1})
		w.do(nil, err)
		second, err := bulk.Create(w.c.Doc("p/there"), map[string]any{"a": 2})
		w.do(nil, err)
		third, err := bulk.Delete(w.c.Doc("p/none"))
		w.do(nil, err)
		bulk.End()
		res, err := first.Results()
		w.note("create", res, err)
		res, err = second.Results()
		w.note("create what is there", res, err)
		res, err = third.Results()
		w.note("delete what is not there", res, err)
		w.noteDoc("untouched", "p/there")
		twice := []*pb.Write{w.update("p/x", nil), w.update("p/x", nil)}
		_, err = w.raw.BatchWrite(w.t.Context(), &pb.BatchWriteRequest{Database: w.database, Writes: twice})
		w.note("one document twice", nil, err)
		bad, err := w.raw.BatchWrite(w.t.Context(), &pb.BatchWriteRequest{Database: w.database,
			Writes: []*pb.Write{w.update("p/__x__", nil), w.update("p/good", nil)}})
		w.note("a bad name", len(bad.GetStatus()), err)
	}},
	{"single document calls", func(w *world) {
		fields := map[string]*pb.Value{"a": integer(1), "b": integer(2)}
		doc, err := w.raw.CreateDocument(w.t.Context(), &pb.CreateDocumentRequest{Parent: w.database + "/documents",
			CollectionId: "p", DocumentId: "one", Document: &pb.Document{Fields: fields}})
		w.note("create", doc, err)
		_, err = w.raw.CreateDocument(w.t.Context(), &pb.CreateDocumentRequest{Parent: w.database + "/documents",
			CollectionId: "p", DocumentId: "one", Document: &pb.Document{Fields: fields}})
		w.note("create again", nil, err)
		doc, err = w.raw.CreateDocument(w.t.Context(), &pb.CreateDocumentRequest{Parent: w.database + "/documents",
			CollectionId: "p", Document: &pb.Document{Fields: fields}})
		w.note("create without an id", len(doc.GetName()) == len(w.name("p/"))+20, err)
		doc, err = w.raw.UpdateDocument(w.t.Context(), &pb.UpdateDocumentRequest{
			Document:   &pb.Document{Name: w.name("p/one"), Fields: map[string]*pb.Value{"a": integer(7)}},
			UpdateMask: &pb.DocumentMask{FieldPaths: []string{"a"}}, Mask: &pb.DocumentMask{FieldPaths: []string{"a"}}})
		w.note("update", doc, err)
		_, err = w.raw.DeleteDocument(w.t.Context(), &pb.DeleteDocumentRequest{Name: w.name("p/one"),
			CurrentDocument: &pb.Precondition{ConditionType: &pb.Precondition_UpdateTime{
				UpdateTime: timestamppb.New(time.Unix(1, 0))}}})
		w.note("delete with a stale time", nil, err)
		_, err = w.raw.DeleteDocument(w.t.Context(), &pb.DeleteDocumentRequest{Name: w.name("p/one")})
		w.note("delete", nil, err)
		_, err = w.raw.GetDocument(w.t.Context(), &pb.GetDocumentRequest{Name: w.name("p/one")})
		w.note("get deleted", nil, err)
	}},
}
