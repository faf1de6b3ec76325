package profile

import (
	"reflect"
	"strings"
	"testing"
)

// TestEveryFieldIsComplete names what is missing after a field was added or removed.
func TestEveryFieldIsComplete(t *testing.T) {
	changes, names := reflect.TypeFor[Changes](), map[string]bool{}
	for field := range reflect.TypeFor[Profile]().Fields() {
		if field.Name == "UpdatedAt" {
			continue
		}
		name := nameOf(field)
		if name == "" || strings.Contains(name, ",") || field.Tag.Get("firestore") != name {
			t.Errorf("profile field %s needs the same name in its json and firestore tags",
				field.Name)
		}
		names[name] = true
		change, ok := changes.FieldByName(field.Name)
		if !ok || change.Type != reflect.PointerTo(field.Type) || nameOf(change) != name {
			t.Errorf("profile field %q is not in Changes: add %s *%s `json:%q`",
				name, field.Name, field.Type, name)
		}
		if field.Type.Kind() == reflect.String && rules[name].max == 0 {
			t.Errorf("profile field %q has no maximum length in rules", name)
		}
	}
	for field := range changes.Fields() {
		if !names[nameOf(field)] {
			t.Errorf("profile field %q is in Changes, but not in Profile", nameOf(field))
		}
	}
	for name := range rules {
		if !names[name] {
			t.Errorf("profile field %q is in rules, but not in Profile", name)
		}
	}
}
