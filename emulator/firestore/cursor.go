package firestore

import (
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// bound is where the results of a query start or end. It lies next to the documents whose
// leading order fields have the given values.
type bound struct {
	order  []ordering
	values []*pb.Value // one for each of the first fields in order
	before bool        // just before the documents with these values, instead of just after them
}

func parseBound(c *pb.Cursor, order []ordering) (*bound, error) {
	if c == nil {
		return nil, nil
	}
	if len(c.GetValues()) > len(order) {
		return nil, invalid("The cursor has more values than the query has order-by fields.")
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

// precedes reports whether the bound is before the document. A nil bound precedes every
// document.
func (b *bound) precedes(doc *pb.Document) bool { return b == nil || b.position(doc) > 0 }

// follows reports whether the bound is after the document. A nil bound follows every document.
func (b *bound) follows(doc *pb.Document) bool { return b == nil || b.position(doc) < 0 }

// position is negative if the document is before the bound and positive if it is after it. It is
// never zero.
func (b *bound) position(doc *pb.Document) int {
	for i, v := range b.values {
		if c := b.order[i].compare(valueOf(doc, b.order[i].path), v); c != 0 {
			return c
		}
	}
	if b.before {
		return 1
	}
	return -1
}
