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

// An answer is a response reduced to what can be compared: every field of its body by path. A field that two emulators
// can agree on has its value, one that is random or a time only its type, and a token or link is taken apart.
type answer struct {
	outcome string            // "200", or status and error code
	fields  map[string]string // path → value or type
	raw     map[string]string // path → value, for later steps
}

// varying names the fields whose values differ from run to run.
var varying = strings.Fields(`localId uid user_id sub iat exp auth_time createdAt lastLoginAt lastRefreshAt
	passwordUpdatedAt validSince passwordHash salt refreshToken refresh_token sessionInfo sessionId oobCode code
	temporaryProof temporaryProofExpiresIn recaptchaStoken recaptchaSiteKey projectId project_id requestUri nextPageToken
	pendingToken oauthAccessToken apiKey mfaPendingCredential mfaEnrollmentId enrolledAt`)

// errorCode is what the SDKs read from an error message: the part before " : ".
var errorCode = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

func newAnswer(status int, body any) answer {
	a := answer{outcome: strconv.Itoa(status), fields: map[string]string{}, raw: map[string]string{}}
	if status != 200 {
		a.outcome += " " + codeOf(body)
	}
	a.flatten("", body)
	return a
}

// codeOf returns the code of an error body, or the beginning of a message without one.
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

func (a answer) flatten(path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			a.flatten(strings.TrimPrefix(path+"."+key, "."), inner)
		}
		if len(v) == 0 {
			a.fields[path] = "{}"
		}
	case []any:
		for i, inner := range v {
			a.flatten(fmt.Sprintf("%s[%d]", path, i), inner)
		}
		if len(v) == 0 {
			a.fields[path] = "[]"
		}
	case string:
		a.raw[path] = v
		a.text(path, v)
	case float64:
		a.fields[path] = orType(path, strconv.FormatFloat(v, 'f', -1, 64), "number")
	default:
		a.fields[path] = fmt.Sprint(v)
	}
}

// text enters a string field, taking apart what carries structure.
func (a answer) text(path, value string) {
	switch lastName(path) {
	case "idToken", "id_token", "access_token":
		a.token(path, value)
	case "oobLink":
		a.link(path, value)
	case "rawUserInfo", "customAttributes":
		var inner any
		if json.Unmarshal([]byte(value), &inner) == nil {
			a.flatten(path, inner)
			return
		}
		a.fields[path] = value
	case "message":
		code, _, _ := strings.Cut(value, " : ")
		if !errorCode.MatchString(code) {
			code = "a sentence" // prose is for people and may differ
		}
		a.fields[path] = code
	default:
		a.fields[path] = orType(path, value, "string")
	}
}

// token enters the header and claims of an unsigned JWT, so that their shape is compared too.
func (a answer) token(path, value string) {
	parts := strings.Split(value, ".")
	if len(parts) != 3 {
		a.fields[path] = "string"
		return
	}
	for i, part := range []string{"header", "claims"} {
		var inner any
		decoded, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(decoded, &inner) != nil {
			a.fields[path] = "a token whose " + part + " cannot be read"
			return
		}
		a.flatten(path+"."+part, inner)
	}
}

// link enters the path and the query of a link; scheme and host are the emulator's own.
func (a answer) link(path, value string) {
	u, err := url.Parse(value)
	if err != nil {
		a.fields[path] = "not a URL"
		return
	}
	a.fields[path+".path"] = u.Path
	for key, values := range u.Query() {
		a.fields[path+".query."+key] = orType(key, strings.Join(values, ","), "string")
	}
}

// orType returns the value of a field that is the same in every run, and the type of any other.
func orType(path, value, typ string) string {
	if slices.Contains(varying, lastName(path)) {
		return typ
	}
	return value
}

// show returns a field as the table of differences writes it.
func (a answer) show(field string) string {
	value, ok := a.fields[field]
	switch {
	case !ok:
		return "absent"
	case value == "":
		return "empty"
	}
	return value
}

var index = regexp.MustCompile(`\[\d+\]$`)

func lastName(path string) string {
	path = index.ReplaceAllString(path, "")
	return path[strings.LastIndexByte(path, '.')+1:]
}

// A mismatch is one field on which two answers differ. A field is "absent" or "empty" where it is.
type mismatch struct{ field, ours, official string }

// compare returns the mismatches of two answers. Where the outcome differs the bodies have nothing in common, so that
// is the one mismatch.
func compare(ours, official answer) []mismatch {
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
