package simulator

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Google publishes a description of each API: its methods with their paths and parameters, and
// the fields of requests and responses. The module google.golang.org/api, which this project
// depends on, contains these files. https://developers.google.com/discovery/v1/reference/apis
//
// documents maps the first part of a method's name to the files to look in.
var documents = map[string][]string{
	"apikeys":          {"apikeys/v2/apikeys-api.json"},
	"artifactregistry": {"artifactregistry/v1/artifactregistry-api.json"},
	"cloudbilling":     {"cloudbilling/v1/cloudbilling-api.json"},
	"cloudbuild": {
		"cloudbuild/v1/cloudbuild-api.json", "cloudbuild/v2/cloudbuild-api.json",
	},
	"cloudresourcemanager": {"cloudresourcemanager/v1/cloudresourcemanager-api.json"},
	"containeranalysis":    {"containeranalysis/v1/containeranalysis-api.json"},
	"firebase":             {"firebase/v1beta1/firebase-api.json"},
	"firebaserules":        {"firebaserules/v1/firebaserules-api.json"},
	"firestore":            {"firestore/v1/firestore-api.json"},
	"iam":                  {"iam/v1/iam-api.json"},
	"iamcredentials":       {"iamcredentials/v1/iamcredentials-api.json"},
	"iap":                  {"iap/v1/iap-api.json"},
	"identitytoolkit": {
		"identitytoolkit/v2/identitytoolkit-api.json",
		"identitytoolkit/v1/identitytoolkit-api.json",
	},
	"logging":   {"logging/v2/logging-api.json"},
	"orgpolicy": {"orgpolicy/v2/orgpolicy-api.json"},
	"run":       {"run/v1/run-api.json", "run/v2/run-api.json"},
	// Tokens have an API of their own, which has no description.
	"securetoken": nil,
	"serviceusage": {
		"serviceusage/v1/serviceusage-api.json", "serviceusage/v1beta1/serviceusage-api.json",
	},
	"storage": {"storage/v1/storage-api.json"},
}

// Method is a method of an API.
type Method struct {
	ID         string
	HTTPMethod string
	Path       string // such as v1/{+name}/releases
	FlatPath   string // such as v1/projects/{projectsId}/releases
	Parameters map[string]Schema
	Request    Schema

	parameters map[string]Schema // those of all methods
	schemas    map[string]Schema // of the same file
}

// Schema is the type of a field, a parameter or a request.
type Schema struct {
	Ref                  string `json:"$ref"`
	Type                 string
	ReadOnly             bool
	Properties           map[string]Schema
	Items                *Schema
	AdditionalProperties *Schema // the values of a map
	Enum                 []string
}

// methods returns the methods of all documents by their IDs.
var methods = sync.OnceValue(func() map[string]Method {
	found := map[string]Method{}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "google.golang.org/api").Output()
	if err != nil {
		panic("go list: " + err.Error())
	}
	for _, files := range documents {
		for _, file := range files {
			readDocument(filepath.Join(strings.TrimSpace(string(out)), file), found)
		}
	}
	return found
})

type group struct {
	Methods   map[string]Method
	Resources map[string]group
}

func readDocument(file string, found map[string]Method) {
	content, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	var document struct {
		group
		Schemas    map[string]Schema
		Parameters map[string]Schema
	}
	if err := json.Unmarshal(content, &document); err != nil {
		panic(err)
	}
	var add func(group)
	add = func(g group) {
		for _, m := range g.Methods {
			m.schemas, m.parameters = document.Schemas, document.Parameters
			if _, ok := found[m.ID]; !ok { // the first file of an API counts
				found[m.ID] = m
			}
		}
		for _, inner := range g.Resources {
			add(inner)
		}
	}
	add(document.group)
}

var variable = regexp.MustCompile(`\{\+?\w+\}`)

// lookUp finds the method that a request calls.
func lookUp(api, verb, path string) (Method, error) {
	for id, m := range methods() {
		if !strings.HasPrefix(id, api+".") || m.HTTPMethod != verb {
			continue
		}
		// {+name} is a path of several parts, as in projects/my-project/releases/cloud.firestore.
		pattern := variable.ReplaceAllString(regexp.QuoteMeta(m.Path), `[^:]+`)
		pattern = strings.NewReplacer(`\{\+`, "{", `\{`, "{", `\}`, "}").Replace(pattern)
		pattern = regexp.MustCompile(`\{\w+\}`).ReplaceAllString(pattern, `[^:]+`)
		flat := pattern
		if m.FlatPath != "" {
			flat = strings.NewReplacer(`\{`, "{", `\}`, "}").Replace(regexp.QuoteMeta(m.FlatPath))
			flat = regexp.MustCompile(`\{\w+\}`).ReplaceAllString(flat, `[^/:]+`)
		}
		if regexp.MustCompile("^" + flat + "$").MatchString(path) {
			return m, nil
		}
	}
	return Method{}, fmt.Errorf("%s has no method %s %s", api, verb, path)
}

// resolve follows a reference to another schema.
func (m Method) resolve(s Schema) Schema {
	if s.Ref != "" {
		return m.schemas[s.Ref]
	}
	return s
}

// Field returns an error unless the request has the field with this path, or the method has a
// parameter of this name.
func (m Method) Field(path string) error {
	first, _, _ := strings.Cut(path, ".")
	if _, ok := m.Parameters[first]; ok {
		return nil
	}
	return m.field(m.resolve(m.Request), path)
}

func (m Method) field(s Schema, path string) error {
	if path == "" || s.AdditionalProperties != nil {
		return nil
	}
	if s.Items != nil {
		return m.field(m.resolve(*s.Items), path)
	}
	name, rest, _ := strings.Cut(path, ".")
	inner, ok := s.Properties[name]
	if !ok {
		return fmt.Errorf("%s has no field %s", m.ID, path)
	}
	if inner.ReadOnly {
		return fmt.Errorf("%s: the field %s can't be set", m.ID, path)
	}
	return m.field(m.resolve(inner), rest)
}

// Check returns an error unless the query and the body fit the method.
func (m Method) Check(query url.Values, body any) error {
	for name, values := range query {
		_, own := m.Parameters[name]
		_, common := m.parameters[name]
		if !own && !common {
			return fmt.Errorf("%s has no parameter %s", m.ID, name)
		}
		if name == "updateMask" {
			for _, path := range strings.Split(strings.Join(values, ","), ",") {
				if err := m.Field(path); err != nil {
					return err
				}
				if !has(body, path) {
					return fmt.Errorf("%s: updateMask has %s, but the body doesn't", m.ID, path)
				}
			}
		}
	}
	if body == nil {
		return nil
	}
	return m.fits(m.resolve(m.Request), body, m.ID)
}

func has(body any, path string) bool {
	for _, name := range strings.Split(path, ".") {
		inner, _ := body.(object)
		if body = inner[name]; body == nil {
			return false
		}
	}
	return true
}

// fits checks that a value has only fields that the schema has, of the right types.
func (m Method) fits(s Schema, value any, at string) error {
	is := map[string]bool{}
	switch v := value.(type) {
	case object:
		is["object"] = true
		for name, inner := range v {
			field, ok := s.Properties[name]
			if !ok && s.AdditionalProperties == nil {
				return fmt.Errorf("%s has no field %s", at, name)
			}
			if !ok {
				field = *s.AdditionalProperties
			}
			if field.ReadOnly {
				return fmt.Errorf("%s.%s can't be set", at, name)
			}
			if err := m.fits(m.resolve(field), inner, at+"."+name); err != nil {
				return err
			}
		}
	case []any:
		is["array"] = true
		for _, inner := range v {
			if s.Items == nil {
				return fmt.Errorf("%s is a list, want a %s", at, s.Type)
			}
			if err := m.fits(m.resolve(*s.Items), inner, at); err != nil {
				return err
			}
		}
	case string:
		is["string"] = true
		if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
			return fmt.Errorf("%s is %q, want one of %q", at, v, s.Enum)
		}
	case bool:
		is["boolean"] = true
	case float64:
		is["integer"], is["number"] = true, true
	}
	if s.Type != "any" && !is[s.Type] {
		return fmt.Errorf("%s is a %T, want a %s", at, value, s.Type)
	}
	return nil
}
