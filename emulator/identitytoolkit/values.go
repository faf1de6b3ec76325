package identitytoolkit

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// int64Value is an int64 in Protocol Buffers' JSON format: it is written as a string, and read
// from a string or a number.
type int64Value int64

func (v *int64Value) UnmarshalJSON(b []byte) error {
	text := string(bytes.Trim(b, `"`))
	if text == "null" || text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("not an int64")
	}
	*v = int64Value(n)
	return nil
}

// time converts from Unix time in milliseconds. It clamps the value to the years 1970 to 9999,
// because RFC 3339 can't represent later ones.
func (v int64Value) time() time.Time {
	const endOf9999 = 253_402_300_799_999
	return time.UnixMilli(min(max(int64(v), 0), endOf9999))
}

func (v int64Value) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, strconv.FormatInt(int64(v), 10)), nil
}

// optional is a string field that may be absent. Null counts as an empty string, which clears
// the stored value.
type optional struct {
	given bool
	value string
}

func (o *optional) UnmarshalJSON(b []byte) error {
	o.given = true
	return json.Unmarshal(b, &o.value)
}

var (
	emailPattern = regexp.MustCompile(
		`^[^\s@<>()\[\]",;:\\]+@[^\s@<>()\[\]",;:\\]+\.[^\s@<>()\[\]",;:\\.]+$`)
	phonePattern = regexp.MustCompile(`^\+[1-9][0-9]{4,14}$`)
)

// canonicalEmail returns the address in lowercase, the form that accounts are compared by. It
// returns an error if the text isn't an email address.
func canonicalEmail(email string) (string, error) {
	if len(email) >= 256 || !emailPattern.MatchString(email) {
		return "", badRequest("INVALID_EMAIL")
	}
	return strings.ToLower(email), nil
}

func checkPhone(number string) error {
	if !phonePattern.MatchString(number) {
		return badRequest("INVALID_PHONE_NUMBER : Invalid format.")
	}
	return nil
}

// randomID returns a random user ID: 28 uppercase letters and digits.
func randomID() string { return rand.Text() + rand.Text()[:2] }

// randomToken returns n random bytes in URL-safe base64.
func randomToken(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never returns an error
	return base64.RawURLEncoding.EncodeToString(b)
}
