package firestore_test

import (
	"fmt"
	"math"
	"strings"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/genproto/googleapis/type/latlng"
	"google.golang.org/protobuf/types/known/timestamppb"
)

var valueScenarios = []scenario{
	{"stored values", storedValueScenario},
	{"valid and invalid fields", fieldScenario},
	{"names", nameScenario},
}

func storedValueScenario(r *recorder) {
	r.set("p/one", map[string]any{
		"null":  nil,
		"bool":  true,
		"int":   int64(math.MinInt64),
		"float": -0.5,
		"nan":   math.NaN(),
		"inf":   math.Inf(1),
		"text":  "é\x00 \U0001F600",
		"bytes": []byte{0, 255},
		"time":  time.Date(1999, 12, 31, 23, 59, 59, 123456789, time.UTC),
		"ref":   r.c.Doc("profiles/ada"),
		"geo":   &latlng.LatLng{Latitude: 1.5, Longitude: -2},
		"list":  []any{1, nil, map[string]any{"a": []any{}}},
		"map":   map[string]any{"a.b": map[string]any{}},
	})
	snapshot, err := r.c.Doc("p/one").Get(r.ctx)
	r.record("all types", snapshot, err)
}

func fieldScenario(r *recorder) {
	for step, fields := range fieldCases(r) {
		_, err := r.commit(r.update("p/one", fields))
		r.record(step, nil, err)
	}
}

func fieldCases(r *recorder) map[string]map[string]*pb.Value {
	maps20 := integer(1)
	for range 20 {
		maps20 = object(map[string]*pb.Value{"a": maps20})
	}
	mixed20 := integer(1)
	for range 10 {
		mixed20 = array(object(map[string]*pb.Value{"a": mixed20}))
	}
	geo := &pb.Value_GeoPointValue{GeoPointValue: &latlng.LatLng{Latitude: 91}}
	year10000 := &pb.Value_TimestampValue{
		TimestampValue: &timestamppb.Timestamp{Seconds: 253402300800},
	}
	elsewhere := "projects/other/databases/(default)/documents/a/b"
	fieldReference := &pb.Value_FieldReferenceValue{FieldReferenceValue: "b"}
	return map[string]map[string]*pb.Value{
		"19 nested maps":               {"a": maps20.GetMapValue().GetFields()["a"]},
		"20 nested maps":               {"a": maps20},
		"20 nested maps and arrays":    {"a": mixed20},
		"21 nested maps and arrays":    {"a": object(map[string]*pb.Value{"a": mixed20})},
		"array in an array":            {"a": array(array())},
		"array in a map in an array":   {"a": array(object(map[string]*pb.Value{"a": array()}))},
		"no type":                      {"a": {}},
		"reserved name":                {"__a__": integer(1)},
		"reserved name in a map":       {"a": object(map[string]*pb.Value{"__a__": integer(1)})},
		"name of four underscores":     {"____": integer(1)},
		"name of three underscores":    {"___": integer(1)},
		"empty name":                   {"": integer(1)},
		"name of special characters":   {"a b.`\\\n/": integer(1)},
		"name of 1500 bytes":           {strings.Repeat("n", 1500): integer(1)},
		"name of 1501 bytes":           {strings.Repeat("n", 1501): integer(1)},
		"invalid reference":            {"a": reference("nowhere")},
		"reference to a collection":    {"a": reference(r.name("c"))},
		"reference to another project": {"a": reference(elsewhere)},
		"latitude 91":                  {"a": {ValueType: geo}},
		"year 10000":                   {"a": {ValueType: year10000}},
		"string of 1 MiB":              {"a": text(strings.Repeat("x", 1<<20))},
		"document of 1 MiB":            {"a": binary(524259), "b": binary(524259)},
		"document of 1 MiB + 1 byte":   {"a": binary(524259), "b": binary(524260)},
		"value of 1048487 bytes":       {"a": binary(1048487)},
		"value of 1048488 bytes":       {"a": binary(1048488)},
		"field reference":              {"a": {ValueType: fieldReference}},
	}
}

func nameScenario(r *recorder) {
	for _, path := range []string{
		"p/one", "p", "p/one/q", "p/one/q/two", "p//", "p/.", "p/..", "./a", "p/...",
		"p/__x__", "__x__/a", "p/____", "p/___", "p/__id7__", "__id7__/a", "p/__idx__", "p/__x",
		"p/é ", "p/a\nb",
		"p/" + strings.Repeat("n", 1500),
		"p/" + strings.Repeat("n", 1501),
		strings.Repeat("p/a/", 99) + "p/a",
		strings.Repeat("p/a/", 100) + "p/a",
	} {
		label := path
		if len(path) > 20 {
			label = fmt.Sprintf("%s… (%d bytes)", path[:20], len(path))
		}
		_, err := r.commit(r.update(path, nil))
		r.record("write "+label, nil, err)
		_, err = r.rpc.GetDocument(r.ctx, &pb.GetDocumentRequest{Name: r.name(path)})
		r.record("get "+label, nil, err)
	}
	for _, name := range []string{
		"", "p/one", "projects/a", "projects/a/databases/b/documents",
		"projects//databases/b/documents/p/a",
	} {
		_, err := r.rpc.GetDocument(r.ctx, &pb.GetDocumentRequest{Name: name})
		r.record("get full name "+name, nil, err)
	}
}
