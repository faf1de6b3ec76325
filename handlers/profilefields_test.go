package handlers_test

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/latchkey/profile"
)

// TestDescriptionNamesEveryProfileField names what is missing after a profile field was added.
func TestDescriptionNamesEveryProfileField(t *testing.T) {
	content, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(content)
	if err != nil {
		t.Fatal(err)
	}
	types := map[reflect.Kind]string{reflect.String: "string", reflect.Bool: "boolean"}
	schema := doc.Components.Schemas["Profile"].Value
	changes := doc.Components.Schemas["ProfileChanges"].Value
	fields := map[string]bool{}
	for field := range reflect.TypeFor[profile.Profile]().Fields() {
		name := field.Tag.Get("json")
		fields[name] = true
		property := schema.Properties[name]
		if property == nil || changes.Properties[name] == nil {
			t.Errorf("profile field %q is not in handlers/openapi.yaml (schema Profile)", name)
			continue
		}
		if want := types[field.Type.Kind()]; want != "" && !property.Value.Type.Is(want) {
			t.Errorf("profile field %q is not of type %s in handlers/openapi.yaml", name, want)
		}
		if !slices.Contains(schema.Required, name) {
			t.Errorf("profile field %q is not required in handlers/openapi.yaml", name)
		}
		if field.Type.Kind() == reflect.String {
			wantMaxLength(t, field, property.Value.MaxLength)
		}
	}
	for name := range schema.Properties {
		if !fields[name] {
			t.Errorf("%q in handlers/openapi.yaml is not a field of profile.Profile", name)
		}
	}
}

// wantMaxLength compares the maximum length of a text field in openapi.yaml with the rule.
func wantMaxLength(t *testing.T, field reflect.StructField, described *uint64) {
	t.Helper()
	name := field.Tag.Get("json")
	if described == nil {
		t.Errorf("profile field %q has no maxLength in handlers/openapi.yaml", name)
		return
	}
	var changes profile.Changes
	change := reflect.ValueOf(&changes).Elem().FieldByName(field.Name)
	if !change.IsValid() {
		return // TestEveryFieldIsComplete reports it
	}
	tooLong := strings.Repeat("x", 100_000)
	change.Set(reflect.ValueOf(&tooLong))
	want := fmt.Sprintf("Use at most %d characters.", *described)
	if got := changes.Clean()[name]; got != want {
		t.Errorf("profile field %q: the maxLength in handlers/openapi.yaml is %d, "+
			"but a longer text gets the message %q", name, *described, got)
	}
}
