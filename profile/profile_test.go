package profile_test

import (
	"strings"
	"testing"

	"example.com/latchkey/profile"
)

func TestFieldsAreHeldToTheirRules(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) } // two bytes each: limits count characters
	tests := []struct {
		field, value string
		ok           bool
	}{
		{"bio", "", true},
		{"bio", "Two lines\nand a\ttab", true},
		{"bio", long(500), true},
		{"bio", long(501), false},
		{"bio", "a\x00b", false},
		{"bio", "\x1b[31mred", false},
		{"company", long(100), true},
		{"company", long(101), false},
		{"company", "two\nlines", false},
		{"website", "", true},
		{"website", "https://example.com/path?q=1#part", true},
		{"website", "https://example.com/" + strings.Repeat("a", 180), true},
		{"website", "https://example.com/" + strings.Repeat("a", 181), false},
		{"website", "http://example.com", false},
		{"website", "javascript:alert(1)", false},
		{"website", "data:text/html,x", false},
		{"website", "//example.com", false},
		{"website", "example.com", false},
		{"website", "https://", false},
		{"website", "https:///path", false},
		{"website", "https://user:secret@example.com", false},
		{"website", "https://exam ple.com", false},
		{"website", "https:\\\\example.com", false},
		{"timezone", "", true},
		{"timezone", "Europe/Lisbon", true},
		{"timezone", "UTC", true},
		{"timezone", "Local", false},
		{"timezone", "Mars/Olympus", false},
		{"timezone", "../../etc/passwd", false},
	}
	for _, tt := range tests {
		var c profile.Changes
		switch tt.field {
		case "bio":
			c.Bio = &tt.value
		case "company":
			c.Company = &tt.value
		case "website":
			c.Website = &tt.value
		case "timezone":
			c.Timezone = &tt.value
		}
		if wrong := c.Clean(); (wrong[tt.field] == "") != tt.ok || len(wrong) > 1 {
			t.Errorf("%s %.40q: got %v, want accepted: %v", tt.field, tt.value, wrong, tt.ok)
		}
	}
}

func TestWhiteSpaceAroundTextIsTrimmed(t *testing.T) {
	company := "  Engines Ltd \n"
	c := profile.Changes{Company: &company}
	if wrong := c.Clean(); len(wrong) > 0 || *c.Company != "Engines Ltd" {
		t.Errorf("got %q, %v", *c.Company, wrong)
	}
}
