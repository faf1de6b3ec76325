package identitytoolkit

import (
	"encoding/json"
	"fmt"
	"strings"
)

// projectNumber stands in for the numeric project ID that production returns.
const projectNumber = "12345"

// Config is the subset of production's v2 Config resource that this service supports. The field
// names are production's. MFA is stored and returned, but has no effect.
type Config struct {
	Name   string `json:"name,omitempty"`
	SignIn struct {
		Email struct {
			Enabled          bool `json:"enabled"`
			PasswordRequired bool `json:"passwordRequired"` // false also allows email links
		} `json:"email"`
		PhoneNumber struct {
			Enabled bool `json:"enabled"`
			// TestPhoneNumbers maps each test phone number to its fixed code.
			TestPhoneNumbers map[string]string `json:"testPhoneNumbers,omitempty"`
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
	MFA                  json.RawMessage      `json:"mfa,omitempty"`
}

// configKey is the key of the only row in the configs table.
const configKey = "project"

// defaultConfig returns the configuration of a new project. Every sign-in method is on, and so
// is email enumeration protection, as in production's new projects.
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

// patchConfig changes the fields that updateMask names. Without an updateMask, it changes the
// fields in the body.
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

// convert copies a value into another type by encoding it as JSON. If it doesn't fit, the error
// is the one for an invalid request body.
func convert(from, into any) error {
	b, err := json.Marshal(from)
	if err != nil {
		return fmt.Errorf("encode configuration: %w", err)
	}
	return decode(b, into)
}

// copyPath sets the field at the path to the value that from has there. If from has none,
// copyPath removes the field.
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

// merge copies every field from one object to another. It merges nested objects recursively.
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
