package static

import (
	"maps"
	"testing"
)

type nameAndPicture struct {
	DisplayName string `json:"displayName"`
	PhotoURL    string `json:"photoURL"`
}

func TestConnectedProviderFillsEmptyFieldsOnly(t *testing.T) {
	page := withoutFirebase(t)
	const module = "js/account/fill-profile.js"
	full := nameAndPicture{"Ada", "https://lh3.googleusercontent.com/a"}
	for _, tt := range []struct {
		name              string
		account, provider nameAndPicture
		want              map[string]string
	}{
		{"empty account", nameAndPicture{}, full,
			map[string]string{"displayName": full.DisplayName, "photoURL": full.PhotoURL}},
		{"account with a name", nameAndPicture{DisplayName: "Countess"}, full,
			map[string]string{"photoURL": full.PhotoURL}},
		{"full account", nameAndPicture{"Countess", "https://x.example/p"}, full,
			map[string]string{}},
		{"empty provider", nameAndPicture{}, nameAndPicture{}, map[string]string{}},
	} {
		input := []nameAndPicture{tt.account, tt.provider}
		got := evaluate[map[string]string](t, page, module, input,
			`return m.missingFields(...input)`)
		if !maps.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	got := evaluate[map[string]string](t, page, module, nameAndPicture{},
		`return m.missingFields(input, undefined)`)
	if len(got) != 0 {
		t.Errorf("method without a profile: got %v, want nothing", got)
	}
}
