package firestore_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/latchkey/emulator/firestore"
	"example.com/latchkey/emulator/state"
)

func TestUnsupportedFeaturesReturnUnimplemented(t *testing.T) {
	address := startService(t, &state.Store{}, firestore.Options{})
	c, rpc := connect(t, address), dial(t, address)
	listen := func() error {
		_, err := c.Doc("p/one").Snapshots(t.Context()).Next()
		return err
	}
	partition := func() error {
		_, err := c.CollectionGroup("p").GetPartitionedQueries(t.Context(), 2)
		return err
	}
	pipeline := func() error {
		_, err := c.Pipeline().Collection("p").Execute(t.Context()).Results().GetAll()
		return err
	}
	nearest := func() error {
		q := c.Collection("p").
			FindNearest("v", []float64{1}, 1, client.DistanceMeasureEuclidean, nil)
		_, err := q.Documents(t.Context()).GetAll()
		return err
	}
	explain := func() error {
		q := c.Collection("p").Query.WithRunOptions(client.ExplainOptions{})
		_, err := q.Documents(t.Context()).GetAll()
		return err
	}
	write := func() error {
		stream := must(rpc.Write(bearer(t, "owner")))(t)
		_, err := stream.Recv()
		return err
	}
	for name, call := range map[string]func() error{
		"Listen":          listen,
		"PartitionQuery":  partition,
		"ExecutePipeline": pipeline,
		"find_nearest":    nearest,
		"explain":         explain,
		"Write":           write,
	} {
		err := call()
		if status.Code(err) != codes.Unimplemented || !strings.Contains(err.Error(), name) ||
			!strings.Contains(err.Error(), "FIRESTORE_EMULATOR_HOST") {
			t.Errorf("%s: got %v, want Unimplemented with the feature's name and a workaround",
				name, err)
		}
	}
}

func TestTransactionExpires(t *testing.T) {
	var passed atomic.Int64 // nanoseconds; atomic because the server reads it in another goroutine
	clock := func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
	c := connect(t, startService(t, &state.Store{}, firestore.Options{Now: clock}))
	err := c.RunTransaction(t.Context(), func(_ context.Context, tx *client.Transaction) error {
		must(tx.GetAll([]*client.DocumentRef{c.Doc("p/one")}))(t)
		passed.Store(int64(271 * time.Second))
		return tx.Set(c.Doc("p/one"), map[string]any{})
	})
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("commit after 271 seconds: got %v, want InvalidArgument", err)
	}
}

func TestReadTimeExpires(t *testing.T) {
	var passed atomic.Int64 // nanoseconds; atomic because the server reads it in another goroutine
	clock := func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
	c := connect(t, startService(t, &state.Store{}, firestore.Options{Now: clock}))
	first := must(c.Doc("p/one").Set(t.Context(), map[string]any{"n": 1}))(t)
	must(c.Doc("p/one").Set(t.Context(), map[string]any{"n": 2}))(t)
	passed.Store(int64(6 * time.Minute))
	must(c.Doc("p/two").Set(t.Context(), map[string]any{}))(t)
	if got := must(c.Doc("p/one").Get(t.Context()))(t).Data()["n"]; got != int64(2) {
		t.Errorf("got n = %v, want 2", got)
	}
	_, err := c.WithReadOptions(client.ReadTime(first.UpdateTime)).Doc("p/one").Get(t.Context())
	if status.Code(err) != codes.FailedPrecondition {
		t.Errorf("read at a time six minutes ago: got %v, want FailedPrecondition", err)
	}
}

func TestRequestsOver10MiBAreRejected(t *testing.T) {
	rpc := dial(t, startService(t, &state.Store{}, firestore.Options{}))
	var writes []*pb.Write
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"} {
		fields := map[string]*pb.Value{"b": binary(1<<20 - 100)}
		doc := &pb.Document{Name: documentOf("p", id), Fields: fields}
		writes = append(writes, &pb.Write{Operation: &pb.Write_Update{Update: doc}})
	}
	ten := &pb.CommitRequest{Database: testDatabase, Writes: writes[:10]}
	if _, err := rpc.Commit(bearer(t, "owner"), ten); err != nil {
		t.Errorf("10 documents of almost 1 MiB: got %v, want success", err)
	}
	eleven := &pb.CommitRequest{Database: testDatabase, Writes: writes}
	_, err := rpc.Commit(bearer(t, "owner"), eleven)
	if status.Code(err) != codes.ResourceExhausted {
		t.Errorf("11 documents of almost 1 MiB: got %v, want ResourceExhausted", err)
	}
}
