package firestore_test

import (
	"math"
	"time"

	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

var transformScenarios = []scenario{{"transforms", transformScenario}}

func transformScenario(r *recorder) {
	r.set("p/one", map[string]any{
		"i": 3, "f": 1.5, "s": "text", "max": int64(math.MaxInt64),
		"l": []any{1, "a", 2.0}, "nan": math.NaN(),
	})
	write := r.update("p/one", nil)
	write.UpdateMask = &pb.DocumentMask{}
	write.UpdateTransforms = []*fieldTransform{
		increment("i", integer(2)), increment("i", double(0.5)), increment("f", integer(1)),
		increment("s", integer(4)), increment("max", integer(1)),
		increment("new.deep", integer(1)), increment("nan", integer(1)),
		maximum("m1", integer(1)), maximum("i", integer(5)), maximum("i", double(9)),
		maximum("i", integer(9)), maximum("f", double(math.NaN())),
		minimum("f", integer(3)), minimum("i", integer(9)), minimum("i", integer(-1)),
		minimum("s", integer(1)),
		appendMissing("l", integer(2), integer(7), integer(7), text("b")),
		appendMissing("l2", integer(1)),
		removeAll("l", integer(1), text("zzz")), removeAll("l3", integer(1)),
		removeAll("s", integer(1)),
	}
	res, err := r.commit(write)
	r.must(nil, err)
	r.record("results", res.GetWriteResults()[0].GetTransformResults(), nil)
	r.recordDocument("stored", "p/one")
	recordServerTime(r)
	recordTransformWrite(r)
	for step, invalid := range map[string]*fieldTransform{
		"increment by a string":         increment("i", text("x")),
		"invalid path":                  increment("a..b", integer(1)),
		"reserved field":                increment("__x__", integer(1)),
		"no type":                       {FieldPath: "i"},
		"append a value without a type": appendMissing("l", &pb.Value{}),
		"append an array":               appendMissing("l", array()),
	} {
		write.UpdateTransforms = []*fieldTransform{invalid}
		_, err = r.commit(write)
		r.record(step, nil, err)
	}
}

func recordServerTime(r *recorder) {
	r.set("p/one", map[string]any{"at": client.ServerTimestamp, "also": client.ServerTimestamp})
	r.recordDocument("server time", "p/one")
	snapshot, err := r.c.Doc("p/one").Get(r.ctx)
	r.must(nil, err)
	at, _ := snapshot.Data()["at"].(time.Time)
	r.record("server time is the update time", at.Equal(snapshot.UpdateTime), nil)
	r.record("server time is the same for both", snapshot.Data()["also"].(time.Time).Equal(at), nil)
}

func recordTransformWrite(r *recorder) {
	r.set("p/old", map[string]any{"a": 1})
	_, err := r.commit(&pb.Write{Operation: &pb.Write_Transform{
		Transform: &pb.DocumentTransform{
			Document:        r.name("p/old"),
			FieldTransforms: []*fieldTransform{increment("i", integer(2))},
		},
	}})
	r.record("write with only a transform", nil, err)
	r.recordDocument("after a write with only a transform", "p/old")
}
