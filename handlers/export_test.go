package handlers_test

import (
	"io"
	"math"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/firestore"
	"google.golang.org/genproto/googleapis/type/latlng"
)

func TestTheExportIsADownloadWithUserAndProfile(t *testing.T) {
	s := newSite(t)
	s.patchProfile(`{"bio":"mine"}`, `"none"`).want(200, "")
	res := s.do("GET", "/api/account/export", "", s.asAlice()...).want(200, "")
	disposition := res.header.Get("Content-Disposition")
	if !strings.Contains(res.body, "alice@example.com") ||
		!strings.Contains(res.body, `"bio":"mine"`) ||
		!strings.HasPrefix(disposition, "attachment") {
		t.Errorf("got %s %s", disposition, res.body)
	}
}

// fullRecord is a user record with every field that Identity Toolkit returns for one.
const fullRecord = `{"users":[{
	"localId": "alice", "email": "alice@example.com", "emailVerified": true,
	"displayName": "Alice", "photoUrl": "https://lh3.googleusercontent.com/a",
	"phoneNumber": "+15550100", "disabled": false,
	"passwordHash": "SECRET-HASH", "salt": "SECRET-SALT", "version": 0,
	"passwordUpdatedAt": 1767225600000,
	"createdAt": "1767225600000", "lastLoginAt": "1767225601000", "validSince": "1767225602",
	"lastRefreshAt": "2026-01-01T00:00:03.5Z", "tenantId": "",
	"customAttributes": "{\"roles\":[\"editor\"],\"plan\":{\"name\":\"gold\",\"seats\":3}}",
	"providerUserInfo": [
		{"providerId": "google.com", "rawId": "g1", "federatedId": "g1", "email": "a@gmail.com",
			"displayName": "Alice G", "photoUrl": "https://lh3.googleusercontent.com/g"},
		{"providerId": "phone", "rawId": "+15550100", "phoneNumber": "+15550100"}],
	"mfaInfo": [
		{"mfaEnrollmentId": "m1", "displayName": "Work", "phoneInfo": "+15550199",
			"enrolledAt": "2026-01-01T00:00:04Z"},
		{"mfaEnrollmentId": "m2", "totpInfo": {}}]}]}`

// exportedUser is what the export says about the user in fullRecord.
const exportedUser = `{
	"uid": "alice", "email": "alice@example.com", "emailVerified": true,
	"displayName": "Alice", "photoURL": "https://lh3.googleusercontent.com/a",
	"phoneNumber": "+15550100", "disabled": false, "tenantId": "",
	"createdAt": "2026-01-01T00:00:00Z", "lastSignInAt": "2026-01-01T00:00:01Z",
	"tokensValidAfter": "2026-01-01T00:00:02Z", "lastRefreshAt": "2026-01-01T00:00:03Z",
	"roles": ["editor"],
	"customClaims": {"roles": ["editor"], "plan": {"name": "gold", "seats": 3}},
	"providers": [
		{"providerId": "google.com", "uid": "g1", "email": "a@gmail.com", "displayName": "Alice G",
			"photoURL": "https://lh3.googleusercontent.com/g", "phoneNumber": ""},
		{"providerId": "phone", "uid": "+15550100", "email": "", "displayName": "", "photoURL": "",
			"phoneNumber": "+15550100"}],
	"secondFactors": [
		{"factorId": "phone", "uid": "m1", "displayName": "Work", "phoneNumber": "+15550199",
			"enrolledAt": "2026-01-01T00:00:04Z"},
		{"factorId": "totp", "uid": "m2", "displayName": "", "phoneNumber": "",
			"enrolledAt": null}]}`

func TestTheExportHasTheWholeUserRecordButNoPasswordHash(t *testing.T) {
	s := newSite(t)
	s.google.Lookup.Fail(func(w http.ResponseWriter, _ <-chan struct{}) bool {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, fullRecord)
		return false
	})
	res := s.do("GET", "/api/account/export", "", s.asAlice()...).want(200, "")
	wantExported(t, res, "user", exportedUser)
	if strings.Contains(res.body, "SECRET") {
		t.Errorf("got %s, want no password hash and no salt", res.body)
	}
}

// TestTheExportHasEveryStoredField stores fields that profile.Profile doesn't have, of every type
// that Firestore has, and known fields with values of the wrong type.
func TestTheExportHasEveryStoredField(t *testing.T) {
	s := newSite(t)
	at := time.Date(2026, 2, 3, 4, 5, 6, 789_000_000, time.FixedZone("", 3600))
	_, err := s.firestore.Collection("profiles").Doc("alice").Set(t.Context(), map[string]any{
		"bio": "mine", "newsletter": "yes", "writeId": "w1", "updatedAt": "yesterday",
		"null": nil, "true": true, "int": 42, "bigInt": int64(math.MaxInt64), "float": 1.5,
		"nan": math.NaN(), "infinities": []any{math.Inf(1), math.Inf(-1)},
		"time": at, "bytes": []byte("\x00\xff"), "empty": "",
		"geoPoint":  &latlng.LatLng{Latitude: 0, Longitude: -9.5},
		"reference": s.firestore.Doc("teams/red"),
		"vector":    firestore.Vector64{1, 0.5},
		"map":       map[string]any{"a.b": []any{map[string]any{"when": at}}},
		"emptyMap":  map[string]any{}, "emptyList": []any{},
	})
	if err != nil {
		t.Fatal(err)
	}
	res := s.do("GET", "/api/account/export", "", s.asAlice()...).want(200, "")
	const when = `"2026-02-03T03:05:06.789Z"`
	wantExported(t, res, "profile", `{
		"bio": "mine", "newsletter": "yes", "writeId": "w1", "updatedAt": "yesterday",
		"null": null, "true": true, "int": 42, "bigInt": "9223372036854775807", "float": 1.5,
		"nan": "NaN", "infinities": ["Infinity", "-Infinity"],
		"time": `+when+`, "bytes": "AP8=", "empty": "",
		"geoPoint": {"latitude": 0, "longitude": -9.5},
		"reference": "`+s.firestore.Doc("teams/red").Path+`",
		"vector": [1, 0.5],
		"map": {"a.b": [{"when": `+when+`}]}, "emptyMap": {}, "emptyList": []}`)
	var times struct{ ProfileCreatedAt, ProfileUpdatedAt time.Time }
	if res.decode(&times); times.ProfileCreatedAt.IsZero() || times.ProfileUpdatedAt.IsZero() {
		t.Errorf("got %+v, want the times of the document", times)
	}
}

func TestTheExportWithoutAProfileIsEmptyThere(t *testing.T) {
	s := newSite(t)
	res := s.do("GET", "/api/account/export", "", s.asAlice()...).want(200, "")
	wantExported(t, res, "profile", `{}`)
	wantExported(t, res, "profileUpdatedAt", `null`)
}

// wantExported compares one key of the export with JSON text.
func wantExported(t *testing.T, res *response, key, want string) {
	t.Helper()
	var got map[string]any
	res.decode(&got)
	var wanted any
	(&response{t: t, body: want}).decode(&wanted)
	if value, ok := got[key]; !ok || !reflect.DeepEqual(value, wanted) {
		t.Errorf("%s: got  %v\nwant %v", key, value, wanted)
	}
}
