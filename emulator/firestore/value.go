package firestore

import (
	"math"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Firestore's limits: https://cloud.google.com/firestore/quotas
const (
	maxDocumentBytes = 1 << 20
	maxValueBytes    = 1<<20 - 89
	maxValueDepth    = 20
)

// checkFields rejects fields that Firestore wouldn't store. depth is the number of maps and
// arrays that contain them.
func checkFields(fields map[string]*pb.Value, depth int) error {
	if depth > maxValueDepth {
		return invalid("A field value is nested more than %d levels deep.", maxValueDepth)
	}
	for name, v := range fields {
		switch {
		case name == "":
			return invalid("A field name is empty.")
		case len(name) > maxIDBytes:
			return invalid("A field name is longer than %d bytes.", maxIDBytes)
		case reservedID.MatchString(name):
			return invalid("The field name %q is reserved.", name)
		}
		if err := checkValue(v, depth); err != nil {
			return err
		}
	}
	return nil
}

func checkValue(v *pb.Value, depth int) error {
	switch v := v.GetValueType().(type) {
	case nil, *pb.Value_FieldReferenceValue, *pb.Value_VariableReferenceValue,
		*pb.Value_FunctionValue, *pb.Value_PipelineValue: // all but nil are for pipelines only
		return invalid("A value has no type, or a type that can't be stored.")
	case *pb.Value_StringValue:
		return checkLength(len(v.StringValue))
	case *pb.Value_BytesValue:
		return checkLength(len(v.BytesValue))
	case *pb.Value_ReferenceValue:
		_, err := checkDocumentName(v.ReferenceValue)
		return err
	case *pb.Value_TimestampValue:
		if v.TimestampValue.CheckValid() != nil {
			return invalid("A timestamp is out of range.")
		}
	case *pb.Value_GeoPointValue:
		lat, lng := v.GeoPointValue.GetLatitude(), v.GeoPointValue.GetLongitude()
		if !(math.Abs(lat) <= 90 && math.Abs(lng) <= 180) { // written this way to reject NaN too
			return invalid("A geo point is out of range.")
		}
	case *pb.Value_ArrayValue:
		return checkArray(v.ArrayValue.GetValues(), depth+1)
	case *pb.Value_MapValue:
		if isVector(v.MapValue) {
			return nil
		}
		return checkFields(v.MapValue.GetFields(), depth+1)
	}
	return nil
}

func checkLength(size int) error {
	if size > maxValueBytes {
		return invalid("A value is longer than %d bytes.", maxValueBytes)
	}
	return nil
}

func checkArray(values []*pb.Value, depth int) error {
	for _, v := range values {
		if v.GetArrayValue() != nil {
			return invalid("An array can't contain another array.")
		}
		if err := checkValue(v, depth); err != nil {
			return err
		}
	}
	return nil
}

// isVector reports whether a map represents a vector. Such a map has the form
// {"__type__": "__vector__", "value": [numbers]}.
func isVector(m *pb.MapValue) bool {
	return len(m.GetFields()) == 2 &&
		m.GetFields()["__type__"].GetStringValue() == "__vector__" &&
		m.GetFields()["value"].GetArrayValue() != nil
}

// normalize truncates all timestamps in v to microseconds, the precision that Firestore stores.
func normalize(v *pb.Value) *pb.Value {
	switch t := v.GetValueType().(type) {
	case *pb.Value_TimestampValue:
		return timestampValue(t.TimestampValue.AsTime())
	case *pb.Value_ArrayValue:
		values := make([]*pb.Value, len(t.ArrayValue.GetValues()))
		for i, element := range t.ArrayValue.GetValues() {
			values[i] = normalize(element)
		}
		return arrayValue(values)
	case *pb.Value_MapValue:
		return mapValue(normalizeFields(t.MapValue.GetFields()))
	}
	return v
}

func normalizeFields(fields map[string]*pb.Value) map[string]*pb.Value {
	normal := make(map[string]*pb.Value, len(fields))
	for name, v := range fields {
		normal[name] = normalize(v)
	}
	return normal
}

func timestampValue(t time.Time) *pb.Value {
	t = t.Truncate(time.Microsecond)
	return &pb.Value{ValueType: &pb.Value_TimestampValue{TimestampValue: timestamppb.New(t)}}
}

func arrayValue(values []*pb.Value) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_ArrayValue{ArrayValue: &pb.ArrayValue{Values: values}}}
}

func integerValue(i int64) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_IntegerValue{IntegerValue: i}}
}

func doubleValue(f float64) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_DoubleValue{DoubleValue: f}}
}

func nullValue() *pb.Value { return &pb.Value{ValueType: &pb.Value_NullValue{}} }
