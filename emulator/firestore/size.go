package firestore

import (
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// documentSize returns the size of a document in bytes, as Firestore counts it for the 1 MiB
// limit: https://cloud.google.com/firestore/docs/storage-size
func documentSize(doc *pb.Document) int {
	return nameSize(doc.GetName()) + fieldsSize(doc.GetFields()) + 32
}

func nameSize(name string) int {
	_, path, _ := strings.Cut(name, "/documents/")
	// Each ID counts its length plus 1. The slashes in path supply all of these but one.
	return len(path) + 1 + 16
}

func fieldsSize(fields map[string]*pb.Value) int {
	size := 0
	for name, v := range fields {
		size += len(name) + 1 + valueSize(v)
	}
	return size
}

func valueSize(v *pb.Value) int {
	switch v := v.GetValueType().(type) {
	case *pb.Value_NullValue, *pb.Value_BooleanValue:
		return 1
	case *pb.Value_StringValue:
		return len(v.StringValue) + 1
	case *pb.Value_BytesValue:
		return len(v.BytesValue)
	case *pb.Value_ReferenceValue:
		return nameSize(v.ReferenceValue)
	case *pb.Value_GeoPointValue:
		return 16
	case *pb.Value_ArrayValue:
		size := 0
		for _, element := range v.ArrayValue.GetValues() {
			size += valueSize(element)
		}
		return size
	case *pb.Value_MapValue:
		return fieldsSize(v.MapValue.GetFields())
	}
	return 8 // numbers and timestamps
}
