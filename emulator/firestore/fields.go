package firestore

import (
	"maps"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// Readers share stored values, so no function in this file modifies a map. setField and
// removeField copy only the maps along the path and share the rest.

// fieldAt returns the value at the path, or nil if there is none.
func fieldAt(fields map[string]*pb.Value, path []string) *pb.Value {
	v := fields[path[0]]
	if len(path) == 1 || v == nil {
		return v
	}
	return fieldAt(v.GetMapValue().GetFields(), path[1:])
}

// setField returns fields with v at the path. A value on the way that isn't a map is replaced
// by one.
func setField(fields map[string]*pb.Value, path []string, v *pb.Value) map[string]*pb.Value {
	changed := maps.Clone(fields)
	if changed == nil {
		changed = map[string]*pb.Value{}
	}
	if len(path) > 1 {
		v = mapValue(setField(fields[path[0]].GetMapValue().GetFields(), path[1:], v))
	}
	changed[path[0]] = v
	return changed
}

// removeField returns fields without the value at the path.
func removeField(fields map[string]*pb.Value, path []string) map[string]*pb.Value {
	if fieldAt(fields, path) == nil {
		return fields
	}
	changed := maps.Clone(fields)
	if len(path) == 1 {
		delete(changed, path[0])
	} else {
		nested := fields[path[0]].GetMapValue().GetFields()
		changed[path[0]] = mapValue(removeField(nested, path[1:]))
	}
	return changed
}

func mapValue(fields map[string]*pb.Value) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_MapValue{MapValue: &pb.MapValue{Fields: fields}}}
}

// project returns the document with only the fields in the mask, or the document itself if
// there is no mask.
func project(doc *pb.Document, mask *pb.DocumentMask) (*pb.Document, error) {
	if mask == nil {
		return doc, nil
	}
	paths, err := parseMask(mask)
	if err != nil {
		return nil, err
	}
	return selectFields(doc, paths), nil
}

func selectFields(doc *pb.Document, paths [][]string) *pb.Document {
	var fields map[string]*pb.Value
	for _, path := range paths {
		if v := fieldAt(doc.GetFields(), path); v != nil {
			fields = setField(fields, path, v)
		}
	}
	return &pb.Document{
		Name:       doc.GetName(),
		Fields:     fields,
		CreateTime: doc.GetCreateTime(),
		UpdateTime: doc.GetUpdateTime(),
	}
}

func parseMask(mask *pb.DocumentMask) ([][]string, error) {
	var paths [][]string
	for _, p := range mask.GetFieldPaths() {
		path, err := parseField(p)
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}
