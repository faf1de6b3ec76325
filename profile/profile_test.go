package profile_test

import (
	"reflect"
	"strings"
	"testing"

	"example.com/latchkey/emulator/firestore/firestoretest"
	"example.com/latchkey/profile"
)

func TestFieldsAreCheckedAgainstTheirRules(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) } // two bytes, but one character
	tests := []struct {
		field, value string
		valid        bool
	}{
		{"Bio", "", true},
		{"Bio", "Two lines\nand a\ttab", true},
		{"Bio", long(500), true},
		{"Bio", long(501), false},
		{"Bio", "a\x00b", false},
		{"Bio", "\x1b[31mred", false},
		{"Company", "", true},
		{"Company", long(100), true},
		{"Company", long(101), false},
		{"Company", "two\nlines", false},
		{"Company", "a\x00b", false},
		{"Company", "Acme \u202egro.live", false},       // right-to-left override
		{"Company", "Acme \u2067gro\u2069.live", false}, // right-to-left isolate
		{"Company", "Acme\u200e", false},
		{"Company", "Ac\u200bme", false},
		{"Company", "two\u2028lines", false},
		{"Bio", "\u200fשלום, Ada", true},
		{"Website", "", true},
		{"Website", "https://example.com/path?q=1#part", true},
		{"Website", "https://example.com/" + strings.Repeat("a", 180), true},
		{"Website", "https://example.com/" + strings.Repeat("a", 181), false},
		{"Website", "http://example.com", false},
		{"Website", "javascript:alert(1)", false},
		{"Website", "data:text/html,x", false},
		{"Website", "//example.com", false},
		{"Website", "example.com", false},
		{"Website", "https://", false},
		{"Website", "https:///path", false},
		{"Website", "https://user:secret@example.com", false},
		{"Website", "https://exam ple.com", false},
		{"Website", "https://exam\u00a0ple.com", false},
		{"Website", "https:\\\\example.com", false},
		{"Timezone", "", true},
		{"Timezone", "Europe/Lisbon", true},
		{"Timezone", "UTC", true},
		{"Timezone", "Local", false},
		{"Timezone", "Mars/Olympus", false},
		{"Timezone", "../../etc/passwd", false},
	}
	for _, tt := range tests {
		problems := changeText(t, tt.field, tt.value).Clean()
		if (problems[strings.ToLower(tt.field)] == "") != tt.valid || len(problems) > 1 {
			t.Errorf("%s %.40q: got %v, want valid: %v", tt.field, tt.value, problems, tt.valid)
		}
	}
}

// changeText returns the change of one text field, by its name in Go.
func changeText(t *testing.T, field, value string) *profile.Changes {
	t.Helper()
	c := &profile.Changes{}
	target := reflect.ValueOf(c).Elem().FieldByName(field)
	if !target.IsValid() {
		t.Fatalf("Changes has no field %s", field)
	}
	target.Set(reflect.ValueOf(&value))
	return c
}

func TestWhiteSpaceAroundTextIsTrimmed(t *testing.T) {
	c := changeText(t, "Company", "  Engines Ltd \n")
	if problems := c.Clean(); len(problems) > 0 || *c.Company != "Engines Ltd" {
		t.Errorf("got %q, %v", *c.Company, problems)
	}
}

func TestEveryFieldIsSaved(t *testing.T) {
	var changes profile.Changes
	for _, field := range reflect.ValueOf(&changes).Elem().Fields() {
		value := reflect.New(field.Type().Elem())
		switch value.Elem().Kind() {
		case reflect.String:
			value.Elem().SetString("text")
		case reflect.Bool:
			value.Elem().SetBool(true)
		}
		field.Set(value)
	}
	store := profile.NewStore(firestoretest.New(t))
	saved, _ := patch(t, store, "ada", changes, profile.NoVersion)
	stored, _, err := store.Get(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range reflect.ValueOf(changes).Fields() {
		for _, p := range []profile.Profile{saved, stored} {
			got := reflect.ValueOf(p).FieldByName(field.Name).Interface()
			if got != want.Elem().Interface() {
				t.Errorf("%s: got %v, want %v", field.Name, got, want.Elem())
			}
		}
	}
}
