package handlers

import (
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxBody is the maximum size of the body of an API call, in bytes.
const maxBody = 64 << 10

// decodeObject decodes the body, which must be one JSON object, into dst. It rejects unknown
// keys, keys in the wrong case, duplicate keys, null, invalid UTF-8, and data after the object.
//
// If two programs read the same body differently, an attacker may get one value past the check
// of the first and have the second store another. encoding/json is lenient about all of the
// above, so this uses the library that encoding/json/v2 is based on.
func decodeObject(w http.ResponseWriter, r *http.Request, dst any) error {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		return &Error{Status: http.StatusUnsupportedMediaType, Code: "unsupported_media_type",
			Message: "Send the body as JSON, with the header Content-Type: application/json."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return &Error{Status: http.StatusRequestEntityTooLarge, Code: "payload_too_large",
			Message: "That is more than 64 KiB of text. Shorten it and try again."}
	}
	if err != nil {
		return &Error{Status: http.StatusBadRequest, Code: "invalid_request", Cause: err,
			Message: "The request was cut off. Check your connection and try again."}
	}
	var keys map[string]jsontext.Value
	if err := json.Unmarshal(body, &keys); err != nil || keys == nil {
		return badRequest("Send the body as a single JSON object without duplicate keys.")
	}
	for _, value := range keys {
		if value.Kind() == 'n' {
			return badRequest("A field can't be null. Leave it out, or send an empty value.")
		}
	}
	if err := json.Unmarshal(body, dst, json.RejectUnknownMembers(true)); err != nil {
		return badRequest("Send only the documented fields, with values of the documented types.")
	}
	return nil
}
