package firestore_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/genproto/googleapis/type/latlng"
)

// describe returns v as text that can be compared between two servers. It shows the types,
// writes "now" for the current time and leaves the project out of names.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool, int64, int:
		return fmt.Sprint(v)
	case float64:
		return "float " + strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		return strconv.Quote(v)
	case []byte:
		return fmt.Sprintf("0x%x", v)
	case time.Time:
		return describeTime(v)
	case *client.DocumentRef:
		return "ref " + relative(v.Path)
	case *latlng.LatLng:
		return fmt.Sprintf("geo %v,%v", v.GetLatitude(), v.GetLongitude())
	case *client.DocumentSnapshot:
		return describe(v.Data())
	case *client.WriteResult:
		return "written " + describeTime(v.UpdateTime)
	case client.Vector64:
		return fmt.Sprintf("vector %v", []float64(v))
	case *pb.Value:
		return describeProto(v)
	case *pb.Document:
		return relative(v.GetName()) + " " + describe(v.GetFields())
	case []string:
		return strings.Join(v, " ")
	}
	return describeList(v)
}

func describeList(v any) string {
	switch v := v.(type) {
	case []any:
		return "[" + strings.Join(each(v), ", ") + "]"
	case []*pb.Value:
		return "[" + strings.Join(each(v), ", ") + "]"
	case map[string]any:
		return describeMap(v)
	case map[string]*pb.Value:
		return describeMap(v)
	case []*client.DocumentSnapshot:
		var ids []string
		for _, d := range v {
			ids = append(ids, d.Ref.ID)
		}
		return strings.Join(ids, " ")
	}
	panic(fmt.Sprintf("describe doesn't support %T", v))
}

func describeProto(v *pb.Value) string {
	switch t := v.GetValueType().(type) {
	case *pb.Value_IntegerValue:
		return describe(t.IntegerValue)
	case *pb.Value_DoubleValue:
		return describe(t.DoubleValue)
	case *pb.Value_StringValue:
		return describe(t.StringValue)
	case *pb.Value_BooleanValue:
		return describe(t.BooleanValue)
	case *pb.Value_NullValue:
		return "null"
	case *pb.Value_TimestampValue:
		return describeTime(t.TimestampValue.AsTime())
	case *pb.Value_ArrayValue:
		return describe(t.ArrayValue.GetValues())
	case *pb.Value_MapValue:
		return describe(t.MapValue.GetFields())
	}
	panic(fmt.Sprintf("describe doesn't support %v", v))
}

func describeMap[V any](m map[string]V) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, key+": "+describe(m[key]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func each[V any](values []V) []string {
	var parts []string
	for _, v := range values {
		parts = append(parts, describe(v))
	}
	return parts
}

func describeTime(t time.Time) string {
	switch {
	case t.IsZero() || t.Unix() == 0:
		return "no time"
	case time.Since(t).Abs() < time.Hour:
		return "now"
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// relative returns the path of a document: its resource name without the project and database.
func relative(name string) string {
	_, path, _ := strings.Cut(name, "/documents/")
	return path
}
