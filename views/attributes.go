package views

import "github.com/a-h/templ"

// optional returns an attribute, or none if the value is empty.
func optional(name, value string) templ.Attributes {
	if value == "" {
		return nil
	}
	return templ.Attributes{name: value}
}

// plainText turns off capitalization and spell checking for input types such as email and url,
// where phones would "correct" what the user enters.
func plainText(inputType string) templ.Attributes {
	if inputType == "text" {
		return nil
	}
	return templ.Attributes{"autocapitalize": "none", "spellcheck": "false"}
}

// current marks a link to the page that contains it.
func current(p Page, path string) templ.Attributes {
	if p.Path != path {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}
