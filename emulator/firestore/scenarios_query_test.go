package firestore_test

import (
	"math"

	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

var queryScenarios = []scenario{
	{"order and cursors", orderScenario},
	{"projections", projectionScenario},
	{"collection groups", collectionGroupScenario},
	{"aggregations", aggregationScenario},
}

func orderScenario(r *recorder) {
	seedMixed(r)
	m := r.c.Collection("m")
	seven, err := m.Doc("07").Get(r.ctx)
	r.must(nil, err)
	// Each query needs an order of its own, because a query with LimitToLast reverses its order
	// in place.
	byN := func() client.Query { return m.OrderBy("n", client.Asc) }
	byNDesc := func() client.Query { return m.OrderBy("n", client.Desc) }
	byName := func() client.Query { return m.OrderBy(client.DocumentID, client.Asc) }
	for step, q := range map[string]client.Query{
		"ascending":                    m.OrderBy("v", client.Asc),
		"descending":                   m.OrderBy("v", client.Desc),
		"n and name descending":        byNDesc(),
		"n descending, name ascending": byNDesc().OrderBy(client.DocumentID, client.Asc),
		"missing field":                m.OrderBy("none", client.Asc),
		"by name descending":           m.OrderBy(client.DocumentID, client.Desc).Limit(3),
		"start at":                     byN().StartAt(9),
		"start after":                  byN().StartAfter(9),
		"end at":                       byN().EndAt(1),
		"end before":                   byN().EndBefore(1),
		"start at, descending":         byNDesc().StartAt(1),
		"start at a string":            m.OrderBy("v", client.Asc).StartAt("a"),
		"start after a document":       byN().StartAfter(seven).Limit(4),
		"end at a document":            byNDesc().EndAt(seven),
		"document with an inequality":  m.Where("n", "<", 4).StartAt(seven),
		"between IDs":                  byName().StartAt("03").EndBefore("05"),
		"limit":                        byN().Limit(2),
		"limit 0":                      m.Limit(0),
		"limit to last":                byN().LimitToLast(2),
		"limit to last with cursors":   byN().StartAt(2).EndAt(5).LimitToLast(2),
		"offset":                       byN().Offset(30),
		"offset and limit":             byN().Offset(2).Limit(2),
		"offset past the end":          m.Offset(100),
		"inequality, other order":      m.Where("n", ">", 9).OrderBy("deep.i", client.Asc),
		"same field twice":             byN().OrderBy("n", client.Desc).Limit(3),
		"equality, same order":         m.Where("n", "==", 3).OrderBy("n", client.Desc),
	} {
		r.recordIDs(step, q)
	}
}

func projectionScenario(r *recorder) {
	r.set("p/one", map[string]any{"a": 1, "m": map[string]any{"x": 1, "y": 2}})
	p := r.c.Collection("p")
	for step, q := range map[string]client.Query{
		"one field":           p.Select("a"),
		"nested field":        p.Select("m.x", "none"),
		"no field":            p.Select(),
		"map and field in it": p.Select("m", "m.x"),
		"reserved field":      p.SelectPaths(client.FieldPath{"__x__"}),
	} {
		docs, err := q.Documents(r.ctx).GetAll()
		if err != nil {
			r.record(step, nil, err)
			continue
		}
		r.record(step, docs[0], nil)
	}
}

func collectionGroupScenario(r *recorder) {
	for _, path := range []string{
		"posts/1", "users/a/posts/2", "users/a/posts/1", "users/b/posts/1/posts/9", "xposts/1",
		"users/a/x/y/posts/0",
	} {
		r.set(path, map[string]any{"n": len(path)})
	}
	type selectors = []*pb.StructuredQuery_CollectionSelector
	group := selectors{{CollectionId: "posts", AllDescendants: true}}
	for step, q := range map[string]*pb.StructuredQuery{
		"all":                 {From: group},
		"root collection":     {From: selectors{{CollectionId: "posts"}}},
		"offset":              {From: group, Offset: 3},
		"negative offset":     {From: group, Offset: -1},
		"negative limit":      {From: group, Limit: wrapperspb.Int32(-1)},
		"invalid collection":  {From: selectors{{CollectionId: "a/b"}}},
		"reserved collection": {From: selectors{{CollectionId: "__a__"}}},
		"two collections": {From: selectors{
			{CollectionId: "posts", AllDescendants: true},
			{CollectionId: "users", AllDescendants: true},
		}},
		"no collection":         {},
		"filter without a type": {From: group, Where: &pb.StructuredQuery_Filter{}},
		"cursor with too many values": {
			From: group,
			StartAt: &pb.Cursor{
				Values: []*pb.Value{reference(r.name("posts/1")), integer(1)},
			},
		},
	} {
		r.recordQuery(step, q)
	}
	r.recordIDs("with a filter", r.c.CollectionGroup("posts").Where("n", ">", 10))
	r.recordIDs("below a document",
		r.c.Doc("users/a").Collection("posts").OrderBy("n", client.Asc))
}

func aggregationScenario(r *recorder) {
	seedMixed(r)
	r.set("ints/a", map[string]any{"i": int64(math.MaxInt64), "j": 1})
	r.set("ints/b", map[string]any{"i": 1, "j": 2, "s": "x"})
	three, ones := r.c.Collection("m").Limit(3), r.c.Collection("m").Where("n", "==", 1)
	all := func(collection string) *client.AggregationQuery {
		return r.c.Collection(collection).NewAggregationQuery()
	}
	for step, q := range map[string]*client.AggregationQuery{
		"count":                all("m").WithCount("n"),
		"count with a limit":   three.NewAggregationQuery().WithCount("n"),
		"count with a filter":  ones.NewAggregationQuery().WithCount("n"),
		"sum and average":      all("ints").WithSum("j", "s").WithAvg("j", "a"),
		"sum that overflows":   all("ints").WithSum("i", "s"),
		"of strings":           all("ints").WithSum("s", "s").WithAvg("s", "a"),
		"of mixed values":      all("m").WithSum("v", "s"),
		"of no documents":      all("none").WithCount("c").WithSum("v", "s").WithAvg("v", "a"),
		"of an optional field": all("ints").WithCount("c").WithSum("s", "s"),
		"same alias twice":     all("m").WithCount("n").WithSum("v", "n"),
		"six": all("m").WithCount("a").WithCount("b").
			WithCount("c").WithCount("d").WithCount("e").WithCount("f"),
	} {
		res, err := q.Get(r.ctx)
		fields := map[string]*pb.Value{}
		for alias, v := range res {
			fields[alias] = v.(*pb.Value)
		}
		r.record(step, fields, err)
	}
}
