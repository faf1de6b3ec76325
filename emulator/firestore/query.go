package firestore

import (
	"cmp"
	"slices"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// query is a structured query that has passed all checks.
type query struct {
	parent     string // a document, or the documents root of a database
	collection string // the ID of the collection or collection group
	group      bool   // search collections at any depth below parent, not only directly below it
	where      filter
	order      []ordering
	start, end *bound
	offset     int
	limit      int        // negative for no limit
	selected   [][]string // the fields to return; nil for all
}

// parseQuery checks and converts a structured query. The parent must have passed checkParent.
func parseQuery(parent string, sq *pb.StructuredQuery) (*query, error) {
	if sq.GetFindNearest() != nil {
		return nil, unimplemented("vector search (find_nearest)")
	}
	if len(sq.GetFrom()) > 1 {
		return nil, invalid("A query can search only one collection or collection group.")
	}
	if len(sq.GetFrom()) == 0 || sq.GetFrom()[0].GetCollectionId() == "" {
		return nil, unimplemented("queries without a collection")
	}
	from := sq.GetFrom()[0]
	if err := checkID(from.GetCollectionId()); err != nil {
		return nil, err
	}
	if sq.GetOffset() < 0 || sq.GetLimit().GetValue() < 0 {
		return nil, invalid("The offset and limit of a query can't be negative.")
	}
	q := &query{
		parent:     parent,
		collection: from.GetCollectionId(),
		group:      from.GetAllDescendants(),
		offset:     int(sq.GetOffset()),
		limit:      -1,
	}
	if sq.GetLimit() != nil {
		q.limit = int(sq.GetLimit().GetValue())
	}
	return q, q.parseClauses(sq)
}

func (q *query) parseClauses(sq *pb.StructuredQuery) (err error) {
	var inequalities [][]string
	if q.where, inequalities, err = parseWhere(sq.GetWhere()); err != nil {
		return err
	}
	if q.order, err = parseOrder(sq.GetOrderBy(), inequalities); err != nil {
		return err
	}
	if q.start, err = parseBound(sq.GetStartAt(), q.order); err != nil {
		return err
	}
	if q.end, err = parseBound(sq.GetEndAt(), q.order); err != nil {
		return err
	}
	for _, field := range sq.GetSelect().GetFields() {
		path, err := parseField(field.GetFieldPath())
		if err != nil {
			return err
		}
		q.selected = append(q.selected, path)
	}
	return nil
}

// run returns the matching documents in order, and the number of documents that the offset
// skipped.
func (q *query) run(s snapshot) (found []*pb.Document, skipped int) {
	for _, doc := range q.candidates(s) {
		if q.matches(doc) {
			found = append(found, doc)
		}
	}
	slices.SortFunc(found, q.compare)
	skipped = min(q.offset, len(found))
	found = found[skipped:]
	if q.limit >= 0 {
		found = found[:min(q.limit, len(found))]
	}
	return found, skipped
}

func (q *query) candidates(s snapshot) []*pb.Document {
	if q.group {
		return s.inGroup(q.parent, q.collection)
	}
	return s.in(q.parent + "/" + q.collection)
}

func (q *query) matches(doc *pb.Document) bool {
	if q.where != nil && !q.where(doc) {
		return false
	}
	for _, o := range q.order { // an index has no entry for a document without the field
		if valueOf(doc, o.path) == nil {
			return false
		}
	}
	return q.start.precedes(doc) && q.end.follows(doc)
}

func (q *query) compare(a, b *pb.Document) int {
	for _, o := range q.order {
		if c := o.compare(valueOf(a, o.path), valueOf(b, o.path)); c != 0 {
			return c
		}
	}
	return 0
}

// result returns the document with only the fields that the query selects.
func (q *query) result(doc *pb.Document) *pb.Document {
	if q.selected == nil {
		return doc
	}
	return selectFields(doc, q.selected)
}

// valueOf returns the value of a field, or the document's name for nameKey. It returns nil if
// the document doesn't have the field.
func valueOf(doc *pb.Document, path []string) *pb.Value {
	if isName(path) {
		return &pb.Value{ValueType: &pb.Value_ReferenceValue{ReferenceValue: doc.GetName()}}
	}
	return fieldAt(doc.GetFields(), path)
}

func isName(path []string) bool { return len(path) == 1 && path[0] == nameKey }

// ordering is one component of a query's order.
type ordering struct {
	path       []string
	descending bool
}

func (o ordering) compare(a, b *pb.Value) int {
	if o.descending {
		a, b = b, a
	}
	return compare(a, b)
}

// parseOrder returns the complete order of a query: the requested orders, then the other fields
// with inequalities sorted by path, then the document name. The implicit orders have the
// direction of the last requested one.
func parseOrder(orders []*pb.StructuredQuery_Order, inequalities [][]string) ([]ordering, error) {
	var complete []ordering
	for _, o := range orders {
		path, err := parseField(o.GetField().GetFieldPath())
		if err != nil {
			return nil, err
		}
		if ordersBy(complete, path) {
			return nil, invalid("The query orders by %s twice.", o.GetField().GetFieldPath())
		}
		descending := o.GetDirection() == pb.StructuredQuery_DESCENDING
		complete = append(complete, ordering{path, descending})
	}
	descending := len(complete) > 0 && complete[len(complete)-1].descending
	slices.SortFunc(inequalities, func(a, b []string) int {
		return cmp.Or(
			compareBooleans(isName(a), isName(b)),
			slices.CompareFunc(a, b, strings.Compare))
	})
	for _, path := range append(inequalities, []string{nameKey}) {
		if !ordersBy(complete, path) {
			complete = append(complete, ordering{path, descending})
		}
	}
	return complete, nil
}

func ordersBy(order []ordering, path []string) bool {
	return slices.ContainsFunc(order, func(o ordering) bool { return slices.Equal(o.path, path) })
}
