package firestore_test

import (
	"context"
	"fmt"
	"io"
	"testing"

	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// recorder is what a scenario runs on: a server, two ways to call it, and the results so far.
type recorder struct {
	t        *testing.T
	ctx      context.Context
	c        *client.Client
	rpc      pb.FirestoreClient // for requests that c doesn't send
	database string             // resource name of the scenario's database
	results  results
}

// results maps steps to their results in plain text.
type results map[string]string

// record saves the result of a step: the status code if err is not nil, else the description of
// result.
func (r *recorder) record(step string, result any, err error) {
	r.t.Helper()
	if _, ok := r.results[step]; ok {
		r.t.Fatalf("step %q is recorded twice", step)
	}
	if err != nil {
		s, ok := status.FromError(err)
		r.results[step] = s.Code().String()
		if !ok {
			r.results[step] = "rejected by the client"
		}
		return
	}
	r.results[step] = describe(result)
}

// recordDocument records the fields of a document, or that it doesn't exist.
func (r *recorder) recordDocument(step, path string) {
	r.t.Helper()
	doc, err := r.rpc.GetDocument(r.ctx, &pb.GetDocumentRequest{Name: r.name(path)})
	if status.Code(err) == codes.NotFound {
		r.record(step, "no document", nil)
		return
	}
	r.record(step, doc.GetFields(), err)
}

// recordIDs runs q and records the IDs of the documents it returns, in order.
func (r *recorder) recordIDs(step string, q client.Query) {
	r.t.Helper()
	docs, err := q.Documents(r.ctx).GetAll()
	r.record(step, docs, err)
}

// recordQuery sends q as an RPC and records the paths of the documents it returns, in order.
func (r *recorder) recordQuery(step string, q *pb.StructuredQuery) {
	r.t.Helper()
	paths, err := r.runQuery(q)
	r.record(step, paths, err)
}

func (r *recorder) runQuery(q *pb.StructuredQuery) ([]string, error) {
	stream, err := r.rpc.RunQuery(r.ctx, &pb.RunQueryRequest{
		Parent:    r.root(),
		QueryType: &pb.RunQueryRequest_StructuredQuery{StructuredQuery: q},
	})
	if err != nil {
		return nil, err
	}
	paths := []string{}
	for {
		res, err := stream.Recv()
		if err == io.EOF {
			return paths, nil
		}
		if err != nil {
			return nil, err
		}
		if skipped := res.GetSkippedResults(); skipped > 0 {
			paths = append(paths, fmt.Sprintf("(%d skipped)", skipped))
		}
		if res.GetDocument() != nil {
			paths = append(paths, relative(res.GetDocument().GetName()))
		}
	}
}

// must fails the test if a step that only prepares others fails.
func (r *recorder) must(_ any, err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// set writes a document as part of the preparation of a step.
func (r *recorder) set(path string, fields map[string]any, opts ...client.SetOption) {
	r.t.Helper()
	r.must(r.c.Doc(path).Set(r.ctx, fields, opts...))
}

func (r *recorder) commit(writes ...*pb.Write) (*pb.CommitResponse, error) {
	return r.rpc.Commit(r.ctx, &pb.CommitRequest{Database: r.database, Writes: writes})
}

// update returns a write that replaces a document.
func (r *recorder) update(path string, fields map[string]*pb.Value) *pb.Write {
	doc := &pb.Document{Name: r.name(path), Fields: fields}
	return &pb.Write{Operation: &pb.Write_Update{Update: doc}}
}

// remove returns a write that deletes a document.
func (r *recorder) remove(path string) *pb.Write {
	return &pb.Write{Operation: &pb.Write_Delete{Delete: r.name(path)}}
}

// name returns the resource name of a document.
func (r *recorder) name(path string) string { return r.root() + "/" + path }

// root returns the parent of the root collections.
func (r *recorder) root() string { return r.database + "/documents" }
