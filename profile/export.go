package profile

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"cloud.google.com/go/firestore"
	"google.golang.org/genproto/googleapis/type/latlng"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Exported is everything that this package stores about a user.
//
// The records of erasures and demotions aren't part of it. Each consists of the time at which it
// expires, soon after the user's erasure or demotion.
type Exported struct {
	// Fields are all fields of the user's document, as values for encoding/json (see jsonValue).
	// Profile may not have some of them: those of an earlier version, or of another program. The
	// random write ID is among them, because a list of exceptions could hide too much.
	Fields map[string]any

	// CreatedAt and UpdatedAt are the times that Firestore keeps for the document, nil if the user
	// has none.
	CreatedAt, UpdatedAt *time.Time
}

// Export returns everything that is stored about the user. Unlike Get, it accepts fields of any
// type.
func (s *Store) Export(ctx context.Context, uid string) (Exported, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	fields := map[string]any{}
	snap, err := s.doc(uid).Get(ctx)
	if status.Code(err) == codes.NotFound {
		return Exported{Fields: fields}, nil
	}
	if err != nil {
		return Exported{}, translate("read the profile", err)
	}
	if err := snap.DataTo(&fields); err != nil {
		return Exported{}, fmt.Errorf("read the profile: %w", err)
	}
	for name, value := range fields {
		fields[name] = jsonValue(value)
	}
	return Exported{fields, &snap.CreateTime, &snap.UpdateTime}, nil
}

// maxSafeInteger is the largest integer up to which JavaScript represents all integers exactly.
const maxSafeInteger = 1<<53 - 1

// jsonValue converts a value of a Firestore field to one that encoding/json can encode. JSON lacks
// some of Firestore's types:
//
//	timestamp              "2026-02-03T04:05:06.789Z" (RFC 3339)
//	bytes                  base64
//	reference              the full path of the document
//	geo point              {"latitude": 0, "longitude": -9.5}
//	vector                 a list of numbers
//	NaN, infinity          "NaN", "Infinity", "-Infinity"
//	integer beyond 2^53-1  its digits as a string, because JavaScript would round a number
func jsonValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = jsonValue(inner)
		}
		return v
	case []any:
		for i, inner := range v {
			v[i] = jsonValue(inner)
		}
		return v
	case firestore.Vector64:
		numbers := make([]any, len(v))
		for i, number := range v {
			numbers[i] = jsonValue(number)
		}
		return numbers
	case *firestore.DocumentRef:
		return v.Path
	case *latlng.LatLng:
		return map[string]any{"latitude": v.Latitude, "longitude": v.Longitude}
	case float64:
		return jsonFloat(v)
	case int64:
		if v < -maxSafeInteger || v > maxSafeInteger {
			return strconv.FormatInt(v, 10)
		}
	}
	return value // encoding/json encodes times as RFC 3339 and bytes as base64
}

func jsonFloat(f float64) any {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return f
}
