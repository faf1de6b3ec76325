package firestore

import (
	"math"
	"slices"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// checkTransform refuses a transform that could not be applied to any document.
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

// transform applies the transforms in order, and returns the fields and one result for each transform.
func transform(fields map[string]*pb.Value, transforms []*pb.DocumentTransform_FieldTransform, at time.Time) (
	map[string]*pb.Value, []*pb.Value, error) {
	var results []*pb.Value
	for _, t := range transforms {
		path, err := parseField(t.GetFieldPath())
		if err != nil {
			return nil, nil, err
		}
		value, result := transformed(fieldAt(fields, path), t, at)
		fields = setField(fields, path, value)
		results = append(results, result)
	}
	return fields, results, nil
}

// transformed returns the new value of a field and what the write result says about it, which is null for arrays.
func transformed(old *pb.Value, t *pb.DocumentTransform_FieldTransform, at time.Time) (value, result *pb.Value) {
	switch op := t.GetTransformType().(type) {
	case *pb.DocumentTransform_FieldTransform_Increment:
		value = increment(old, op.Increment)
	case *pb.DocumentTransform_FieldTransform_Maximum:
		value = extreme(old, op.Maximum, 1)
	case *pb.DocumentTransform_FieldTransform_Minimum:
		value = extreme(old, op.Minimum, -1)
	case *pb.DocumentTransform_FieldTransform_AppendMissingElements:
		return union(old, op.AppendMissingElements), nullValue()
	case *pb.DocumentTransform_FieldTransform_RemoveAllFromArray:
		return without(old, op.RemoveAllFromArray), nullValue()
	default: // REQUEST_TIME, as checkTransform saw to; documented to have milliseconds
		value = timestampValue(at.Truncate(time.Millisecond))
	}
	return value, value
}

// increment adds; a field that is no number counts as missing, integers stop at the ends of int64.
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

// extreme returns the larger (sign 1) or smaller (sign -1) number. NaN wins over every number; the field stays as it
// is when both are equal.
func extreme(old, operand *pb.Value, sign int) *pb.Value {
	switch {
	case rank(old) != rankNumber || isNaN(operand):
		return operand
	case isNaN(old) || sign*compareNumbers(old, operand) >= 0:
		return old
	}
	return operand
}

func union(old *pb.Value, add *pb.ArrayValue) *pb.Value {
	elements := slices.Clone(old.GetArrayValue().GetValues())
	for _, v := range add.GetValues() {
		if !contains(elements, v) {
			elements = append(elements, normalise(v))
		}
	}
	return arrayValue(elements)
}

func without(old *pb.Value, remove *pb.ArrayValue) *pb.Value {
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
