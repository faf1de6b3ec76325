package static

import (
	"maps"
	"testing"
)

type names struct {
	DisplayName string `json:"displayName"`
	PhotoURL    string `json:"photoURL"`
}

func TestALinkedProviderFillsWhatIsEmptyAndOverwritesNothing(t *testing.T) {
	page := withoutFirebase(t)
	full := names{"Ada", "https://lh3.googleusercontent.com/a"}
	for _, tt := range []struct {
		name              string
		account, provider names
		want              map[string]string
	}{
		{"both empty", names{}, full, map[string]string{"displayName": "Ada", "photoURL": "https://lh3.googleusercontent.com/a"}},
		{"a name of one's own", names{DisplayName: "Countess"}, full, map[string]string{"photoURL": "https://lh3.googleusercontent.com/a"}},
		{"nothing empty", names{"Countess", "https://x.example/p"}, full, map[string]string{}},
		{"a provider that tells nothing", names{}, names{}, map[string]string{}},
	} {
		got := evaluate[map[string]string](t, page, "js/account/fill-profile.js", []names{tt.account, tt.provider}, `return m.emptyFields(...input)`)
		if !maps.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	got := evaluate[map[string]string](t, page, "js/account/fill-profile.js", names{}, `return m.emptyFields(input, undefined)`)
	if len(got) != 0 {
		t.Errorf("a method without a profile: got %v, want nothing", got)
	}
}
