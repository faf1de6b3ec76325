package views

import (
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"example.com/latchkey/config"
	"example.com/latchkey/static"
)

// element is one start tag of a rendered page, with the text up to the next tag.
type element struct {
	name  string
	attrs map[string]string
	text  string
}

var testPage = Page{Title: "Title", Path: "/account", Config: WebConfig{
	APIKey: "key", AuthDomain: "auth.example", ProjectID: "demo", Emulator: "same-origin",
	Methods: config.SignInMethods,
}, SessionPanel: true}

// pages returns every page of the site.
func pages(p Page) map[string]templ.Component {
	return map[string]templ.Component{
		"home":    Home(p),
		"signin":  SignIn(p),
		"account": Account(p),
		"action":  Action(p),
		"admin":   Admin(p),
		"error":   Error(p, 404, "Page not found", "Check the address."),
	}
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Render(templ.WithNonce(context.Background(), "the-nonce"), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// parse parses a page with encoding/xml. Its non-strict mode can handle HTML's void elements and
// entities.
func parse(t *testing.T, page string) []element {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(page))
	decoder.Strict, decoder.AutoClose, decoder.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var elements []element
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return elements
		}
		if err != nil {
			t.Fatalf("parsing the page: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attrs: map[string]string{}}
			for _, attr := range token.Attr {
				e.attrs[attr.Name.Local] = attr.Value
			}
			elements = append(elements, e)
		case xml.CharData:
			if len(elements) > 0 {
				elements[len(elements)-1].text += string(token)
			}
		}
	}
}

func named(elements []element, names ...string) []element {
	return slices.DeleteFunc(slices.Clone(elements), func(e element) bool {
		return !slices.Contains(names, e.name)
	})
}

func TestIDsAreUniqueAndReferencesResolve(t *testing.T) {
	for page, c := range pages(testPage) {
		elements := parse(t, render(t, c))
		ids := map[string]bool{}
		for _, e := range elements {
			if id, ok := e.attrs["id"]; ok && (ids[id] || id == "") {
				t.Errorf("%s: ID %q is empty or used twice", page, id)
			} else if ok {
				ids[id] = true
			}
		}
		for _, e := range elements {
			references := strings.Fields(e.attrs["for"] + " " + e.attrs["aria-describedby"] + " " +
				e.attrs["aria-labelledby"] + " " + e.attrs["data-reveal"])
			if anchor, ok := strings.CutPrefix(e.attrs["href"], "#"); ok {
				references = append(references, anchor)
			}
			for _, id := range references {
				if !ids[id] {
					t.Errorf("%s: <%s> refers to %q, which doesn't exist", page, e.name, id)
				}
			}
		}
	}
}

func TestInputsHaveLabelNameAndErrorMessage(t *testing.T) {
	for page, c := range pages(testPage) {
		elements := parse(t, render(t, c))
		labels := map[string]bool{}
		for _, label := range named(elements, "label") {
			labels[label.attrs["for"]] = true
		}
		for _, input := range named(elements, "input", "select", "textarea") {
			id := input.attrs["id"]
			if !labels[id] || input.attrs["name"] == "" {
				t.Errorf("%s: input %q has no label or no name", page, id)
			}
			if !slices.Contains(strings.Fields(input.attrs["aria-describedby"]), id+"-problem") {
				t.Errorf("%s: input %q has no error message", page, id)
			}
		}
		for _, button := range named(elements, "button") {
			if button.attrs["type"] == "" {
				t.Errorf("%s: a button has no type, so it submits its form", page)
			}
		}
	}
}

func TestSignInFieldsHaveAutocomplete(t *testing.T) {
	want := map[string]string{
		"signin-email": "username", "signin-password": "current-password",
		"signup-email": "username", "signup-password": "new-password",
		"reset-email": "username", "link-email": "username", "finish-email": "username",
		"phone-number": "tel", "phone-code": "one-time-code", "confirm-word": "off",
	}
	for _, input := range named(parse(t, render(t, SignIn(testPage))), "input") {
		id := input.attrs["id"]
		if got := input.attrs["autocomplete"]; got != want[id] {
			t.Errorf("%s: got autocomplete %q, want %q", id, got, want[id])
		}
		delete(want, id)
	}
	if len(want) > 0 {
		t.Errorf("missing fields: %v", want)
	}
}

func TestPagesFollowContentSecurityPolicy(t *testing.T) {
	for page, c := range pages(testPage) {
		elements := parse(t, render(t, c))
		for _, e := range elements {
			for name := range e.attrs {
				if name == "style" || strings.HasPrefix(name, "on") {
					t.Errorf("%s: <%s> has the attribute %s", page, e.name, name)
				}
			}
		}
		if styles := named(elements, "style"); len(styles) > 0 {
			t.Errorf("%s: the page has an inline style sheet", page)
		}
		for _, script := range named(elements, "script") {
			data := script.attrs["type"] == "application/json"
			if script.attrs["nonce"] != "the-nonce" || (script.attrs["src"] == "") != data {
				t.Errorf("%s: script %v is inline or lacks the nonce", page, script.attrs)
			}
		}
		for _, link := range named(elements, "link") {
			if link.attrs["rel"] == "modulepreload" && link.attrs["nonce"] != "the-nonce" {
				t.Errorf("%s: %s is preloaded without the nonce", page, link.attrs["href"])
			}
		}
		for _, image := range named(elements, "img") {
			if _, ok := image.attrs["alt"]; !ok || image.attrs["referrerpolicy"] != "no-referrer" {
				t.Errorf("%s: image %v lacks alt or referrerpolicy", page, image.attrs)
			}
		}
	}
}

func TestPagesHaveOneTitleAndOneMain(t *testing.T) {
	for page, c := range pages(testPage) {
		elements := parse(t, render(t, c))
		titles := named(elements, "title")
		if len(titles) != 1 || titles[0].text != "Title · "+appName {
			t.Errorf("%s: got titles %v", page, titles)
		}
		if got := len(named(elements, "main")); got != 1 {
			t.Errorf("%s: got %d main elements, want 1", page, got)
		}
	}
	if got := named(parse(t, render(t, Home(Page{}))), "title")[0].text; got != appName {
		t.Errorf("a page without a title: got %q", got)
	}
}

// TestTheFooterPromisesNothingForGoogle: the app sets no cookies, but reCAPTCHA and the provider's
// frame come from Google.
func TestTheFooterPromisesNothingForGoogle(t *testing.T) {
	p := testPage
	p.Config.Emulator = ""
	for name, page := range pages(p) {
		_, footer, _ := strings.Cut(render(t, page), "<footer>")
		footer = strings.Join(strings.Fields(footer), " ")
		const want = "sign-in service, and other services that you sign in with, may set their own"
		if !strings.Contains(footer, want) {
			t.Errorf("%s: got %q", name, footer)
		}
	}
}

func TestSignInPageOffersOnlyConfiguredMethods(t *testing.T) {
	for _, tt := range []struct {
		methods []string
		want    []string // texts of buttons and links, in order
	}{
		{
			[]string{"password"},
			[]string{"Sign in", "Forgot your password?", "Create account"},
		},
		{
			[]string{"github.com", "google.com"},
			[]string{"Continue with GitHub", "Continue with Google"},
		},
		{
			[]string{"phone"},
			[]string{"Text me a sign-in code"},
		},
		{
			[]string{"anonymous", "emailLink"},
			[]string{"Email me a sign-in link", "Continue as guest"},
		},
	} {
		page := testPage
		page.Config.Methods = tt.methods
		var got []string
		for _, e := range named(parse(t, render(t, signInSection(page))), "button", "a", "use") {
			if text := strings.TrimSpace(e.text); text != "" && text != "Cancel" && text != "Show" {
				got = append(got, text)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v: got %q, want %q", tt.methods, got, tt.want)
		}
	}
}

// TestEveryMethodIsComplete names what is missing after a sign-in method was added.
func TestEveryMethodIsComplete(t *testing.T) {
	symbols := map[string]bool{}
	for _, e := range named(parse(t, render(t, methodIcons())), "symbol") {
		symbols[e.attrs["id"]] = true
	}
	for _, method := range config.SignInMethods {
		if methodName(method) == method {
			t.Errorf("%s has no name in views/method_names.go", method)
		}
		if method == "anonymous" { // guests have no row, and so no icon
			continue
		}
		if !slices.Contains(methodRows, method) {
			t.Errorf("%s is not in methodRows in views/sign_in_methods.templ "+
				"(after adding it, run go generate ./views)", method)
		}
		if icon := "icon-" + iconOf(method); !symbols[icon] {
			t.Errorf("%s has no symbol %s in views/method_icons.templ "+
				"(after adding it, run go generate ./views)", method, icon)
		}
	}
	if got := methodName("saml.example"); got != "saml.example" {
		t.Errorf("unknown method: got %q, want its ID", got)
	}
}

func TestMethodNamesMatchJavaScript(t *testing.T) {
	r := httptest.NewRequest("GET", static.Path("js/auth/method-names.js"), nil)
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	source := strings.ReplaceAll(w.Body.String(), "'", "")
	for id, name := range methodNames {
		if !strings.Contains(source, "  "+id+": "+name+",\n") {
			t.Errorf("static/js/auth/method-names.js doesn't call %s %q", id, name)
		}
	}
}
