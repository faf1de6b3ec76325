package firestore_test

import (
	"fmt"
	"math"
	"time"

	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/genproto/googleapis/type/latlng"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// mixed holds one document for each kind of value of v, in the order that Firestore gives them.
var mixed = []any{nil, false, true, math.NaN(), math.Inf(-1), -1.5, 0, 1, 1.5, int64(1<<53 + 1), math.Inf(1),
	time.Unix(0, 0), time.Unix(1, 1000), "", "A", "a", "é", []byte{}, []byte{1}, "ref a", "ref b",
	&latlng.LatLng{}, &latlng.LatLng{Latitude: 1}, []any{}, []any{1}, []any{1, "x"}, []any{2}, []any{nil},
	[]any{math.NaN()}, client.Vector64{1, 2}, map[string]any{}, map[string]any{"a": 1}, map[string]any{"a": 1, "b": 0},
	map[string]any{"b": 0}}

// seedMixed writes them as m/00, m/01 …, and m/zz without the field. n is the same for three in a row.
func seedMixed(w *world) {
	for i, v := range mixed {
		if s, ok := v.(string); ok && len(s) > 4 {
			v = w.c.Doc("p/" + s[4:])
		}
		fields := map[string]any{"v": v, "n": i / 3, "deep": map[string]any{"i": -i}}
		w.do(w.c.Doc(fmt.Sprintf("m/%02d", i)).Set(w.t.Context(), fields))
	}
	w.do(w.c.Doc("m/zz").Set(w.t.Context(), map[string]any{"n": 0}))
}

var queryScenarios = []scenario{
	{"filters", func(w *world) {
		seedMixed(w)
		m := w.c.Collection("m")
		operands := []any{nil, true, math.NaN(), 0, 1, 1.0, "a", "", []byte{}, time.Unix(0, 0), w.c.Doc("p/a"),
			&latlng.LatLng{}, []any{1}, map[string]any{"a": 1}, client.Vector64{1, 2}}
		for _, op := range []string{"==", "!=", "<", "<=", ">", ">=", "array-contains"} {
			for i, operand := range operands {
				docs, err := m.Where("v", op, operand).Documents(w.t.Context()).GetAll()
				w.note(fmt.Sprintf("v %s operand %d (%T)", op, i, operand), docs, err)
			}
		}
		lists := map[string][]any{"nothing": {}, "1 and a": {1, "a"}, "null and 1": {nil, 1}, "NaN and 1": {math.NaN(), 1},
			"a list": {[]any{1}}, "30": make([]any, 30), "31": make([]any, 31), "10": make([]any, 10), "11": make([]any, 11)}
		for i := range 31 {
			for _, n := range []int{10, 11, 30, 31} {
				if i < n {
					lists[fmt.Sprint(n)][i] = i
				}
			}
		}
		for _, op := range []string{"in", "not-in", "array-contains-any"} {
			for name, operand := range lists {
				docs, err := m.Where("v", op, operand).Documents(w.t.Context()).GetAll()
				w.note("v "+op+" "+name, docs, err)
			}
			docs, err := m.Where("v", op, 1).Documents(w.t.Context()).GetAll()
			w.note("v "+op+" no list", docs, err)
		}
	}},
	{"filters for null and NaN that the client would not send", func(w *world) {
		seedMixed(w)
		from := []*pb.StructuredQuery_CollectionSelector{{CollectionId: "m"}}
		v := &pb.StructuredQuery_FieldReference{FieldPath: "v"}
		operands := map[string]*pb.Value{"null": {ValueType: &pb.Value_NullValue{}}, "NaN": double(math.NaN())}
		for number, op := range pb.StructuredQuery_FieldFilter_Operator_name {
			for name, operand := range operands {
				w.noteQuery(op+" "+name, &pb.StructuredQuery{From: from, Where: &pb.StructuredQuery_Filter{
					FilterType: &pb.StructuredQuery_Filter_FieldFilter{FieldFilter: &pb.StructuredQuery_FieldFilter{
						Field: v, Op: pb.StructuredQuery_FieldFilter_Operator(number), Value: operand}}}})
			}
		}
		for number, op := range pb.StructuredQuery_UnaryFilter_Operator_name {
			w.noteQuery(op, &pb.StructuredQuery{From: from, Where: &pb.StructuredQuery_Filter{
				FilterType: &pb.StructuredQuery_Filter_UnaryFilter{UnaryFilter: &pb.StructuredQuery_UnaryFilter{
					OperandType: &pb.StructuredQuery_UnaryFilter_Field{Field: v},
					Op:          pb.StructuredQuery_UnaryFilter_Operator(number)}}}})
		}
	}},
	{"combined filters", func(w *world) {
		seedMixed(w)
		m := w.c.Collection("m")
		property := func(path, op string, v any) client.EntityFilter {
			return client.PropertyFilter{Path: path, Operator: op, Value: v}
		}
		or := func(filters ...client.EntityFilter) client.Query {
			return m.WhereEntity(client.OrFilter{Filters: filters})
		}
		a, b := property("v", "==", 1), property("n", ">=", 9)
		and := client.AndFilter{Filters: []client.EntityFilter{a, b}}
		for name, q := range map[string]client.Query{
			"or":                       or(a, b),
			"and":                      m.WhereEntity(and),
			"or within and":            or(a, b).Where("n", "<", 10),
			"two fields with ranges":   m.Where("n", ">", 8).Where("v", "<", "b"),
			"range on a nested field":  m.Where("deep.i", "<", -29),
			"range below a number":     m.Where("n.x", "<", 1),
			"empty or":                 or(),
			"by name":                  m.Where(client.DocumentID, ">", m.Doc("30")),
			"by name, equal":           m.Where(client.DocumentID, "==", m.Doc("30")),
			"by name, in":              m.Where(client.DocumentID, "in", []*client.DocumentRef{m.Doc("30"), m.Doc("03")}),
			"by name as text":          m.Where(client.DocumentID, "==", "30"),
			"two kinds of inequality":  m.Where("v", "!=", 1).Where("v", "!=", 0).Where("n", "<", 4),
			"not-in and !=":            m.Where("v", "!=", 1).Where("v", "not-in", []any{0}),
			"two array-contains":       m.Where("v", "array-contains", 1).Where("v", "array-contains", "x"),
			"contains-any and in":      m.Where("v", "array-contains-any", []any{1}).Where("n", "in", []any{8}),
			"two in":                   m.Where("v", "in", []any{0, 1}).Where("n", "in", []any{2}),
			"not-in and in":            m.Where("v", "not-in", []any{0, 1}).Where("n", "in", []any{2}),
			"not-in within or":         or(a, property("n", "not-in", []any{1})),
			"reserved field":           m.Where("__x__", "==", 1),
			"or, ordered by missing v": or(property("n", "==", 0), a).OrderBy("v", client.Desc),
		} {
			docs, err := q.Documents(w.t.Context()).GetAll()
			w.note(name, docs, err)
		}
	}},
	{"order and cursors", func(w *world) {
		seedMixed(w)
		m := w.c.Collection("m")
		seven, err := m.Doc("07").Get(w.t.Context())
		w.do(nil, err)
		for name, q := range map[string]client.Query{
			"ascending":                   m.OrderBy("v", client.Asc),
			"descending":                  m.OrderBy("v", client.Desc),
			"by n, then name descending":  m.OrderBy("n", client.Desc),
			"by n, then name ascending":   m.OrderBy("n", client.Desc).OrderBy(client.DocumentID, client.Asc),
			"by a missing field":          m.OrderBy("none", client.Asc),
			"by name":                     m.OrderBy(client.DocumentID, client.Desc).Limit(3),
			"start at":                    m.OrderBy("n", client.Asc).StartAt(9),
			"start after":                 m.OrderBy("n", client.Asc).StartAfter(9),
			"end at":                      m.OrderBy("n", client.Asc).EndAt(1),
			"end before":                  m.OrderBy("n", client.Asc).EndBefore(1),
			"start at, descending":        m.OrderBy("n", client.Desc).StartAt(1),
			"start at a text":             m.OrderBy("v", client.Asc).StartAt("a"),
			"start after a document":      m.OrderBy("n", client.Asc).StartAfter(seven).Limit(4),
			"end at a document":           m.OrderBy("n", client.Desc).EndAt(seven),
			"document with an inequality": m.Where("n", "<", 4).StartAt(seven),
			"between ids":                 m.OrderBy(client.DocumentID, client.Asc).StartAt("03").EndBefore("05"),
			"limit":                       m.OrderBy("n", client.Asc).Limit(2),
			"limit 0":                     m.Limit(0),
			"limit to last":               m.OrderBy("n", client.Asc).LimitToLast(2),
			"limit to last with cursors":  m.OrderBy("n", client.Asc).StartAt(2).EndAt(5).LimitToLast(2),
			"offset":                      m.OrderBy("n", client.Asc).Offset(30),
			"offset and limit":            m.OrderBy("n", client.Asc).Offset(2).Limit(2),
			"offset past the end":         m.Offset(100),
			"inequality, other order":     m.Where("n", ">", 9).OrderBy("deep.i", client.Asc),
			"order twice by one field":    m.OrderBy("n", client.Asc).OrderBy("n", client.Desc).Limit(3),
			"equality and its order":      m.Where("n", "==", 3).OrderBy("n", client.Desc),
		} {
			docs, err := q.Documents(w.t.Context()).GetAll()
			w.note(name, docs, err)
		}
	}},
	{"projections", func(w *world) {
		w.do(w.c.Doc("p/one").Set(w.t.Context(), map[string]any{"a": 1, "m": map[string]any{"x": 1, "y": 2}}))
		for name, q := range map[string]client.Query{
			"one":      w.c.Collection("p").Select("a"),
			"nested":   w.c.Collection("p").Select("m.x", "none"),
			"no field": w.c.Collection("p").Select(),
			"overlap":  w.c.Collection("p").Select("m", "m.x"),
			"bad":      w.c.Collection("p").SelectPaths(client.FieldPath{"__x__"}),
		} {
			docs, err := q.Documents(w.t.Context()).GetAll()
			if err != nil {
				w.note(name, nil, err)
				continue
			}
			w.note(name, docs[0], nil)
		}
	}},
	{"collection groups", func(w *world) {
		for _, path := range []string{"posts/1", "users/a/posts/2", "users/a/posts/1", "users/b/posts/1/posts/9", "xposts/1",
			"users/a/x/y/posts/0"} {
			w.do(w.c.Doc(path).Set(w.t.Context(), map[string]any{"n": len(path)}))
		}
		from := func(id string, all bool) []*pb.StructuredQuery_CollectionSelector {
			return []*pb.StructuredQuery_CollectionSelector{{CollectionId: id, AllDescendants: all}}
		}
		w.noteQuery("all", &pb.StructuredQuery{From: from("posts", true)})
		w.noteQuery("top", &pb.StructuredQuery{From: from("posts", false)})
		w.noteQuery("skipped", &pb.StructuredQuery{From: from("posts", true), Offset: 3})
		w.noteQuery("negative offset", &pb.StructuredQuery{From: from("posts", true), Offset: -1})
		w.noteQuery("negative limit", &pb.StructuredQuery{From: from("posts", true), Limit: wrapperspb.Int32(-1)})
		w.noteQuery("bad collection", &pb.StructuredQuery{From: from("a/b", false)})
		w.noteQuery("reserved collection", &pb.StructuredQuery{From: from("__a__", false)})
		w.noteQuery("two collections", &pb.StructuredQuery{From: append(from("posts", true), from("users", true)...)})
		w.noteQuery("no collection", &pb.StructuredQuery{})
		w.noteQuery("filter without a type", &pb.StructuredQuery{From: from("posts", true),
			Where: &pb.StructuredQuery_Filter{}})
		w.noteQuery("too long a cursor", &pb.StructuredQuery{From: from("posts", true),
			StartAt: &pb.Cursor{Values: []*pb.Value{reference(w.name("posts/1")), integer(1)}}})
		docs, err := w.c.CollectionGroup("posts").Where("n", ">", 10).Documents(w.t.Context()).GetAll()
		w.note("with a filter", docs, err)
		docs, err = w.c.Doc("users/a").Collection("posts").OrderBy("n", client.Asc).Documents(w.t.Context()).GetAll()
		w.note("below a document", docs, err)
	}},
	{"aggregations", func(w *world) {
		seedMixed(w)
		w.do(w.c.Doc("ints/a").Set(w.t.Context(), map[string]any{"i": int64(math.MaxInt64), "j": 1}))
		w.do(w.c.Doc("ints/b").Set(w.t.Context(), map[string]any{"i": 1, "j": 2, "s": "x"}))
		three, ones := w.c.Collection("m").Limit(3), w.c.Collection("m").Where("n", "==", 1)
		all := func(collection string) *client.AggregationQuery {
			return w.c.Collection(collection).NewAggregationQuery()
		}
		for name, q := range map[string]*client.AggregationQuery{
			"count":                all("m").WithCount("n"),
			"count with a limit":   three.NewAggregationQuery().WithCount("n"),
			"count with a filter":  ones.NewAggregationQuery().WithCount("n"),
			"sum and average":      all("ints").WithSum("j", "s").WithAvg("j", "a"),
			"sum that overflows":   all("ints").WithSum("i", "s"),
			"of text":              all("ints").WithSum("s", "s").WithAvg("s", "a"),
			"of mixed values":      all("m").WithSum("v", "s"),
			"of nothing":           all("none").WithCount("c").WithSum("v", "s").WithAvg("v", "a"),
			"of a field some lack": all("ints").WithCount("c").WithSum("s", "s"),
			"the same alias twice": all("m").WithCount("n").WithSum("v", "n"),
			"six": all("m").WithCount("a").WithCount("b").
				WithCount("c").WithCount("d").WithCount("e").WithCount("f"),
		} {
			res, err := q.Get(w.t.Context())
			fields := map[string]*pb.Value{}
			for alias, v := range res {
				fields[alias] = v.(*pb.Value)
			}
			w.note(name, fields, err)
		}
	}},
}
