// Package profile stores the profile of each user: the fields for which Identity Platform's
// user record, whose schema is fixed, has no room. They live in Firestore, one document per
// user in the collection "profiles", with the UID as its ID. Two more collections have records that
// keep changes at the same time apart: see [Store.Erase] and [Store.BeginDemotion].
//
// A field has the same name in the form, in JSON, in Firestore and in an error's fields. To add
// one, add it to [Profile], to [Changes] and to the rules, then to views/profile.templ and
// handlers/openapi.yaml. The tests name whatever is missing.
package profile

import (
	"reflect"
	"strings"
	"time"

	"cloud.google.com/go/firestore"
)

// Profile is a user's profile. The zero value is the profile of a user who hasn't saved one.
type Profile struct {
	Bio        string `json:"bio" firestore:"bio"`
	Company    string `json:"company" firestore:"company"`
	Website    string `json:"website" firestore:"website"`
	Timezone   string `json:"timezone" firestore:"timezone"`
	Newsletter bool   `json:"newsletter" firestore:"newsletter"`

	// UpdatedAt is when the profile was last saved, nil if never. It is the document's update
	// time, which Firestore keeps, and not a stored field.
	UpdatedAt *time.Time `json:"updatedAt" firestore:"-"`
}

// Changes are new values for a profile's fields. A nil field stays as it is.
type Changes struct {
	Bio        *string `json:"bio"`
	Company    *string `json:"company"`
	Website    *string `json:"website"`
	Timezone   *string `json:"timezone"`
	Newsletter *bool   `json:"newsletter"`
}

// rules are the rules for the text fields, by name. A text field without one must stay empty.
var rules = map[string]rule{
	"bio":      {max: MaxBio, multiline: true},
	"company":  {max: 100},
	"website":  {max: 200, check: checkWebsite},
	"timezone": {max: 100, check: checkTimezone},
}

// Clean trims white space around the text fields, and checks them against the rules. It returns
// one sentence for each invalid field, by the field's name, and an empty map if all are valid.
func (c *Changes) Clean() map[string]string {
	problems := map[string]string{}
	for field, pointer := range reflect.ValueOf(c).Elem().Fields() {
		value := pointer.Elem()
		if value.Kind() != reflect.String { // not a text field, or nil
			continue
		}
		text := strings.TrimSpace(value.String())
		value.SetString(text)
		if problem := rules[nameOf(field)].problem(text); problem != "" {
			problems[nameOf(field)] = problem
		}
	}
	return problems
}

// apply changes p, and returns the updates that make the same changes in Firestore.
func (c *Changes) apply(p *Profile) []firestore.Update {
	var updates []firestore.Update
	target := reflect.ValueOf(p).Elem()
	for field, pointer := range reflect.ValueOf(c).Elem().Fields() {
		if pointer.IsNil() {
			continue
		}
		value := pointer.Elem()
		target.FieldByName(field.Name).Set(value)
		updates = append(updates, firestore.Update{Path: nameOf(field), Value: value.Interface()})
	}
	return updates
}

// nameOf returns the field's name outside Go.
func nameOf(field reflect.StructField) string { return field.Tag.Get("json") }
