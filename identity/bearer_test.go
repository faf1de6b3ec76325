package identity_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"example.com/latchkey/identity"
)

// header returns headers with these Authorization values.
func header(values ...string) http.Header {
	h := http.Header{}
	for _, v := range values {
		h.Add("Authorization", v)
	}
	return h
}

func TestBearerTokenIsReadFromHeader(t *testing.T) {
	for _, scheme := range []string{"Bearer", "bearer", "BEARER"} {
		got, err := identity.BearerToken(header(scheme+" aa.bb.cc"), nil)
		if err != nil || got != "aa.bb.cc" {
			t.Errorf("%s: got %q, %v", scheme, got, err)
		}
	}
	got, err := identity.BearerToken(header("Bearer aa.bb."), nil)
	if err != nil || got != "aa.bb." {
		t.Errorf("unsigned emulator token: got %q, %v", got, err)
	}
}

func TestR1ExactlyOneBearerHeaderIsAccepted(t *testing.T) {
	noToken, invalid := identity.ErrNoToken, identity.ErrInvalidToken
	inQuery := url.Values{"access_token": {"aa.bb.cc"}}
	emptyQuery := url.Values{"access_token": {""}}
	for name, c := range map[string]struct {
		header http.Header
		query  url.Values
		want   error
	}{
		"none":                {header(), nil, noToken},
		"empty":               {header(""), nil, noToken},
		"Basic":               {header("Basic YTpi"), nil, noToken},
		"Bearer alone":        {header("Bearer"), nil, noToken},
		"Bearer and space":    {header("Bearer "), nil, noToken},
		"no scheme":           {header("aa.bb.cc"), nil, noToken},
		"two":                 {header("Bearer aa.bb.cc", "Bearer aa.bb.cc"), nil, invalid},
		"Basic before Bearer": {header("Basic YTpi", "Bearer aa.bb.cc"), nil, invalid},
		"two in one":          {header("Bearer aa.bb.cc, Bearer aa.bb.cc"), nil, invalid},
		"query only":          {header(), inQuery, invalid},
		"query and header":    {header("Bearer aa.bb.cc"), emptyQuery, invalid},
		"two spaces":          {header("Bearer  aa.bb.cc"), nil, invalid},
		"tab, not space":      {header("Bearer\taa.bb.cc"), nil, noToken},
		"space at the end":    {header("Bearer aa.bb.cc "), nil, invalid},
		"padding":             {header("Bearer aa.bb=.cc"), nil, invalid},
		"invalid UTF-8":       {header("Bearer aa.bb.c\xff"), nil, invalid},
	} {
		t.Run(name, func(t *testing.T) {
			token, err := identity.BearerToken(c.header, c.query)
			wantError(t, err, c.want)
			if token != "" {
				t.Errorf("got the token %q with the error", token)
			}
		})
	}
}

func TestR4TokenOfTheWrongShapeIsRejected(t *testing.T) {
	for name, token := range map[string]string{
		"no dot":                 "aabbcc",
		"one dot":                "aa.bb",
		"three dots":             "aa.bb.cc.dd",
		"8 KiB of dots":          strings.Repeat(".", 8<<10),
		"8 KiB and 1":            "aa." + strings.Repeat("b", 8<<10-4) + ".c",
		"one megabyte":           strings.Repeat("a", 1<<20),
		"one megabyte, two dots": "aa." + strings.Repeat("b", 1<<20) + ".cc",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := identity.BearerToken(header("Bearer "+token), nil)
			wantError(t, err, identity.ErrInvalidToken)
		})
	}
	longest := "aa." + strings.Repeat("b", 8<<10-5) + ".c"
	if _, err := identity.BearerToken(header("Bearer "+longest), nil); err != nil {
		t.Errorf("a token of %d bytes: got %v, want none", len(longest), err)
	}
}

func TestR53RemovedSignatureIsReported(t *testing.T) {
	_, err := identity.BearerToken(header("Bearer aa.bb.SIGNATURE_REMOVED_BY_GOOGLE"), nil)
	wantError(t, err, identity.ErrSignatureRemoved)
	wantError(t, err, identity.ErrInvalidToken)
	if !strings.Contains(err.Error(), "X-Serverless-Authorization") {
		t.Errorf("got %q, want a hint at X-Serverless-Authorization", err)
	}
	_, err = identity.BearerToken(header("Bearer aa.bb."), url.Values{"access_token": {""}})
	if errors.Is(err, identity.ErrSignatureRemoved) {
		t.Errorf("got %v for another error", err)
	}
}

func FuzzBearerToken(f *testing.F) {
	for _, v := range []string{
		"", "Bearer aa.bb.cc", "bearer aa.bb.", "Basic YTpi", "Bearer", "Bearer  a.b.c",
		"Bearer a.b.c.d", "Bearer ...", "Bearer aa.bb.SIGNATURE_REMOVED_BY_GOOGLE",
		"Bearer a.b.c, Bearer d.e.f", "Bearer a.\x00.c", "Bearer ä.b.c", "Bearer\u00a0a.b.c",
		"Bearer " + strings.Repeat("a", 9000) + "..", "BEARER eyJhbGciOiJub25lIn0.e30.",
	} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, value string) {
		token, err := identity.BearerToken(header(value), nil)
		if err != nil {
			known := errors.Is(err, identity.ErrNoToken) || errors.Is(err, identity.ErrInvalidToken)
			if token != "" || !known {
				t.Fatalf("got %q, %v", token, err)
			}
			return
		}
		// An accepted token is part of the header, of bounded length, has three parts, and is
		// safe in a log line or URL.
		if !strings.HasSuffix(value, " "+token) || len(value) != len("Bearer ")+len(token) {
			t.Fatalf("got the token %q from %q", token, value)
		}
		if len(token) > 8<<10 || strings.Count(token, ".") != 2 || token != url.QueryEscape(token) {
			t.Fatalf("got the token %q", token)
		}
		if strings.HasSuffix(token, "SIGNATURE_REMOVED_BY_GOOGLE") {
			t.Fatal("accepted a token whose signature was removed")
		}
	})
}
