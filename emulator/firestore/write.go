package firestore

import (
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// checkWrite rejects a write that is invalid regardless of the stored documents.
func checkWrite(database string, w *pb.Write) error {
	name := writtenName(w)
	if name == "" {
		return invalid("A write doesn't name a document.")
	}
	if err := checkDocument(database, name); err != nil {
		return err
	}
	if t := w.GetCurrentDocument().GetUpdateTime(); t != nil && t.CheckValid() != nil {
		return invalid("The update_time of a precondition is out of range.")
	}
	if _, err := parseMask(w.GetUpdateMask()); err != nil {
		return err
	}
	for _, t := range transformsOf(w) {
		if err := checkTransform(t); err != nil {
			return err
		}
	}
	return checkFields(w.GetUpdate().GetFields(), 0)
}

func writtenName(w *pb.Write) string {
	switch op := w.GetOperation().(type) {
	case *pb.Write_Update:
		return op.Update.GetName()
	case *pb.Write_Delete:
		return op.Delete
	case *pb.Write_Transform:
		return op.Transform.GetDocument()
	}
	return ""
}

func transformsOf(w *pb.Write) []*pb.DocumentTransform_FieldTransform {
	if t := w.GetTransform(); t != nil {
		return t.GetFieldTransforms()
	}
	return w.GetUpdateTransforms()
}

func (b *batch) applyAll(writes []*pb.Write) ([]*pb.WriteResult, error) {
	results := make([]*pb.WriteResult, len(writes))
	for i, w := range writes {
		var err error
		if results[i], err = b.apply(w); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// apply applies one write, which must have passed checkWrite. If it fails, the batch is
// unchanged.
func (b *batch) apply(w *pb.Write) (*pb.WriteResult, error) {
	name := writtenName(w)
	old := b.get(name)
	if err := checkPrecondition(w.GetCurrentDocument(), name, old); err != nil {
		return nil, err
	}
	if _, ok := w.GetOperation().(*pb.Write_Delete); ok {
		if old != nil {
			b.changed[name] = nil
		}
		return &pb.WriteResult{}, nil
	}
	fields, err := updatedFields(old.GetFields(), w)
	if err != nil {
		return nil, err
	}
	fields, results, err := applyTransforms(fields, transformsOf(w), b.at)
	if err != nil {
		return nil, err
	}
	stored, err := b.put(name, old, fields)
	if err != nil {
		return nil, err
	}
	return &pb.WriteResult{UpdateTime: stored.GetUpdateTime(), TransformResults: results}, nil
}

func (b *batch) get(name string) *pb.Document {
	if doc, ok := b.changed[name]; ok {
		return doc
	}
	return b.before.get(name)
}

// put stores the fields and returns the stored document. If the fields are the same as before,
// the document keeps its update time.
func (b *batch) put(
	name string, old *pb.Document, fields map[string]*pb.Value,
) (*pb.Document, error) {
	now := timestamppb.New(b.at)
	doc := &pb.Document{Name: name, Fields: fields, CreateTime: now, UpdateTime: now}
	if old != nil {
		doc.CreateTime = old.GetCreateTime()
	}
	if size := documentSize(doc); size > maxDocumentBytes {
		return nil, invalid("Document %q is %d bytes; the maximum is %d bytes.",
			name, size, maxDocumentBytes)
	}
	if old != nil && proto.Equal(mapValue(old.GetFields()), mapValue(fields)) {
		return old, nil
	}
	b.changed[name] = doc
	return doc, nil
}

func checkPrecondition(p *pb.Precondition, name string, old *pb.Document) error {
	switch c := p.GetConditionType().(type) {
	case *pb.Precondition_Exists:
		if c.Exists && old == nil {
			return status.Errorf(codes.NotFound, "No document to update: %s", name)
		}
		if !c.Exists && old != nil {
			return status.Errorf(codes.AlreadyExists, "Document already exists: %s", name)
		}
	case *pb.Precondition_UpdateTime:
		if old == nil {
			return status.Errorf(codes.FailedPrecondition, "No document to update: %s", name)
		}
		if want, got := c.UpdateTime.AsTime(), old.GetUpdateTime().AsTime(); !want.Equal(got) {
			return status.Errorf(codes.FailedPrecondition,
				"The update time of %s is %v, not %v", name, got, want)
		}
	}
	return nil
}

// updatedFields returns the fields of a document after the update in w, before any transforms.
// Without a mask, the write replaces all fields. With a mask, it sets the fields in the mask,
// or removes them if the write has no value for them. A write without an update leaves the
// fields as they are.
func updatedFields(old map[string]*pb.Value, w *pb.Write) (map[string]*pb.Value, error) {
	if w.GetUpdate() == nil {
		return old, nil
	}
	written := normalizeFields(w.GetUpdate().GetFields())
	if w.GetUpdateMask() == nil {
		return written, nil
	}
	paths, err := parseMask(w.GetUpdateMask())
	if err != nil {
		return nil, err
	}
	fields := old
	for _, path := range paths {
		if v := fieldAt(written, path); v != nil {
			fields = setField(fields, path, v)
		} else {
			fields = removeField(fields, path)
		}
	}
	return fields, nil
}
