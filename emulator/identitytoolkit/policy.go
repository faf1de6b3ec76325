package identitytoolkit

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// PasswordPolicyConfig is the password policy under its production names. Without a version the default holds: at least
// six characters.
type PasswordPolicyConfig struct {
	EnforcementState string                  `json:"passwordPolicyEnforcementState,omitempty"` // ENFORCE or OFF
	ForceUpgrade     bool                    `json:"forceUpgradeOnSignin,omitempty"`
	Versions         []PasswordPolicyVersion `json:"passwordPolicyVersions,omitempty"` // the first one counts
}

// PasswordPolicyVersion is one version of the policy.
type PasswordPolicyVersion struct {
	CustomStrengthOptions StrengthOptions `json:"customStrengthOptions"`
	SchemaVersion         int             `json:"schemaVersion,omitempty"`
}

// StrengthOptions say what a password must have. Lengths are in characters.
type StrengthOptions struct {
	MinPasswordLength int  `json:"minPasswordLength,omitempty"`
	MaxPasswordLength int  `json:"maxPasswordLength,omitempty"`
	Lowercase         bool `json:"containsLowercaseCharacter,omitempty"`
	Uppercase         bool `json:"containsUppercaseCharacter,omitempty"`
	Numeric           bool `json:"containsNumericCharacter,omitempty"`
	NonAlphanumeric   bool `json:"containsNonAlphanumericCharacter,omitempty"`
}

// The lengths that hold without a policy, and the characters that count as symbols in one.
const (
	minPasswordLength = 6
	maxPasswordLength = 4096
	passwordSymbols   = "^$*.[]{}()?\"!@#%&/\\,><':;|_~"
)

// strength is the policy that holds, with its lengths filled in.
func (p PasswordPolicyConfig) strength() StrengthOptions {
	var o StrengthOptions
	if len(p.Versions) > 0 {
		o = p.Versions[0].CustomStrengthOptions
	}
	if o.MinPasswordLength == 0 {
		o.MinPasswordLength = minPasswordLength
	}
	if o.MaxPasswordLength == 0 {
		o.MaxPasswordLength = maxPasswordLength
	}
	return o
}

// check refuses a password that the policy does not allow. Six characters are the least in any case.
func (p PasswordPolicyConfig) check(password string) error {
	if utf8.RuneCountInString(password) < minPasswordLength {
		return badRequestf("WEAK_PASSWORD : Password should be at least %d characters", minPasswordLength)
	}
	if p.EnforcementState != "ENFORCE" {
		return nil
	}
	if missing := p.strength().missing(password); len(missing) > 0 {
		return badRequestf("PASSWORD_DOES_NOT_MEET_REQUIREMENTS : Missing password requirements: [%s]",
			strings.Join(missing, ", "))
	}
	return nil
}

func (o StrengthOptions) missing(password string) []string {
	var missing []string
	need := func(wanted, ok bool, sentence string) {
		if wanted && !ok {
			missing = append(missing, sentence)
		}
	}
	between := func(low, high rune) bool {
		return strings.ContainsFunc(password, func(r rune) bool { return low <= r && r <= high })
	}
	length := utf8.RuneCountInString(password)
	least, most := o.MinPasswordLength, o.MaxPasswordLength
	need(true, length >= least, fmt.Sprintf("Password must contain at least %d characters", least))
	need(true, length <= most, fmt.Sprintf("Password may contain at most %d characters", most))
	need(o.Lowercase, between('a', 'z'), "Password must contain a lower case character")
	need(o.Uppercase, between('A', 'Z'), "Password must contain an upper case character")
	need(o.Numeric, between('0', '9'), "Password must contain a numeric character")
	symbol := strings.ContainsAny(password, passwordSymbols)
	need(o.NonAlphanumeric, symbol, "Password must contain a non-alphanumeric character")
	return missing
}

type passwordPolicyResponse struct {
	CustomStrengthOptions StrengthOptions `json:"customStrengthOptions"`
	Symbols               []string        `json:"allowedNonAlphanumericCharacters"`
	SchemaVersion         int             `json:"schemaVersion"`
	EnforcementState      string          `json:"enforcementState"`
	ForceUpgradeOnSignin  bool            `json:"forceUpgradeOnSignin"`
}

// passwordPolicy tells clients the policy, for the SDK's validatePassword.
func (s *Service) passwordPolicy(*call, empty) (any, error) {
	policy := s.config().PasswordPolicyConfig
	resp := passwordPolicyResponse{
		CustomStrengthOptions: policy.strength(),
		Symbols:               strings.Split(passwordSymbols, ""),
		SchemaVersion:         1,
		EnforcementState:      policy.EnforcementState,
		ForceUpgradeOnSignin:  policy.ForceUpgrade,
	}
	if resp.EnforcementState == "" {
		resp.EnforcementState = "OFF"
	}
	return resp, nil
}
