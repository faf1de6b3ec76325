package handlers

import (
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxBody bounds the body of every API call, in bytes.
const maxBody = 64 << 10

// decodeObject reads the body, one JSON object, into dst. It takes exactly what it documents: keys that dst does not
// have, keys in another case, a key twice, null, invalid UTF-8 and anything after the object are refused, because two
// programs that read such a body differently are how a check is passed with one value and another one is stored.
//
// encoding/json is lenient in all of these, so this uses its successor (encoding/json/v2, as the library it comes from).
func decodeObject(w http.ResponseWriter, r *http.Request, dst any) error {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		return &Error{Status: http.StatusUnsupportedMediaType, Code: "unsupported_media_type",
			Message: "Send the body as application/json."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return &Error{Status: http.StatusRequestEntityTooLarge, Code: "payload_too_large",
			Message: "The body is larger than 64 KiB."}
	}
	if err != nil {
		return &Error{Status: http.StatusBadRequest, Code: "invalid_request", Message: "The body did not arrive.", Cause: err}
	}
	var keys map[string]jsontext.Value
	if err := json.Unmarshal(body, &keys); err != nil || keys == nil {
		return badRequest("The body must be one JSON object, each key once.")
	}
	for _, value := range keys {
		if value.Kind() == 'n' {
			return badRequest("A field cannot be null; leave it out to keep it, or send an empty value.")
		}
	}
	if err := json.Unmarshal(body, dst, json.RejectUnknownMembers(true)); err != nil {
		return badRequest("The body has a field that this call does not take, or a value of the wrong type.")
	}
	return nil
}
