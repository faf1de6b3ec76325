package firestore

import (
	"maps"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// Stored values are shared with readers, so nothing here changes a map in place: setField and removeField return a new
// map that shares what did not change.

// fieldAt returns the value at the path, or nil.
func fieldAt(fields map[string]*pb.Value, path []string) *pb.Value {
	v := fields[path[0]]
	if len(path) == 1 || v == nil {
		return v
	}
	return fieldAt(v.GetMapValue().GetFields(), path[1:])
}

// setField returns fields with v at the path. Whatever stands in the way and is not a map is replaced by one.
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
		changed[path[0]] = mapValue(removeField(fields[path[0]].GetMapValue().GetFields(), path[1:]))
	}
	return changed
}

func mapValue(fields map[string]*pb.Value) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_MapValue{MapValue: &pb.MapValue{Fields: fields}}}
}

// project returns the document with the fields of the mask alone; without a mask, the document itself.
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
