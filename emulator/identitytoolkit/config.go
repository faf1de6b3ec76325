package identitytoolkit

import (
	"encoding/json"
	"fmt"
	"strings"
)

// projectNumber is what production would answer as the number of the project.
const projectNumber = "12345"

// Config is the part of the v2 Config resource of a project that has an effect here, under the production names.
type Config struct {
	Name   string `json:"name,omitempty"`
	SignIn struct {
		Email struct {
			Enabled          bool `json:"enabled"`
			PasswordRequired bool `json:"passwordRequired"` // false: email links too
		} `json:"email"`
		PhoneNumber struct {
			Enabled          bool              `json:"enabled"`
			TestPhoneNumbers map[string]string `json:"testPhoneNumbers,omitempty"` // number → its fixed code
		} `json:"phoneNumber"`
		Anonymous struct {
			Enabled bool `json:"enabled"`
		} `json:"anonymous"`
		AllowDuplicateEmails bool `json:"allowDuplicateEmails"`
	} `json:"signIn"`
	Client struct {
		Permissions struct {
			DisabledUserSignup   bool `json:"disabledUserSignup"`
			DisabledUserDeletion bool `json:"disabledUserDeletion"`
		} `json:"permissions"`
	} `json:"client"`
	EmailPrivacyConfig struct {
		EnableImprovedEmailPrivacy bool `json:"enableImprovedEmailPrivacy"`
	} `json:"emailPrivacyConfig"`
	PasswordPolicyConfig PasswordPolicyConfig `json:"passwordPolicyConfig"`
	AuthorizedDomains    []string             `json:"authorizedDomains,omitempty"`
	MFA                  json.RawMessage      `json:"mfa,omitempty"` // kept as it came for the code that reads it
}

const configKey = "project"

// defaultConfig is a new project with every method switched on and email enumeration protection, which new projects
// have.
func defaultConfig(projectID string) Config {
	var c Config
	c.Name = "projects/" + projectID + "/config"
	c.SignIn.Email.Enabled = true
	c.SignIn.PhoneNumber.Enabled = true
	c.SignIn.Anonymous.Enabled = true
	c.EmailPrivacyConfig.EnableImprovedEmailPrivacy = true
	c.AuthorizedDomains = []string{"localhost", "127.0.0.1"}
	return c
}

func (s *Service) config() Config {
	if c, ok := s.configs.get(configKey); ok {
		return c
	}
	return defaultConfig(s.projectID)
}

func (s *Service) getConfig(*call, empty) (any, error) { return s.config(), nil }

// patchConfig changes the fields of the updateMask, or those that the body has when there is no mask.
func patchConfig(s *Service, c *call, body []byte) (any, error) {
	var changes, fields map[string]any
	if err := decode(body, &changes); err != nil {
		return nil, err
	}
	if err := convert(s.config(), &fields); err != nil {
		return nil, err
	}
	if mask := c.query.Get("updateMask"); mask != "" {
		for path := range strings.SplitSeq(mask, ",") {
			copyPath(fields, changes, strings.Split(path, "."))
		}
	} else {
		merge(fields, changes)
	}
	var next Config
	if err := convert(fields, &next); err != nil {
		return nil, err
	}
	s.configs.put(configKey, next)
	return next, nil
}

// convert copies a value into one of another type by way of JSON. What does not fit is refused as a request would be.
func convert(from, into any) error {
	b, err := json.Marshal(from)
	if err != nil {
		return fmt.Errorf("encode configuration: %w", err)
	}
	return decode(b, into)
}

// copyPath sets the field at the path to what from has there, or removes it.
func copyPath(to, from map[string]any, path []string) {
	name := path[0]
	value, given := from[name]
	if len(path) == 1 {
		if given {
			to[name] = value
		} else {
			delete(to, name)
		}
		return
	}
	inner, ok := to[name].(map[string]any)
	if !ok {
		inner = map[string]any{}
		to[name] = inner
	}
	innerFrom, _ := value.(map[string]any)
	copyPath(inner, innerFrom, path[1:])
}

// merge copies every field, and objects field by field.
func merge(to, from map[string]any) {
	for name, value := range from {
		inner, isObject := value.(map[string]any)
		existing, wasObject := to[name].(map[string]any)
		if isObject && wasObject {
			merge(existing, inner)
		} else {
			to[name] = value
		}
	}
}
