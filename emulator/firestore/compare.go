package firestore

import (
	"bytes"
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// Ranks in Firestore's order of values of different types, lowest first:
// https://cloud.google.com/firestore/docs/concepts/data-types
const (
	rankNull = iota
	rankBoolean
	rankNumber
	rankTimestamp
	rankString
	rankBytes
	rankReference
	rankGeoPoint
	rankArray
	rankVector
	rankMap
)

func rank(v *pb.Value) int {
	switch v := v.GetValueType().(type) {
	case *pb.Value_BooleanValue:
		return rankBoolean
	case *pb.Value_IntegerValue, *pb.Value_DoubleValue:
		return rankNumber
	case *pb.Value_TimestampValue:
		return rankTimestamp
	case *pb.Value_StringValue:
		return rankString
	case *pb.Value_BytesValue:
		return rankBytes
	case *pb.Value_ReferenceValue:
		return rankReference
	case *pb.Value_GeoPointValue:
		return rankGeoPoint
	case *pb.Value_ArrayValue:
		return rankArray
	case *pb.Value_MapValue:
		if isVector(v.MapValue) {
			return rankVector
		}
		return rankMap
	}
	return rankNull
}

// compare orders any two values the way Firestore does.
func compare(a, b *pb.Value) int {
	if c := cmp.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	switch rank(a) {
	case rankBoolean:
		return compareBooleans(a.GetBooleanValue(), b.GetBooleanValue())
	case rankNumber:
		return compareNumbers(a, b)
	case rankTimestamp:
		return a.GetTimestampValue().AsTime().Compare(b.GetTimestampValue().AsTime())
	case rankString:
		return strings.Compare(a.GetStringValue(), b.GetStringValue())
	case rankBytes:
		return bytes.Compare(a.GetBytesValue(), b.GetBytesValue())
	case rankReference:
		return compareNames(a.GetReferenceValue(), b.GetReferenceValue())
	case rankGeoPoint:
		p, q := a.GetGeoPointValue(), b.GetGeoPointValue()
		return cmp.Or(
			cmp.Compare(p.GetLatitude(), q.GetLatitude()),
			cmp.Compare(p.GetLongitude(), q.GetLongitude()))
	case rankArray:
		p, q := a.GetArrayValue().GetValues(), b.GetArrayValue().GetValues()
		return slices.CompareFunc(p, q, compare)
	case rankVector:
		p, q := vectorOf(a), vectorOf(b)
		return cmp.Or(cmp.Compare(len(p), len(q)), slices.CompareFunc(p, q, compare))
	case rankMap:
		return compareMaps(a.GetMapValue().GetFields(), b.GetMapValue().GetFields())
	}
	return 0
}

func compareBooleans(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// compareNumbers orders NaN first and treats 1 and 1.0 as equal. It compares integers and
// doubles without converting one to the other, because a float64 can't represent every int64.
func compareNumbers(a, b *pb.Value) int {
	i, aIsInt := integerOf(a)
	j, bIsInt := integerOf(b)
	switch {
	case aIsInt && bIsInt:
		return cmp.Compare(i, j)
	case aIsInt:
		return -compareDoubleToInt(b.GetDoubleValue(), i)
	case bIsInt:
		return compareDoubleToInt(a.GetDoubleValue(), j)
	}
	return cmp.Compare(a.GetDoubleValue(), b.GetDoubleValue())
}

func compareDoubleToInt(f float64, i int64) int {
	switch {
	case math.IsNaN(f) || f < math.MinInt64:
		return -1
	case f >= -math.MinInt64: // 2⁶³, one more than the largest int64
		return 1
	}
	whole, fraction := math.Modf(f)
	return cmp.Or(cmp.Compare(int64(whole), i), cmp.Compare(fraction, 0))
}

func integerOf(v *pb.Value) (int64, bool) {
	i, ok := v.GetValueType().(*pb.Value_IntegerValue)
	if !ok {
		return 0, false
	}
	return i.IntegerValue, true
}

func isNaN(v *pb.Value) bool { return math.IsNaN(v.GetDoubleValue()) }

// compareNames compares resource names ID by ID. Comparing them as strings would be wrong,
// because an ID can contain bytes smaller than a slash.
func compareNames(a, b string) int {
	return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/"))
}

func compareMaps(a, b map[string]*pb.Value) int {
	p, q := slices.Sorted(maps.Keys(a)), slices.Sorted(maps.Keys(b))
	for i := range min(len(p), len(q)) {
		if c := cmp.Or(strings.Compare(p[i], q[i]), compare(a[p[i]], b[q[i]])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(p), len(q))
}

func vectorOf(v *pb.Value) []*pb.Value {
	return v.GetMapValue().GetFields()["value"].GetArrayValue().GetValues()
}

func equal(a, b *pb.Value) bool { return compare(a, b) == 0 }
