package firestore

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// maxAggregations is the limit per query that the StructuredAggregationQuery message documents.
const maxAggregations = 5

// RunAggregationQuery computes counts, sums and averages over the results of a query.
func (s *Service) RunAggregationQuery(
	req *pb.RunAggregationQueryRequest, stream pb.Firestore_RunAggregationQueryServer,
) error {
	database, err := checkParent(req.GetParent())
	if err != nil {
		return err
	}
	if req.GetExplainOptions() != nil {
		return unimplemented("query explain")
	}
	aq := req.GetStructuredAggregationQuery()
	q, err := parseQuery(req.GetParent(), aq.GetStructuredQuery())
	if err != nil {
		return err
	}
	aggregations, err := parseAggregations(aq.GetAggregations())
	if err != nil {
		return err
	}
	r, err := s.reader(database, req, req.GetNewTransaction())
	if err != nil {
		return err
	}
	docs, _ := r.query(q)
	docs = withAllFields(docs, aggregations)
	fields := map[string]*pb.Value{}
	for alias, a := range aggregations {
		fields[alias] = a.compute(docs)
	}
	return stream.Send(&pb.RunAggregationQueryResponse{
		Result:      &pb.AggregationResult{AggregateFields: fields},
		Transaction: r.newTx,
		ReadTime:    r.timestamp(),
	})
}

// aggregation computes one value from the documents that match a query.
type aggregation struct {
	path    []string // the field to sum or average; nil for a count
	compute func([]*pb.Document) *pb.Value
}

// parseAggregations returns the aggregations keyed by alias. An aggregation without an alias
// gets field_1, field_2 and so on, by its position.
func parseAggregations(
	list []*pb.StructuredAggregationQuery_Aggregation,
) (map[string]aggregation, error) {
	if len(list) == 0 || len(list) > maxAggregations {
		return nil, invalid("An aggregation query requires 1 to %d aggregations.", maxAggregations)
	}
	parsed := map[string]aggregation{}
	for i, a := range list {
		alias := cmp.Or(a.GetAlias(), fmt.Sprintf("field_%d", i+1))
		if _, ok := parsed[alias]; ok {
			return nil, invalid("The alias %q is used more than once.", alias)
		}
		var err error
		if parsed[alias], err = parseAggregation(a); err != nil {
			return nil, err
		}
	}
	return parsed, nil
}

func parseAggregation(a *pb.StructuredAggregationQuery_Aggregation) (aggregation, error) {
	switch op := a.GetOperator().(type) {
	case *pb.StructuredAggregationQuery_Aggregation_Count_:
		return countAggregation(op.Count)
	case *pb.StructuredAggregationQuery_Aggregation_Sum_:
		return fieldAggregation(op.Sum.GetField(), sum)
	case *pb.StructuredAggregationQuery_Aggregation_Avg_:
		return fieldAggregation(op.Avg.GetField(), average)
	}
	return aggregation{}, invalid("An aggregation has no operator.")
}

func countAggregation(op *pb.StructuredAggregationQuery_Aggregation_Count) (aggregation, error) {
	upTo := int64(math.MaxInt64)
	if op.GetUpTo() != nil {
		upTo = op.GetUpTo().GetValue()
	}
	if upTo <= 0 {
		return aggregation{}, invalid("up_to must be greater than zero.")
	}
	return aggregation{compute: func(docs []*pb.Document) *pb.Value {
		return integerValue(min(upTo, int64(len(docs))))
	}}, nil
}

func fieldAggregation(
	field *pb.StructuredQuery_FieldReference, compute func([]*pb.Value) *pb.Value,
) (aggregation, error) {
	path, err := parseField(field.GetFieldPath())
	return aggregation{path, func(docs []*pb.Document) *pb.Value {
		return compute(numbers(docs, path))
	}}, err
}

// withAllFields returns the documents that have every field to sum or average. Firestore leaves
// the others out of all aggregations in the query, even counts.
func withAllFields(docs []*pb.Document, aggregations map[string]aggregation) []*pb.Document {
	var complete []*pb.Document
	for _, doc := range docs {
		lacks := func(a aggregation) bool { return a.path != nil && valueOf(doc, a.path) == nil }
		if !slices.ContainsFunc(slices.Collect(maps.Values(aggregations)), lacks) {
			complete = append(complete, doc)
		}
	}
	return complete
}

// numbers returns the numeric values of a field and skips all others.
func numbers(docs []*pb.Document, path []string) []*pb.Value {
	var values []*pb.Value
	for _, doc := range docs {
		if v := valueOf(doc, path); v != nil && rank(v) == rankNumber {
			values = append(values, v)
		}
	}
	return values
}

// sum returns an integer if all values are integers and their sum fits in an int64, else a
// double.
func sum(values []*pb.Value) *pb.Value {
	var whole int64
	var double float64
	exact := true
	for _, v := range values {
		i, isInt := integerOf(v)
		overflows := (whole+i < whole) != (i < 0)
		exact = exact && isInt && !overflows
		whole += i
		double += asDouble(v)
	}
	if exact {
		return integerValue(whole)
	}
	return doubleValue(double)
}

// average returns null if there are no values.
func average(values []*pb.Value) *pb.Value {
	if len(values) == 0 {
		return nullValue()
	}
	return doubleValue(asDouble(sum(values)) / float64(len(values)))
}
