package firestore

import (
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// filter reports whether a document matches.
type filter func(*pb.Document) bool

// filterParser converts the filters of a request to functions. It collects what parseOrder and
// checkCombination need to know about them.
type filterParser struct {
	inequalities [][]string // paths of the fields with inequalities; the order includes them
	notEqual     int        // number of !=, not-in, IS_NOT_NULL and IS_NOT_NAN filters
	notIn        int        // number of not-in filters
	disjunctions int        // number of in, array-contains-any and OR filters
}

// parseWhere returns the filter and the paths of the fields with inequalities. It returns a nil
// filter if f is nil.
func parseWhere(f *pb.StructuredQuery_Filter) (filter, [][]string, error) {
	if f == nil {
		return nil, nil, nil
	}
	var p filterParser
	parsed, err := p.parse(f)
	if err == nil {
		err = p.checkCombination(f)
	}
	return parsed, p.inequalities, err
}

// checkCombination rejects filters that a query can't combine:
// https://cloud.google.com/firestore/docs/query-data/queries#query_limitations
func (p *filterParser) checkCombination(f *pb.StructuredQuery_Filter) error {
	switch {
	case p.notEqual > 1:
		return invalid("A query can have at most one != or not-in filter.")
	case p.notIn > 0 && p.disjunctions > 0:
		return invalid("A query can't combine not-in with in, array-contains-any or OR.")
	case arrayFilters(f) > 1:
		return invalid("A query can have at most one array-contains or array-contains-any " +
			"filter, or one in each branch of an OR.")
	}
	return nil
}

// arrayFilters returns the largest number of array-contains and array-contains-any filters that
// a document must match at the same time.
func arrayFilters(f *pb.StructuredQuery_Filter) int {
	switch f.GetFieldFilter().GetOp() {
	case pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS,
		pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS_ANY:
		return 1
	}
	total := 0
	for _, part := range f.GetCompositeFilter().GetFilters() {
		if f.GetCompositeFilter().GetOp() == pb.StructuredQuery_CompositeFilter_OR {
			total = max(total, arrayFilters(part))
		} else {
			total += arrayFilters(part)
		}
	}
	return total
}

func (p *filterParser) parse(f *pb.StructuredQuery_Filter) (filter, error) {
	switch t := f.GetFilterType().(type) {
	case *pb.StructuredQuery_Filter_CompositeFilter:
		return p.composite(t.CompositeFilter)
	case *pb.StructuredQuery_Filter_FieldFilter:
		return p.field(t.FieldFilter)
	case *pb.StructuredQuery_Filter_UnaryFilter:
		return p.unary(t.UnaryFilter)
	}
	return nil, invalid("A filter has no type.")
}

func (p *filterParser) composite(f *pb.StructuredQuery_CompositeFilter) (filter, error) {
	if len(f.GetFilters()) == 0 {
		return nil, invalid("A composite filter has no filters.")
	}
	var parts []filter
	for _, part := range f.GetFilters() {
		parsed, err := p.parse(part)
		if err != nil {
			return nil, err
		}
		parts = append(parts, parsed)
	}
	switch f.GetOp() {
	case pb.StructuredQuery_CompositeFilter_AND:
		return func(doc *pb.Document) bool {
			return !slices.ContainsFunc(parts, func(part filter) bool { return !part(doc) })
		}, nil
	case pb.StructuredQuery_CompositeFilter_OR:
		p.disjunctions++
		return func(doc *pb.Document) bool {
			return slices.ContainsFunc(parts, func(part filter) bool { return part(doc) })
		}, nil
	}
	return nil, invalid("A composite filter has no operator.")
}

func (p *filterParser) field(f *pb.StructuredQuery_FieldFilter) (filter, error) {
	path, err := parseField(f.GetField().GetFieldPath())
	if err != nil {
		return nil, err
	}
	if err := checkOperand(path, f); err != nil {
		return nil, err
	}
	p.tally(f.GetOp(), path)
	matches := matcher(f.GetOp(), f.GetValue())
	return func(doc *pb.Document) bool {
		v := valueOf(doc, path)
		return v != nil && matches(v)
	}, nil
}

// tally records an operator for checkCombination and an inequality for the order.
func (p *filterParser) tally(op pb.StructuredQuery_FieldFilter_Operator, path []string) {
	switch op {
	case pb.StructuredQuery_FieldFilter_NOT_EQUAL:
		p.notEqual++
	case pb.StructuredQuery_FieldFilter_NOT_IN:
		p.notEqual++
		p.notIn++
	case pb.StructuredQuery_FieldFilter_IN, pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS_ANY:
		p.disjunctions++
	}
	if isInequality(op) {
		p.addInequality(path)
	}
}

func (p *filterParser) addInequality(path []string) {
	samePath := func(other []string) bool { return slices.Equal(other, path) }
	if !slices.ContainsFunc(p.inequalities, samePath) {
		p.inequalities = append(p.inequalities, path)
	}
}

func isInequality(op pb.StructuredQuery_FieldFilter_Operator) bool {
	switch op {
	case pb.StructuredQuery_FieldFilter_LESS_THAN,
		pb.StructuredQuery_FieldFilter_LESS_THAN_OR_EQUAL,
		pb.StructuredQuery_FieldFilter_GREATER_THAN,
		pb.StructuredQuery_FieldFilter_GREATER_THAN_OR_EQUAL,
		pb.StructuredQuery_FieldFilter_NOT_EQUAL,
		pb.StructuredQuery_FieldFilter_NOT_IN:
		return true
	}
	return false
}

// checkOperand rejects a value that doesn't fit the operator or the field.
func checkOperand(path []string, f *pb.StructuredQuery_FieldFilter) error {
	operands := []*pb.Value{f.GetValue()}
	switch f.GetOp() {
	case pb.StructuredQuery_FieldFilter_OPERATOR_UNSPECIFIED:
		return invalid("A field filter has no operator.")
	case pb.StructuredQuery_FieldFilter_IN,
		pb.StructuredQuery_FieldFilter_NOT_IN,
		pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS_ANY:
		operands = f.GetValue().GetArrayValue().GetValues()
		if len(operands) == 0 {
			return invalid("%s requires a non-empty array.", f.GetOp())
		}
		if most := maxOperands(f.GetOp()); len(operands) > most {
			return invalid("%s supports up to %d comparison values.", f.GetOp(), most)
		}
	}
	for _, v := range operands {
		if err := checkValue(v, 0); err != nil {
			return err
		}
		if isName(path) && rank(v) != rankReference {
			return invalid("%s must be compared with a document name.", nameKey)
		}
	}
	return nil
}

// maxOperands returns the maximum number of values for an operator that takes a list:
// https://cloud.google.com/firestore/docs/query-data/queries
func maxOperands(op pb.StructuredQuery_FieldFilter_Operator) int {
	if op == pb.StructuredQuery_FieldFilter_NOT_IN {
		return 10
	}
	return 30
}

func (p *filterParser) unary(f *pb.StructuredQuery_UnaryFilter) (filter, error) {
	path, err := parseField(f.GetField().GetFieldPath())
	if err != nil {
		return nil, err
	}
	var matches func(*pb.Value) bool
	switch f.GetOp() {
	case pb.StructuredQuery_UnaryFilter_IS_NULL:
		matches = isNull
	case pb.StructuredQuery_UnaryFilter_IS_NAN:
		matches = isNaN
	case pb.StructuredQuery_UnaryFilter_IS_NOT_NULL:
		matches = func(v *pb.Value) bool { return !isNull(v) }
		p.tally(pb.StructuredQuery_FieldFilter_NOT_EQUAL, path)
	case pb.StructuredQuery_UnaryFilter_IS_NOT_NAN:
		matches = func(v *pb.Value) bool { return !isNull(v) && !isNaN(v) }
		p.tally(pb.StructuredQuery_FieldFilter_NOT_EQUAL, path)
	default:
		return nil, invalid("A unary filter has no operator.")
	}
	return func(doc *pb.Document) bool {
		v := valueOf(doc, path)
		return v != nil && matches(v)
	}, nil
}

func isNull(v *pb.Value) bool { return rank(v) == rankNull }
