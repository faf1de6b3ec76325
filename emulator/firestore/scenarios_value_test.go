package firestore_test

import (
	"math"
	"strings"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/genproto/googleapis/type/latlng"
	"google.golang.org/protobuf/types/known/timestamppb"
)

var valueScenarios = []scenario{
	{"values come back", func(w *world) {
		doc := w.c.Doc("p/one")
		w.do(doc.Set(w.t.Context(), map[string]any{
			"null": nil, "bool": true, "int": int64(math.MinInt64), "float": -0.5, "nan": math.NaN(), "inf": math.Inf(1),
			"text": "é\x00 \U0001F600", "bytes": []byte{0, 255},
			"time": time.Date(1999, 12, 31, 23, 59, 59, 123456789, time.UTC),
			"ref":  w.c.Doc("profiles/ada"), "geo": &latlng.LatLng{Latitude: 1.5, Longitude: -2},
			"list": []any{1, nil, map[string]any{"a": []any{}}}, "map": map[string]any{"a.b": map[string]any{}},
		}))
		snapshot, err := doc.Get(w.t.Context())
		w.note("all", snapshot, err)
	}},
	{"values refused", func(w *world) {
		deep := integer(1)
		for range 20 {
			deep = object(map[string]*pb.Value{"a": deep})
		}
		deepList := integer(1)
		for range 10 {
			deepList = list(object(map[string]*pb.Value{"a": deepList}))
		}
		cases := map[string]map[string]*pb.Value{
			"20 levels":                 {"a": deep.GetMapValue().GetFields()["a"]},
			"21 levels":                 {"a": deep},
			"20 levels with lists":      {"a": deepList},
			"21 levels with lists":      {"a": object(map[string]*pb.Value{"a": deepList})},
			"list in a list":            {"a": list(list())},
			"list in a map in a list":   {"a": list(object(map[string]*pb.Value{"a": list()}))},
			"no type":                   {"a": {}},
			"reserved name":             {"__a__": integer(1)},
			"reserved name below":       {"a": object(map[string]*pb.Value{"__a__": integer(1)})},
			"name of four underscores":  {"____": integer(1)},
			"name of three":             {"___": integer(1)},
			"empty name":                {"": integer(1)},
			"name with all bytes":       {"a b.`\\\n/": integer(1)},
			"name of 1500 bytes":        {strings.Repeat("n", 1500): integer(1)},
			"name of 1501 bytes":        {strings.Repeat("n", 1501): integer(1)},
			"bad reference":             {"a": reference("nowhere")},
			"reference to a collection": {"a": reference(w.name("c"))},
			"reference elsewhere":       {"a": reference("projects/other/databases/(default)/documents/a/b")},
			"latitude 91": {"a": {ValueType: &pb.Value_GeoPointValue{
				GeoPointValue: &latlng.LatLng{Latitude: 91}}}},
			"year 10000": {"a": {ValueType: &pb.Value_TimestampValue{
				TimestampValue: &timestamppb.Timestamp{Seconds: 253402300800}}}},
			"1 MiB and more":         {"a": text(strings.Repeat("x", 1<<20))},
			"exactly 1 MiB":          {"a": binary(524259), "b": binary(524259)},
			"a byte more than 1 MiB": {"a": binary(524259), "b": binary(524260)},
			"largest value":          {"a": binary(1048487)},
			"larger value":           {"a": binary(1048488)},
			"field reference":        {"a": {ValueType: &pb.Value_FieldReferenceValue{FieldReferenceValue: "b"}}},
		}
		for name, fields := range cases {
			_, err := w.commit(w.update("p/one", fields))
			w.note(name, nil, err)
		}
	}},
}

var nameScenarios = []scenario{{"names", func(w *world) {
	for _, path := range []string{"p/one", "p", "p/one/q", "p/one/q/two", "p//", "p/.", "p/..", "./a", "p/...", "p/__x__",
		"__x__/a",
		"p/____", "p/___", "p/__id7__", "__id7__/a", "p/__idx__", "p/__x", "p/é ", "p/a\nb",
		"p/" + strings.Repeat("n", 1500), "p/" + strings.Repeat("n", 1501),
		strings.Repeat("p/a/", 99) + "p/a", strings.Repeat("p/a/", 100) + "p/a"} {
		short := path[:min(len(path), 20)] + strings.Repeat("…", min(1, len(path)/21)) + string(rune('0'+len(path)%10))
		_, err := w.commit(w.update(path, nil))
		w.note("write "+short, nil, err)
		_, err = w.raw.GetDocument(w.t.Context(), &pb.GetDocumentRequest{Name: w.name(path)})
		w.note("get "+short, nil, err)
	}
	for _, name := range []string{"", "p/one", "projects/a", "projects/a/databases/b/documents",
		"projects//databases/b/documents/p/a"} {
		_, err := w.raw.GetDocument(w.t.Context(), &pb.GetDocumentRequest{Name: name})
		w.note("get full "+name, nil, err)
	}
}}}
