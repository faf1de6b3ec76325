package views

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"example.com/latchkey/profile"
)

func TestProfileFormHasEveryProfileField(t *testing.T) {
	encoded, err := json.Marshal(profile.Profile{})
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]any
	if err := json.Unmarshal(encoded, &keys); err != nil {
		t.Fatal(err)
	}
	delete(keys, "updatedAt") // set by the server
	want := slices.Sorted(maps.Keys(keys))

	var got []string
	for _, input := range named(parse(t, render(t, profileForm())), "input", "select", "textarea") {
		got = append(got, input.attrs["name"])
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got fields %v, want %v", got, want)
	}
}
