package firestore_test

import (
	"fmt"
	"io"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Short forms of messages for the scenarios that speak to the server without the client library.

func integer(i int64) *pb.Value  { return &pb.Value{ValueType: &pb.Value_IntegerValue{IntegerValue: i}} }
func double(f float64) *pb.Value { return &pb.Value{ValueType: &pb.Value_DoubleValue{DoubleValue: f}} }
func text(s string) *pb.Value    { return &pb.Value{ValueType: &pb.Value_StringValue{StringValue: s}} }
func binary(size int) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_BytesValue{BytesValue: make([]byte, size)}}
}
func reference(name string) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_ReferenceValue{ReferenceValue: name}}
}
func list(values ...*pb.Value) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_ArrayValue{ArrayValue: &pb.ArrayValue{Values: values}}}
}
func object(fields map[string]*pb.Value) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_MapValue{MapValue: &pb.MapValue{Fields: fields}}}
}

type fieldTransform = pb.DocumentTransform_FieldTransform

func increment(path string, by *pb.Value) *fieldTransform {
	return &fieldTransform{FieldPath: path, TransformType: &pb.DocumentTransform_FieldTransform_Increment{Increment: by}}
}

func maximum(path string, v *pb.Value) *fieldTransform {
	return &fieldTransform{FieldPath: path, TransformType: &pb.DocumentTransform_FieldTransform_Maximum{Maximum: v}}
}

func minimum(path string, v *pb.Value) *fieldTransform {
	return &fieldTransform{FieldPath: path, TransformType: &pb.DocumentTransform_FieldTransform_Minimum{Minimum: v}}
}

func appendMissing(path string, v ...*pb.Value) *fieldTransform {
	return &fieldTransform{FieldPath: path, TransformType: &pb.DocumentTransform_FieldTransform_AppendMissingElements{
		AppendMissingElements: &pb.ArrayValue{Values: v}}}
}

func removeAll(path string, v ...*pb.Value) *fieldTransform {
	return &fieldTransform{FieldPath: path, TransformType: &pb.DocumentTransform_FieldTransform_RemoveAllFromArray{
		RemoveAllFromArray: &pb.ArrayValue{Values: v}}}
}

func (w *world) update(path string, fields map[string]*pb.Value) *pb.Write {
	return &pb.Write{Operation: &pb.Write_Update{Update: &pb.Document{Name: w.name(path), Fields: fields}}}
}

func (w *world) remove(path string) *pb.Write {
	return &pb.Write{Operation: &pb.Write_Delete{Delete: w.name(path)}}
}

func (w *world) commit(writes ...*pb.Write) (*pb.CommitResponse, error) {
	return w.raw.Commit(w.t.Context(), &pb.CommitRequest{Database: w.database, Writes: writes})
}

// noteDoc notes the fields of a document, or that there is none.
func (w *world) noteDoc(step, path string) {
	w.t.Helper()
	doc, err := w.raw.GetDocument(w.t.Context(), &pb.GetDocumentRequest{Name: w.name(path)})
	if status.Code(err) == codes.NotFound {
		w.note(step, "no document", nil)
		return
	}
	w.note(step, doc.GetFields(), err)
}

// noteQuery notes the ids of the documents that a query on the wire finds, in order.
func (w *world) noteQuery(step string, q *pb.StructuredQuery) {
	w.t.Helper()
	stream, err := w.raw.RunQuery(w.t.Context(), &pb.RunQueryRequest{Parent: w.database + "/documents",
		QueryType: &pb.RunQueryRequest_StructuredQuery{StructuredQuery: q}})
	if err != nil {
		w.note(step, nil, err)
		return
	}
	ids := []string{}
	for {
		res, err := stream.Recv()
		if err == io.EOF {
			w.note(step, ids, nil)
			return
		}
		if err != nil {
			w.note(step, nil, err)
			return
		}
		if skipped := res.GetSkippedResults(); skipped > 0 {
			ids = append(ids, fmt.Sprintf("(%d skipped)", skipped))
		}
		if res.GetDocument() != nil {
			ids = append(ids, relative(res.GetDocument().GetName()))
		}
	}
}
