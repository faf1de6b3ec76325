package config

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// validOrigins includes origins of other sites, because validOrigin checks only the form.
var validOrigins = []string{
	"https://app.example.com", "https://app.example.com:8443",
	"http://localhost:3000", "http://127.0.0.1:5173",
	"https://app.example.com.evil.example", "https://evil-app.example.com",
	"https://xapp.example.com", "https://app.example.co",
}

var invalidOrigins = []string{
	"null", "", "*", "http://app.example.com", "https://app.example.com:443",
	"https://evil.example/app.example.com", "https://app.example.com/",
	"https://app.example.com.", "HTTPS://APP.EXAMPLE.COM", "https://App.example.com",
	"https://app.example.com@evil.example", "https://user@app.example.com",
	"https://app.example.com evil.example", "https://app.example.com,https://evil.example",
	" https://app.example.com", "//app.example.com", "app.example.com", "file://", "https://",
	"https://*.example.com", "https://example.com?", "http://localhost.evil.example",
	"http://127.0.0.1:80", "https://example.com:0", "https://example.com:", "https://[::1]",
}

func TestR42OnlyExactOriginsAreValid(t *testing.T) {
	for _, origin := range validOrigins {
		if !validOrigin(origin) {
			t.Errorf("%q is not valid", origin)
		}
	}
	for _, origin := range invalidOrigins {
		if validOrigin(origin) {
			t.Errorf("%q is valid", origin)
		}
	}
}

func TestR42NoOriginInTheCorpusIsAValidWildcard(t *testing.T) {
	content, err := os.ReadFile("../handlers/testdata/origins.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, "# ") {
			continue
		}
		origin, err := strconv.Unquote(`"` + strings.TrimSuffix(line, "\n") + `"`)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if validOrigin(origin) && strings.Contains(origin, "*") {
			t.Errorf("%q is valid", origin)
		}
	}
}

// FuzzValidOrigin looks for a valid origin that is neither https nor on this machine (R56).
func FuzzValidOrigin(f *testing.F) {
	for _, origin := range append(validOrigins, invalidOrigins...) {
		f.Add(origin)
	}
	f.Fuzz(func(t *testing.T, origin string) {
		if validOrigin(origin) && !strings.HasPrefix(origin, "https://") &&
			!strings.HasPrefix(origin, "http://localhost") &&
			!strings.HasPrefix(origin, "http://127.0.0.1") {
			t.Errorf("%q is valid", origin)
		}
	})
}
