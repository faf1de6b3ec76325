package views

import "github.com/a-h/templ"

// optional is an attribute that is left out when it has no value.
func optional(name, value string) templ.Attributes {
	if value == "" {
		return nil
	}
	return templ.Attributes{name: value}
}

// plainText keeps phones from "correcting" what is not prose.
func plainText(inputType string) templ.Attributes {
	if inputType == "text" {
		return nil
	}
	return templ.Attributes{"autocapitalize": "none", "spellcheck": "false"}
}

// current marks a link to the page that it stands on.
func current(p Page, path string) templ.Attributes {
	if p.Path != path {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}
