package firestore

import (
	"fmt"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// maxAggregations is documented at StructuredAggregationQuery.
const maxAggregations = 5

// RunAggregationQuery counts, sums up or averages over the result of a query.
func (s *Service) RunAggregationQuery(req *pb.RunAggregationQueryRequest, stream pb.Firestore_RunAggregationQueryServer) error {
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
	fields := map[string]*pb.Value{}
	for _, a := range aggregations {
		fields[a.alias] = a.compute(docs)
	}
	return stream.Send(&pb.RunAggregationQueryResponse{
		Result:      &pb.AggregationResult{AggregateFields: fields},
		Transaction: r.newTx,
		ReadTime:    r.timestamp(),
	})
}

type aggregation struct {
	alias   string
	compute func([]*pb.Document) *pb.Value
}

func parseAggregations(list []*pb.StructuredAggregationQuery_Aggregation) ([]aggregation, error) {
	if len(list) == 0 || len(list) > maxAggregations {
		return nil, invalid("An aggregation query needs 1 to %d aggregations.", maxAggregations)
	}
	var parsed []aggregation
	seen := map[string]bool{}
	for i, a := range list {
		compute, err := parseAggregation(a)
		if err != nil {
			return nil, err
		}
		alias := a.GetAlias()
		if alias == "" {
			alias = fmt.Sprintf("field_%d", i+1)
		}
		if seen[alias] {
			return nil, invalid("The alias %q is used twice.", alias)
		}
		seen[alias] = true
		parsed = append(parsed, aggregation{alias, compute})
	}
	return parsed, nil
}

func parseAggregation(a *pb.StructuredAggregationQuery_Aggregation) (func([]*pb.Document) *pb.Value, error) {
	switch op := a.GetOperator().(type) {
	case *pb.StructuredAggregationQuery_Aggregation_Count_:
		upTo := op.Count.GetUpTo()
		if upTo != nil && upTo.GetValue() <= 0 {
			return nil, invalid("up_to must be greater than zero.")
		}
		return func(docs []*pb.Document) *pb.Value {
			if upTo != nil {
				return integerValue(min(upTo.GetValue(), int64(len(docs))))
			}
			return integerValue(int64(len(docs)))
		}, nil
	case *pb.StructuredAggregationQuery_Aggregation_Sum_:
		path, err := parseField(op.Sum.GetField().GetFieldPath())
		return func(docs []*pb.Document) *pb.Value { return sum(numbers(docs, path)) }, err
	case *pb.StructuredAggregationQuery_Aggregation_Avg_:
		path, err := parseField(op.Avg.GetField().GetFieldPath())
		return func(docs []*pb.Document) *pb.Value { return average(numbers(docs, path)) }, err
	}
	return nil, invalid("An aggregation has no operator.")
}

// numbers returns the numeric values of a field; others are ignored.
func numbers(docs []*pb.Document, path []string) []*pb.Value {
	var values []*pb.Value
	for _, doc := range docs {
		if v := valueOf(doc, path); v != nil && rank(v) == rankNumber {
			values = append(values, v)
		}
	}
	return values
}

// sum is an integer as long as all summands and the sum are.
func sum(values []*pb.Value) *pb.Value {
	var whole int64
	var double float64
	exact := true
	for _, v := range values {
		i, isInt := integerOf(v)
		exact = exact && isInt && (whole+i < whole) == (i < 0) // the second: no overflow
		whole += i
		double += asDouble(v)
	}
	if exact {
		return integerValue(whole)
	}
	return doubleValue(double)
}

// average is null when there is nothing to average.
func average(values []*pb.Value) *pb.Value {
	if len(values) == 0 {
		return nullValue()
	}
	return doubleValue(asDouble(sum(values)) / float64(len(values)))
}
