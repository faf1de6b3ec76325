package firestore

import (
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// matcher returns the comparison of a stored value with the operand, which has passed checkOperand.
func matcher(op pb.StructuredQuery_FieldFilter_Operator, operand *pb.Value) func(*pb.Value) bool {
	list := operand.GetArrayValue().GetValues()
	switch op {
	case pb.StructuredQuery_FieldFilter_EQUAL:
		return func(v *pb.Value) bool { return matchesEqual(v, operand) }
	case pb.StructuredQuery_FieldFilter_NOT_EQUAL:
		return func(v *pb.Value) bool { return !isNull(v) && !isNull(operand) && !matchesEqual(v, operand) }
	case pb.StructuredQuery_FieldFilter_IN:
		return func(v *pb.Value) bool { return matchesAny(list, v) }
	case pb.StructuredQuery_FieldFilter_NOT_IN:
		if slices.ContainsFunc(list, isNull) { // as in SQL: nothing is known to differ from null
			return func(*pb.Value) bool { return false }
		}
		return func(v *pb.Value) bool { return !isNull(v) && !matchesAny(list, v) }
	case pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS:
		return func(v *pb.Value) bool { return matchesAny(v.GetArrayValue().GetValues(), operand) }
	case pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS_ANY:
		return func(v *pb.Value) bool {
			return slices.ContainsFunc(v.GetArrayValue().GetValues(), func(e *pb.Value) bool { return matchesAny(list, e) })
		}
	}
	return func(v *pb.Value) bool {
		return rank(v) == rank(operand) && isComparable(v) && isComparable(operand) && inOrder(op, compare(v, operand))
	}
}

// isComparable is false for null and NaN: no comparison with them is ever true. The unary filters find them.
func isComparable(v *pb.Value) bool { return !isNull(v) && !isNaN(v) }

func matchesEqual(v, operand *pb.Value) bool { return isComparable(operand) && equal(v, operand) }

func matchesAny(list []*pb.Value, operand *pb.Value) bool {
	return slices.ContainsFunc(list, func(e *pb.Value) bool { return matchesEqual(e, operand) })
}

func inOrder(op pb.StructuredQuery_FieldFilter_Operator, c int) bool {
	switch op {
	case pb.StructuredQuery_FieldFilter_LESS_THAN:
		return c < 0
	case pb.StructuredQuery_FieldFilter_LESS_THAN_OR_EQUAL:
		return c <= 0
	case pb.StructuredQuery_FieldFilter_GREATER_THAN:
		return c > 0
	}
	return c >= 0
}
