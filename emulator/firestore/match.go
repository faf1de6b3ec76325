package firestore

import (
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// matcher returns a function that reports whether a stored value matches the operator and
// operand. The operand must have passed checkOperand.
func matcher(op pb.StructuredQuery_FieldFilter_Operator, operand *pb.Value) func(*pb.Value) bool {
	list := operand.GetArrayValue().GetValues()
	switch op {
	case pb.StructuredQuery_FieldFilter_EQUAL:
		return func(v *pb.Value) bool { return matchesEqual(v, operand) }
	case pb.StructuredQuery_FieldFilter_NOT_EQUAL:
		return func(v *pb.Value) bool {
			return !isNull(v) && !isNull(operand) && !matchesEqual(v, operand)
		}
	case pb.StructuredQuery_FieldFilter_IN:
		return func(v *pb.Value) bool { return matchesAny(list, v) }
	case pb.StructuredQuery_FieldFilter_NOT_IN:
		if slices.ContainsFunc(list, isNull) { // as in SQL, a not-in with null matches nothing
			return func(*pb.Value) bool { return false }
		}
		return func(v *pb.Value) bool { return !isNull(v) && !matchesAny(list, v) }
	case pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS:
		return func(v *pb.Value) bool { return matchesAny(v.GetArrayValue().GetValues(), operand) }
	case pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS_ANY:
		return func(v *pb.Value) bool {
			inList := func(e *pb.Value) bool { return matchesAny(list, e) }
			return slices.ContainsFunc(v.GetArrayValue().GetValues(), inList)
		}
	}
	return func(v *pb.Value) bool {
		return rank(v) == rank(operand) && isComparable(v) && isComparable(operand) &&
			satisfies(op, compare(v, operand))
	}
}

// isComparable returns false for null and NaN. Equality and ordering filters never match them;
// queries find them with unary filters.
func isComparable(v *pb.Value) bool { return !isNull(v) && !isNaN(v) }

func matchesEqual(v, operand *pb.Value) bool { return isComparable(operand) && equal(v, operand) }

func matchesAny(list []*pb.Value, operand *pb.Value) bool {
	return slices.ContainsFunc(list, func(e *pb.Value) bool { return matchesEqual(e, operand) })
}

// satisfies reports whether c, the result of comparing a value with the operand, satisfies op.
func satisfies(op pb.StructuredQuery_FieldFilter_Operator, c int) bool {
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
