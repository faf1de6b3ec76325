package firestore_test

import (
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// Shorthand for the messages of requests that bypass the client library.

func integer(i int64) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_IntegerValue{IntegerValue: i}}
}

func double(f float64) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_DoubleValue{DoubleValue: f}}
}

func text(s string) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_StringValue{StringValue: s}}
}

func binary(size int) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_BytesValue{BytesValue: make([]byte, size)}}
}

func reference(name string) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_ReferenceValue{ReferenceValue: name}}
}

func array(values ...*pb.Value) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_ArrayValue{ArrayValue: &pb.ArrayValue{Values: values}}}
}

func object(fields map[string]*pb.Value) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_MapValue{MapValue: &pb.MapValue{Fields: fields}}}
}

type fieldTransform = pb.DocumentTransform_FieldTransform

func increment(path string, by *pb.Value) *fieldTransform {
	return &fieldTransform{
		FieldPath:     path,
		TransformType: &pb.DocumentTransform_FieldTransform_Increment{Increment: by},
	}
}

func maximum(path string, v *pb.Value) *fieldTransform {
	return &fieldTransform{
		FieldPath:     path,
		TransformType: &pb.DocumentTransform_FieldTransform_Maximum{Maximum: v},
	}
}

func minimum(path string, v *pb.Value) *fieldTransform {
	return &fieldTransform{
		FieldPath:     path,
		TransformType: &pb.DocumentTransform_FieldTransform_Minimum{Minimum: v},
	}
}

func appendMissing(path string, v ...*pb.Value) *fieldTransform {
	return &fieldTransform{
		FieldPath: path,
		TransformType: &pb.DocumentTransform_FieldTransform_AppendMissingElements{
			AppendMissingElements: &pb.ArrayValue{Values: v},
		},
	}
}

func removeAll(path string, v ...*pb.Value) *fieldTransform {
	return &fieldTransform{
		FieldPath: path,
		TransformType: &pb.DocumentTransform_FieldTransform_RemoveAllFromArray{
			RemoveAllFromArray: &pb.ArrayValue{Values: v},
		},
	}
}
