package firestore_test

import (
	"fmt"
	"math"
	"time"

	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/genproto/googleapis/type/latlng"
)

var filterScenarios = []scenario{
	{"filters", filterScenario},
	{"null and NaN filters", nullAndNaNScenario},
	{"combined filters", combinedFilterScenario},
}

// mixed has values of all types, almost in Firestore's order: [nil] and [NaN] sort before [1].
var mixed = []any{
	nil, false, true,
	math.NaN(), math.Inf(-1), -1.5, 0, 1, 1.5, int64(1<<53 + 1), math.Inf(1),
	time.Unix(0, 0), time.Unix(1, 1000),
	"", "A", "a", "é",
	[]byte{}, []byte{1},
	"ref a", "ref b", // seedMixed replaces these with references to p/a and p/b
	&latlng.LatLng{}, &latlng.LatLng{Latitude: 1},
	[]any{}, []any{1}, []any{1, "x"}, []any{2}, []any{nil}, []any{math.NaN()},
	client.Vector64{1, 2},
	map[string]any{}, map[string]any{"a": 1}, map[string]any{"a": 1, "b": 0},
	map[string]any{"b": 0},
}

// seedMixed creates the documents m/00, m/01 and so on, with the values of mixed in the field
// v. The field n is the same for three documents in a row. The document m/zz doesn't have the
// field v.
func seedMixed(r *recorder) {
	for i, v := range mixed {
		if s, ok := v.(string); ok && len(s) > 4 {
			v = r.c.Doc("p/" + s[4:])
		}
		fields := map[string]any{"v": v, "n": i / 3, "deep": map[string]any{"i": -i}}
		r.set(fmt.Sprintf("m/%02d", i), fields)
	}
	r.set("m/zz", map[string]any{"n": 0})
}

func filterScenario(r *recorder) {
	seedMixed(r)
	m := r.c.Collection("m")
	operands := []any{
		nil, true, math.NaN(), 0, 1, 1.0, "a", "", []byte{}, time.Unix(0, 0), r.c.Doc("p/a"),
		&latlng.LatLng{}, []any{1}, map[string]any{"a": 1}, client.Vector64{1, 2},
	}
	for _, op := range []string{"==", "!=", "<", "<=", ">", ">=", "array-contains"} {
		for i, operand := range operands {
			step := fmt.Sprintf("v %s operand %d (%T)", op, i, operand)
			r.recordIDs(step, m.Where("v", op, operand))
		}
	}
	lists := map[string]any{
		"[]": []any{}, "[1 a]": []any{1, "a"}, "[null 1]": []any{nil, 1},
		"[NaN 1]": []any{math.NaN(), 1}, "[[1]]": []any{[]any{1}},
		"10 numbers": numbers(10), "11 numbers": numbers(11),
		"30 numbers": numbers(30), "31 numbers": numbers(31),
		"1, which isn't a list": 1,
	}
	for _, op := range []string{"in", "not-in", "array-contains-any"} {
		for name, operand := range lists {
			r.recordIDs("v "+op+" "+name, m.Where("v", op, operand))
		}
	}
}

// numbers returns the list 0, 1, ..., n-1.
func numbers(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// nullAndNaNScenario sends filters as RPCs, because the client library converts == and != with
// null or NaN to unary filters and rejects other operators.
func nullAndNaNScenario(r *recorder) {
	seedMixed(r)
	where := func(f *pb.StructuredQuery_Filter) *pb.StructuredQuery {
		from := []*pb.StructuredQuery_CollectionSelector{{CollectionId: "m"}}
		return &pb.StructuredQuery{From: from, Where: f}
	}
	v := &pb.StructuredQuery_FieldReference{FieldPath: "v"}
	operands := map[string]*pb.Value{
		"null": {ValueType: &pb.Value_NullValue{}},
		"NaN":  double(math.NaN()),
	}
	for number, op := range pb.StructuredQuery_FieldFilter_Operator_name {
		for name, operand := range operands {
			field := &pb.StructuredQuery_FieldFilter{
				Field: v,
				Op:    pb.StructuredQuery_FieldFilter_Operator(number),
				Value: operand,
			}
			r.recordQuery(op+" "+name, where(&pb.StructuredQuery_Filter{
				FilterType: &pb.StructuredQuery_Filter_FieldFilter{FieldFilter: field},
			}))
		}
	}
	for number, op := range pb.StructuredQuery_UnaryFilter_Operator_name {
		unary := &pb.StructuredQuery_UnaryFilter{
			OperandType: &pb.StructuredQuery_UnaryFilter_Field{Field: v},
			Op:          pb.StructuredQuery_UnaryFilter_Operator(number),
		}
		r.recordQuery(op, where(&pb.StructuredQuery_Filter{
			FilterType: &pb.StructuredQuery_Filter_UnaryFilter{UnaryFilter: unary},
		}))
	}
}

func combinedFilterScenario(r *recorder) {
	seedMixed(r)
	m := r.c.Collection("m")
	property := func(path, op string, v any) client.EntityFilter {
		return client.PropertyFilter{Path: path, Operator: op, Value: v}
	}
	or := func(filters ...client.EntityFilter) client.Query {
		return m.WhereEntity(client.OrFilter{Filters: filters})
	}
	a, b := property("v", "==", 1), property("n", ">=", 9)
	containsOne := m.Where("v", "array-contains", 1)
	containsAnyOne := m.Where("v", "array-contains-any", []any{1})
	names := []*client.DocumentRef{m.Doc("30"), m.Doc("03")}
	and := client.AndFilter{Filters: []client.EntityFilter{a, b}}
	for step, q := range map[string]client.Query{
		"or":                        or(a, b),
		"and":                       m.WhereEntity(and),
		"or within and":             or(a, b).Where("n", "<", 10),
		"two fields with ranges":    m.Where("n", ">", 8).Where("v", "<", "b"),
		"range on a nested field":   m.Where("deep.i", "<", -29),
		"range below a number":      m.Where("n.x", "<", 1),
		"empty or":                  or(),
		"by name":                   m.Where(client.DocumentID, ">", m.Doc("30")),
		"by name, equal":            m.Where(client.DocumentID, "==", m.Doc("30")),
		"by name, in":               m.Where(client.DocumentID, "in", names),
		"by name as a string":       m.Where(client.DocumentID, "==", "30"),
		"two != and a range":        m.Where("v", "!=", 1).Where("v", "!=", 0).Where("n", "<", 4),
		"not-in and !=":             m.Where("v", "!=", 1).Where("v", "not-in", []any{0}),
		"two array-contains":        containsOne.Where("v", "array-contains", "x"),
		"array-contains-any and in": containsAnyOne.Where("n", "in", []any{8}),
		"two in":                    m.Where("v", "in", []any{0, 1}).Where("n", "in", []any{2}),
		"not-in and in":             m.Where("v", "not-in", []any{0, 1}).Where("n", "in", []any{2}),
		"not-in within or":          or(a, property("n", "not-in", []any{1})),
		"reserved field":            m.Where("__x__", "==", 1),
		"or, ordered by missing v":  or(property("n", "==", 0), a).OrderBy("v", client.Desc),
	} {
		r.recordIDs(step, q)
	}
}
