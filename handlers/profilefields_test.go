package handlers_test

import (
	"os"
	"reflect"
	"slices"
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
	}
	for name := range schema.Properties {
		if !fields[name] {
			t.Errorf("%q in handlers/openapi.yaml is not a field of profile.Profile", name)
		}
	}
}
