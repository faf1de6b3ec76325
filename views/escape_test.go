package views

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

// hostile are strings that have escaped from HTML templates.
var hostile = []string{
	`<script>alert(1)</script>`,
	`</script><script>alert(1)</script>`,
	`</title><svg onload=alert(1)>`,
	`"><img src=x onerror=alert(1)>`,
	`' autofocus onfocus=alert(1) x='`,
	`<!--<script>`,
	`-->`,
	`]]><a>`,
	`javascript:alert(1)`,
	`&lt;script&gt;alert(1)&lt;/script&gt;`,
	"\u2028</script>\u2029",
	`{{7*7}}${7*7}`,
	`<a href="javascript:alert(1)">x</a>`,
	`<iframe srcdoc="<script>alert(1)</script>">`,
	`<math><mi xlink:href="data:x,<script>alert(1)</script>">`,
}

// skeleton returns the names of all elements and attributes. Hostile text must not change them.
func skeleton(elements []element) []string {
	var names []string
	for _, e := range elements {
		names = append(names, e.name)
		for name := range e.attrs {
			names = append(names, e.name+" "+name)
		}
	}
	slices.Sort(names)
	return names
}

func TestR39HostileTextAddsNoElementToAnyPage(t *testing.T) {
	plain := func(text string) Page {
		return Page{Title: text, Path: text, Config: WebConfig{
			APIKey: text, AuthDomain: text, ProjectID: text, Emulator: text,
			Methods: []string{text},
		}}
	}
	for _, text := range hostile {
		for page := range pages(testPage) {
			want := skeleton(parse(t, render(t, pages(plain("harmless"))[page])))
			rendered := parse(t, render(t, pages(plain(text))[page]))
			if got := skeleton(rendered); !slices.Equal(got, want) {
				t.Errorf("%s with %q: elements changed", page, text)
			}
			assertConfig(t, rendered, plain(text).Config)
		}
		want := skeleton(parse(t, render(t, Error(testPage, 500, "Heading", "Message"))))
		got := skeleton(parse(t, render(t, Error(testPage, 500, text, text))))
		if !slices.Equal(got, want) {
			t.Errorf("error page with %q: elements changed", text)
		}
	}
}

// assertConfig checks that the page contains the configuration unchanged.
func assertConfig(t *testing.T, elements []element, want WebConfig) {
	t.Helper()
	for _, script := range named(elements, "script") {
		if script.attrs["id"] != "config" {
			continue
		}
		var got WebConfig
		err := json.Unmarshal([]byte(script.text), &got)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got configuration %+v (%v), want %+v", got, err, want)
		}
		return
	}
	t.Error("the page has no configuration")
}
