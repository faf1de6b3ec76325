package views

import (
	"encoding/json"
	"testing"

	"example.com/latchkey/profile"
)

func TestProfileFormHasAnInputForEveryField(t *testing.T) {
	encoded, err := json.Marshal(profile.Profile{})
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(encoded, &fields); err != nil {
		t.Fatal(err)
	}
	delete(fields, "updatedAt") // only the server sets it

	elements := parse(t, render(t, profileForm()))
	inputs, ids := map[string]bool{}, map[string]bool{}
	for _, input := range named(elements, "input", "select", "textarea") {
		name := input.attrs["name"]
		inputs[name] = true
		if _, ok := fields[name]; !ok {
			t.Errorf("input %q in views/profile.templ is not a field of profile.Profile", name)
		}
	}
	for _, e := range elements {
		ids[e.attrs["id"]] = true
	}
	for name := range fields {
		if !inputs[name] {
			t.Errorf("profile field %q has no input in views/profile.templ "+
				"(after adding one, run go generate ./views)", name)
		} else if !ids[name+"-problem"] {
			t.Errorf("input %q in views/profile.templ has no @helpAndProblem for its error", name)
		}
	}
}
