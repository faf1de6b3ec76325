package firestore

import (
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// bound is where the results of a query start or end: values for the first components of its order.
type bound struct {
	order  []ordering
	values []*pb.Value
	before bool // just before the documents that have these values, not just after them
}

func parseBound(c *pb.Cursor, order []ordering) (*bound, error) {
	if c == nil {
		return nil, nil
	}
	if len(c.GetValues()) > len(order) {
		return nil, invalid("A cursor has more values than the query has order by clauses.")
	}
	for i, v := range c.GetValues() {
		if err := checkValue(v, 0); err != nil {
			return nil, err
		}
		if isName(order[i].path) && rank(v) != rankReference {
			return nil, invalid("The cursor value for %s must be a document name.", nameKey)
		}
	}
	return &bound{order: order, values: c.GetValues(), before: c.GetBefore()}, nil
}

// admitsFrom tells whether a document is not before the bound. A nil bound admits all.
func (b *bound) admitsFrom(doc *pb.Document) bool { return b == nil || b.side(doc) > 0 }

// admitsTo tells whether a document is not after the bound. A nil bound admits all.
func (b *bound) admitsTo(doc *pb.Document) bool { return b == nil || b.side(doc) < 0 }

// side is negative for a document before the bound and positive for one after it, never zero.
func (b *bound) side(doc *pb.Document) int {
	equal := 1
	if !b.before {
		equal = -1
	}
	for i, v := range b.values {
		if c := b.order[i].compare(valueOf(doc, b.order[i].path), v); c != 0 {
			return c
		}
	}
	return equal
}
