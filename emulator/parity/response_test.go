package parity

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A response is an HTTP response reduced to what can be compared: every field of its body, by path.
// A field on which two emulators can agree keeps its value. A random value or a time is replaced
// by its type. Tokens and links are taken apart into their fields.
type response struct {
	outcome string            // "200", or an HTTP status and an error code
	fields  map[string]string // path → value or type
	raw     map[string]string // path → value, for use in later steps
}

// varying names the fields whose values differ from run to run.
var varying = strings.Fields(`
	localId uid user_id sub iat exp auth_time createdAt lastLoginAt lastRefreshAt
	passwordUpdatedAt validSince passwordHash salt refreshToken refresh_token sessionInfo sessionId
	oobCode code temporaryProof temporaryProofExpiresIn recaptchaStoken recaptchaSiteKey
	projectId project_id requestUri nextPageToken pendingToken oauthAccessToken apiKey
	mfaPendingCredential mfaEnrollmentId enrolledAt`)

// errorCode matches what the SDKs read from an error message: the part before " : ".
var errorCode = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

func newResponse(status int, body any) response {
	r := response{
		outcome: strconv.Itoa(status),
		fields:  map[string]string{},
		raw:     map[string]string{},
	}
	if status != 200 {
		r.outcome += " " + codeOf(body)
	}
	r.add("", body)
	return r
}

// codeOf returns the code of an error body. If the message has no code, it returns the message up
// to the first period.
func codeOf(body any) string {
	object, _ := body.(map[string]any)
	failure, _ := object["error"].(map[string]any)
	message, _ := failure["message"].(string)
	code, _, _ := strings.Cut(message, " : ")
	if !errorCode.MatchString(code) {
		code, _, _ = strings.Cut(message, ".")
	}
	return code
}

// add records a JSON value and everything inside it.
func (r response) add(path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			r.add(strings.TrimPrefix(path+"."+key, "."), inner)
		}
		if len(v) == 0 {
			r.fields[path] = "{}"
		}
	case []any:
		for i, inner := range v {
			r.add(fmt.Sprintf("%s[%d]", path, i), inner)
		}
		if len(v) == 0 {
			r.fields[path] = "[]"
		}
	case string:
		r.raw[path] = v
		r.addString(path, v)
	case float64:
		r.fields[path] = valueOrType(path, strconv.FormatFloat(v, 'f', -1, 64), "number")
	default:
		r.fields[path] = fmt.Sprint(v)
	}
}

// addString records a string, and takes it apart if it contains a token, a link or JSON.
func (r response) addString(path, value string) {
	switch lastName(path) {
	case "idToken", "id_token", "access_token":
		r.addToken(path, value)
	case "oobLink":
		r.addLink(path, value)
	case "rawUserInfo", "customAttributes":
		var inner any
		if json.Unmarshal([]byte(value), &inner) == nil {
			r.add(path, inner)
			return
		}
		r.fields[path] = value
	case "message":
		code, _, _ := strings.Cut(value, " : ")
		if !errorCode.MatchString(code) {
			code = "a sentence" // the wording may differ: programs don't read it
		}
		r.fields[path] = code
	default:
		r.fields[path] = valueOrType(path, value, "string")
	}
}

// addToken records the header and the claims of an unsigned JWT.
func (r response) addToken(path, value string) {
	parts := strings.Split(value, ".")
	if len(parts) != 3 {
		r.fields[path] = "string"
		return
	}
	for i, part := range []string{"header", "claims"} {
		var inner any
		decoded, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(decoded, &inner) != nil {
			r.fields[path] = "a token whose " + part + " cannot be read"
			return
		}
		r.add(path+"."+part, inner)
	}
}

// addLink records the path and the query of a link. The scheme and the host differ by emulator.
func (r response) addLink(path, value string) {
	u, err := url.Parse(value)
	if err != nil {
		r.fields[path] = "not a URL"
		return
	}
	r.fields[path+".path"] = u.Path
	for key, values := range u.Query() {
		r.fields[path+".query."+key] = valueOrType(key, strings.Join(values, ","), "string")
	}
}

// valueOrType returns the value of a field that is the same in every run, and the type of any
// other field.
func valueOrType(path, value, typ string) string {
	if slices.Contains(varying, lastName(path)) {
		return typ
	}
	return value
}

// show returns a field as the table of differences writes it.
func (r response) show(field string) string {
	value, ok := r.fields[field]
	switch {
	case !ok:
		return "absent"
	case value == "":
		return "empty"
	}
	return value
}

var index = regexp.MustCompile(`\[\d+\]$`)

// lastName returns the name of the field at the end of a path, without an index.
func lastName(path string) string {
	path = index.ReplaceAllString(path, "")
	return path[strings.LastIndexByte(path, '.')+1:]
}

// A mismatch is a field whose values differ between two responses. A value can be "absent" or
// "empty".
type mismatch struct{ field, ours, official string }

// compare returns the mismatches of two responses. If the outcomes differ, that is the only
// mismatch, because a result and an error have no fields in common.
func compare(ours, official response) []mismatch {
	if ours.outcome != official.outcome {
		return []mismatch{{"outcome", ours.outcome, official.outcome}}
	}
	var found []mismatch
	fields := maps.Clone(ours.fields)
	maps.Copy(fields, official.fields)
	for field := range fields {
		if a, b := ours.show(field), official.show(field); a != b {
			found = append(found, mismatch{field, a, b})
		}
	}
	slices.SortFunc(found, func(a, b mismatch) int { return strings.Compare(a.field, b.field) })
	return found
}
