package firestore_test

import (
	"fmt"
	"strings"
	"time"

	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

var writeScenarios = []scenario{
	{"create", createScenario},
	{"set", setScenario},
	{"update", updateScenario},
	{"update time", updateTimeScenario},
	{"preconditions", preconditionScenario},
	{"one commit", commitScenario},
	{"masks", maskScenario},
	{"bulk writer", bulkWriterScenario},
	{"single document RPCs", documentRPCScenario},
}

func createScenario(r *recorder) {
	doc := r.c.Doc("profiles/ada")
	res, err := doc.Create(r.ctx, map[string]any{"bio": "counts"})
	r.record("first", res, err)
	res, err = doc.Create(r.ctx, map[string]any{"bio": "again"})
	r.record("second", res, err)
	r.recordDocument("stored", "profiles/ada")
	_, err = r.c.Doc("profiles/bob").Get(r.ctx)
	r.record("get missing", nil, err)
}

func setScenario(r *recorder) {
	r.set("profiles/ada", map[string]any{"a": 1, "m": map[string]any{"x": 1, "y": 2}})
	r.set("profiles/ada", map[string]any{"b": 2, "m": map[string]any{"z": 3}}, client.MergeAll)
	r.recordDocument("merge all", "profiles/ada")
	r.set("profiles/ada", map[string]any{"m": map[string]any{"x": 9, "y": 9}},
		client.Merge([]string{"m", "x"}))
	r.recordDocument("merge one path", "profiles/ada")
	r.set("profiles/ada", map[string]any{"c": 3})
	r.recordDocument("replace", "profiles/ada")
	r.set("profiles/ada", map[string]any{}, client.MergeAll)
	r.recordDocument("merge nothing", "profiles/ada")
	r.set("profiles/new", map[string]any{"a": 1}, client.MergeAll)
	r.recordDocument("merge into a missing document", "profiles/new")
}

func updateScenario(r *recorder) {
	doc := r.c.Doc("profiles/ada")
	_, err := doc.Update(r.ctx, []client.Update{{Path: "a", Value: 1}})
	r.record("missing document", nil, err)
	r.set("profiles/ada",
		map[string]any{"a": 1, "m": map[string]any{"x": 1, "y": 2}, "s": "text"})
	r.must(doc.Update(r.ctx, []client.Update{
		{Path: "m.x", Value: 7},
		{Path: "a", Value: client.Delete},
		{FieldPath: []string{"odd field", "`\\."}, Value: true},
	}))
	r.recordDocument("paths", "profiles/ada")
	r.must(doc.Update(r.ctx, []client.Update{{Path: "s.below", Value: 1}}))
	r.recordDocument("below a string", "profiles/ada")
	r.must(doc.Update(r.ctx, []client.Update{
		{Path: "m.x", Value: client.Delete},
		{Path: "m.y", Value: client.Delete},
	}))
	r.recordDocument("delete all fields of a map", "profiles/ada")
	r.must(doc.Update(r.ctx, []client.Update{{Path: "nowhere.x", Value: client.Delete}}))
	r.recordDocument("delete below a missing field", "profiles/ada")
}

func updateTimeScenario(r *recorder) {
	doc := r.c.Doc("profiles/ada")
	r.must(doc.Create(r.ctx, map[string]any{"a": 1}))
	first, err := doc.Get(r.ctx)
	r.must(nil, err)
	res, err := doc.Set(r.ctx, map[string]any{"a": 1})
	r.must(nil, err)
	r.record("advances when nothing changes", res.UpdateTime.After(first.UpdateTime), nil)
	res, err = doc.Set(r.ctx, map[string]any{"a": 2})
	r.must(nil, err)
	r.record("advances", res.UpdateTime.After(first.UpdateTime), nil)
	second, err := doc.Get(r.ctx)
	r.must(nil, err)
	r.record("create time stays the same", second.CreateTime.Equal(first.CreateTime), nil)
	r.record("equals the time in the write result", second.UpdateTime.Equal(res.UpdateTime), nil)
	r.record("is in whole microseconds", res.UpdateTime.Nanosecond()%1000 == 0, nil)
}

func preconditionScenario(r *recorder) {
	doc, missing := r.c.Doc("profiles/ada"), r.c.Doc("profiles/none")
	first, err := doc.Create(r.ctx, map[string]any{"a": 1})
	r.must(nil, err)
	stale := client.LastUpdateTime(first.UpdateTime.Add(-time.Second))
	change := []client.Update{{Path: "a", Value: 2}}
	_, err = doc.Update(r.ctx, change, stale)
	r.record("update, stale time", nil, err)
	_, err = missing.Update(r.ctx, change, stale)
	r.record("update missing with a time", nil, err)
	_, err = doc.Delete(r.ctx, stale)
	r.record("delete, stale time", nil, err)
	_, err = missing.Delete(r.ctx, stale)
	r.record("delete missing with a time", nil, err)
	_, err = missing.Delete(r.ctx, client.Exists)
	r.record("delete missing that must exist", nil, err)
	res, err := doc.Update(r.ctx, change, client.LastUpdateTime(first.UpdateTime))
	r.record("update, current time", res, err)
	res, err = doc.Delete(r.ctx, client.LastUpdateTime(res.UpdateTime))
	r.record("delete, current time", res, err)
	res, err = doc.Delete(r.ctx)
	r.record("delete again", res, err)
}

func commitScenario(r *recorder) {
	create := func(path string) *pb.Write {
		write := r.update(path, map[string]*pb.Value{"a": integer(1)})
		write.CurrentDocument = &pb.Precondition{
			ConditionType: &pb.Precondition_Exists{Exists: false},
		}
		return write
	}
	_, err := r.commit(create("p/one"), create("p/one"))
	r.record("create twice", nil, err)
	r.recordDocument("failed commit writes nothing", "p/one")
	res, err := r.commit(create("p/one"), r.remove("p/one"), create("p/one"))
	r.record("create, delete, create", len(res.GetWriteResults()), err)
	last := res.GetWriteResults()[2].GetUpdateTime().AsTime()
	r.record("update time is the commit time", last.Equal(res.GetCommitTime().AsTime()), nil)
	res, err = r.commit()
	r.record("no writes", len(res.GetWriteResults()), err)
	many := make([]*pb.Write, 501)
	for i := range many {
		many[i] = r.update("many/"+strings.Repeat("x", i+1), nil)
	}
	res, err = r.commit(many...)
	r.record("501 writes", len(res.GetWriteResults()), err)
	_, err = r.commit(&pb.Write{})
	r.record("write without an operation", nil, err)
	_, err = r.rpc.Commit(r.ctx, &pb.CommitRequest{Database: "projects/x", Writes: many[:1]})
	r.record("invalid database name", nil, err)
	_, err = r.rpc.Commit(r.ctx, &pb.CommitRequest{
		Database: "projects/other/databases/(default)",
		Writes:   many[:1],
	})
	r.record("document of another database", nil, err)
}

func maskScenario(r *recorder) {
	r.set("p/one", map[string]any{"a": 1, "b": 2, "m": map[string]any{"x": 1, "y": 2}})
	for _, mask := range [][]string{
		{"a", "m.x"}, {}, {"nothing"}, {"m", "m.x"}, {"a", "a"}, {"a..b"}, {""}, {"a b"},
		{"`a b`"}, {"__x__"}, {"__name__"}, {"`a"}, {"1a"}, {"a."}, {"``"},
	} {
		doc, err := r.rpc.GetDocument(r.ctx, &pb.GetDocumentRequest{
			Name: r.name("p/one"),
			Mask: &pb.DocumentMask{FieldPaths: mask},
		})
		r.record(fmt.Sprintf("read %q", mask), doc, err)
		write := r.update("p/two", map[string]*pb.Value{"a": integer(1), "m": integer(2)})
		write.UpdateMask = &pb.DocumentMask{FieldPaths: mask}
		_, err = r.commit(write)
		r.record(fmt.Sprintf("write %q", mask), nil, err)
	}
}

func bulkWriterScenario(r *recorder) {
	r.set("p/existing", map[string]any{"a": 1})
	bulk := r.c.BulkWriter(r.ctx)
	first, err := bulk.Create(r.c.Doc("p/new"), map[string]any{"a": 1})
	r.must(nil, err)
	second, err := bulk.Create(r.c.Doc("p/existing"), map[string]any{"a": 2})
	r.must(nil, err)
	third, err := bulk.Delete(r.c.Doc("p/none"))
	r.must(nil, err)
	bulk.End()
	res, err := first.Results()
	r.record("create", res, err)
	res, err = second.Results()
	r.record("create existing", res, err)
	res, err = third.Results()
	r.record("delete missing", res, err)
	r.recordDocument("existing is unchanged", "p/existing")
	_, err = r.rpc.BatchWrite(r.ctx, &pb.BatchWriteRequest{
		Database: r.database,
		Writes:   []*pb.Write{r.update("p/x", nil), r.update("p/x", nil)},
	})
	r.record("same document twice", nil, err)
	bad, err := r.rpc.BatchWrite(r.ctx, &pb.BatchWriteRequest{
		Database: r.database,
		Writes:   []*pb.Write{r.update("p/__x__", nil), r.update("p/good", nil)},
	})
	r.record("invalid name", len(bad.GetStatus()), err)
}

func documentRPCScenario(r *recorder) {
	create := func(id string) (*pb.Document, error) {
		return r.rpc.CreateDocument(r.ctx, &pb.CreateDocumentRequest{
			Parent:       r.root(),
			CollectionId: "p",
			DocumentId:   id,
			Document: &pb.Document{
				Fields: map[string]*pb.Value{"a": integer(1), "b": integer(2)},
			},
		})
	}
	doc, err := create("one")
	r.record("create", doc, err)
	_, err = create("one")
	r.record("create again", nil, err)
	doc, err = create("")
	r.record("create without an ID", len(doc.GetName()) == len(r.name("p/"))+20, err)
	doc, err = r.rpc.UpdateDocument(r.ctx, &pb.UpdateDocumentRequest{
		Document: &pb.Document{
			Name:   r.name("p/one"),
			Fields: map[string]*pb.Value{"a": integer(7)},
		},
		UpdateMask: &pb.DocumentMask{FieldPaths: []string{"a"}},
		Mask:       &pb.DocumentMask{FieldPaths: []string{"a"}},
	})
	r.record("update", doc, err)
	_, err = r.rpc.DeleteDocument(r.ctx, &pb.DeleteDocumentRequest{
		Name: r.name("p/one"),
		CurrentDocument: &pb.Precondition{
			ConditionType: &pb.Precondition_UpdateTime{
				UpdateTime: timestamppb.New(time.Unix(1, 0)),
			},
		},
	})
	r.record("delete with a stale time", nil, err)
	_, err = r.rpc.DeleteDocument(r.ctx, &pb.DeleteDocumentRequest{Name: r.name("p/one")})
	r.record("delete", nil, err)
	_, err = r.rpc.GetDocument(r.ctx, &pb.GetDocumentRequest{Name: r.name("p/one")})
	r.record("get deleted", nil, err)
}
