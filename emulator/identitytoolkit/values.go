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

// int64Value is an int64 as protocol buffers write it in JSON: a string, though numbers are accepted too.
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

// time reads milliseconds of Unix time. What lies outside the years that RFC 3339 can write is moved to its edge.
func (v int64Value) time() time.Time {
	const endOf9999 = 253_402_300_799_999
	return time.UnixMilli(min(max(int64(v), 0), endOf9999))
}

func (v int64Value) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, strconv.FormatInt(int64(v), 10)), nil
}

// optional is a string field that tells absent, null and empty apart: null and empty both clear what is stored.
type optional struct {
	given bool
	value string
}

func (o *optional) UnmarshalJSON(b []byte) error {
	o.given = true
	return json.Unmarshal(b, &o.value)
}

var (
	emailPattern = regexp.MustCompile(`^[^\s@<>()\[\]",;:\\]+@[^\s@<>()\[\]",;:\\]+\.[^\s@<>()\[\]",;:\\.]+$`)
	phonePattern = regexp.MustCompile(`^\+[1-9][0-9]{4,14}$`)
)

// canonicalEmail lowers the address, the form in which accounts are told apart, and refuses what is not an address.
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

// randomID is 28 letters and digits, the form of a user id.
func randomID() string { return rand.Text() + rand.Text()[:2] }

// randomToken is n random bytes in URL-safe base64.
func randomToken(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}
