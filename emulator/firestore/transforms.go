package firestore

import (
	"math"
	"slices"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// checkTransform rejects a transform that is invalid for every document.
func checkTransform(t *pb.DocumentTransform_FieldTransform) error {
	if _, err := parseField(t.GetFieldPath()); err != nil {
		return err
	}
	switch op := t.GetTransformType().(type) {
	case *pb.DocumentTransform_FieldTransform_SetToServerValue:
		if op.SetToServerValue != pb.DocumentTransform_FieldTransform_REQUEST_TIME {
			return invalid("Unknown server value in a transform.")
		}
	case *pb.DocumentTransform_FieldTransform_Increment:
		return checkNumber("increment", op.Increment)
	case *pb.DocumentTransform_FieldTransform_Maximum:
		return checkNumber("maximum", op.Maximum)
	case *pb.DocumentTransform_FieldTransform_Minimum:
		return checkNumber("minimum", op.Minimum)
	case *pb.DocumentTransform_FieldTransform_AppendMissingElements:
		return checkArray(op.AppendMissingElements.GetValues(), 1)
	case *pb.DocumentTransform_FieldTransform_RemoveAllFromArray:
		return checkArray(op.RemoveAllFromArray.GetValues(), 1)
	default:
		return invalid("A transform has no type.")
	}
	return nil
}

func checkNumber(op string, v *pb.Value) error {
	if rank(v) != rankNumber {
		return invalid("The operand of %s must be a number.", op)
	}
	return nil
}

// applyTransforms applies the transforms in order. It returns the new fields and one result for
// each transform.
func applyTransforms(
	fields map[string]*pb.Value, transforms []*pb.DocumentTransform_FieldTransform, at time.Time,
) (map[string]*pb.Value, []*pb.Value, error) {
	var results []*pb.Value
	for _, t := range transforms {
		path, err := parseField(t.GetFieldPath())
		if err != nil {
			return nil, nil, err
		}
		value, result := applyTransform(t, fieldAt(fields, path), at)
		fields = setField(fields, path, value)
		results = append(results, result)
	}
	return fields, results, nil
}

// applyTransform returns the new value of a field and the transform result, which is null for
// the array transforms.
func applyTransform(
	t *pb.DocumentTransform_FieldTransform, old *pb.Value, at time.Time,
) (value, result *pb.Value) {
	switch op := t.GetTransformType().(type) {
	case *pb.DocumentTransform_FieldTransform_Increment:
		value = increment(old, op.Increment)
	case *pb.DocumentTransform_FieldTransform_Maximum:
		value = extremum(old, op.Maximum, 1)
	case *pb.DocumentTransform_FieldTransform_Minimum:
		value = extremum(old, op.Minimum, -1)
	case *pb.DocumentTransform_FieldTransform_AppendMissingElements:
		return appendMissing(old, op.AppendMissingElements), nullValue()
	case *pb.DocumentTransform_FieldTransform_RemoveAllFromArray:
		return removeAll(old, op.RemoveAllFromArray), nullValue()
	default: // REQUEST_TIME, which has a documented precision of a millisecond
		value = timestampValue(at.Truncate(time.Millisecond))
	}
	return value, value
}

// increment returns the sum of two numbers. An old value that isn't a number counts as 0.
// Integers are clamped to the range of int64.
func increment(old, by *pb.Value) *pb.Value {
	if rank(old) != rankNumber {
		return by
	}
	i, oldIsInt := integerOf(old)
	j, byIsInt := integerOf(by)
	if !oldIsInt || !byIsInt {
		return doubleValue(asDouble(old) + asDouble(by))
	}
	switch {
	case j > 0 && i > math.MaxInt64-j:
		return integerValue(math.MaxInt64)
	case j < 0 && i < math.MinInt64-j:
		return integerValue(math.MinInt64)
	}
	return integerValue(i + j)
}

func asDouble(v *pb.Value) float64 {
	if i, ok := integerOf(v); ok {
		return float64(i)
	}
	return v.GetDoubleValue()
}

// extremum returns the larger (sign 1) or the smaller (sign -1) of two numbers, or the old
// value if they're equal. The result is NaN if either is NaN, and the operand if the old value
// isn't a number.
func extremum(old, operand *pb.Value, sign int) *pb.Value {
	switch {
	case rank(old) != rankNumber || isNaN(operand):
		return operand
	case isNaN(old) || sign*compareNumbers(old, operand) >= 0:
		return old
	}
	return operand
}

// appendMissing adds the values that the array doesn't contain.
func appendMissing(old *pb.Value, add *pb.ArrayValue) *pb.Value {
	elements := slices.Clone(old.GetArrayValue().GetValues())
	for _, v := range add.GetValues() {
		if !contains(elements, v) {
			elements = append(elements, normalize(v))
		}
	}
	return arrayValue(elements)
}

// removeAll removes every element that is equal to one of the values.
func removeAll(old *pb.Value, remove *pb.ArrayValue) *pb.Value {
	var elements []*pb.Value
	for _, v := range old.GetArrayValue().GetValues() {
		if !contains(remove.GetValues(), v) {
			elements = append(elements, v)
		}
	}
	return arrayValue(elements)
}

func contains(elements []*pb.Value, v *pb.Value) bool {
	return slices.ContainsFunc(elements, func(e *pb.Value) bool { return equal(e, v) })
}
