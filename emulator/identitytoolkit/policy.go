package identitytoolkit

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// PasswordPolicyConfig is the project's password policy, with production's field names. Without
// a version, a password must have at least six characters.
type PasswordPolicyConfig struct {
	// EnforcementState is ENFORCE or OFF.
	EnforcementState string `json:"passwordPolicyEnforcementState,omitempty"`
	// ForceUpgrade is stored and returned, but has no effect.
	ForceUpgrade bool `json:"forceUpgradeOnSignin,omitempty"`
	// Versions holds the requirements. Only the first version is used.
	Versions []PasswordPolicyVersion `json:"passwordPolicyVersions,omitempty"`
}

// PasswordPolicyVersion is one version of the password policy.
type PasswordPolicyVersion struct {
	CustomStrengthOptions StrengthOptions `json:"customStrengthOptions"`
	SchemaVersion         int             `json:"schemaVersion,omitempty"`
}

// StrengthOptions are the requirements of a password policy. Lengths are in characters.
type StrengthOptions struct {
	MinPasswordLength int  `json:"minPasswordLength,omitempty"`
	MaxPasswordLength int  `json:"maxPasswordLength,omitempty"`
	Lowercase         bool `json:"containsLowercaseCharacter,omitempty"`
	Uppercase         bool `json:"containsUppercaseCharacter,omitempty"`
	Numeric           bool `json:"containsNumericCharacter,omitempty"`
	NonAlphanumeric   bool `json:"containsNonAlphanumericCharacter,omitempty"`
}

const (
	// The password lengths that apply if no policy is set.
	minPasswordLength = 6
	maxPasswordLength = 4096
	// passwordSymbols are the characters that count as non-alphanumeric.
	passwordSymbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~"
)

// strength returns the requirements, with defaults for missing lengths.
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

// check returns an error if the password doesn't meet the policy. Every password must have at
// least six characters, even if the policy isn't enforced.
func (p PasswordPolicyConfig) check(password string) error {
	if utf8.RuneCountInString(password) < minPasswordLength {
		return badRequestf("WEAK_PASSWORD : "+
			"Password should be at least %d characters", minPasswordLength)
	}
	if p.EnforcementState != "ENFORCE" {
		return nil
	}
	if missing := p.strength().missing(password); len(missing) > 0 {
		return badRequestf("PASSWORD_DOES_NOT_MEET_REQUIREMENTS : "+
			"Missing password requirements: [%s]", strings.Join(missing, ", "))
	}
	return nil
}

// missing returns a sentence for each requirement that the password doesn't meet.
func (o StrengthOptions) missing(password string) []string {
	var missing []string
	require := func(wanted, ok bool, sentence string) {
		if wanted && !ok {
			missing = append(missing, sentence)
		}
	}
	contains := func(low, high rune) bool {
		return strings.ContainsFunc(password, func(r rune) bool { return low <= r && r <= high })
	}
	length := utf8.RuneCountInString(password)
	tooShort := fmt.Sprintf("Password must contain at least %d characters", o.MinPasswordLength)
	tooLong := fmt.Sprintf("Password may contain at most %d characters", o.MaxPasswordLength)
	require(true, length >= o.MinPasswordLength, tooShort)
	require(true, length <= o.MaxPasswordLength, tooLong)
	require(o.Lowercase, contains('a', 'z'), "Password must contain a lower case character")
	require(o.Uppercase, contains('A', 'Z'), "Password must contain an upper case character")
	require(o.Numeric, contains('0', '9'), "Password must contain a numeric character")
	symbol := strings.ContainsAny(password, passwordSymbols)
	require(o.NonAlphanumeric, symbol, "Password must contain a non-alphanumeric character")
	return missing
}

type passwordPolicyResponse struct {
	CustomStrengthOptions StrengthOptions `json:"customStrengthOptions"`
	Symbols               []string        `json:"allowedNonAlphanumericCharacters"`
	SchemaVersion         int             `json:"schemaVersion"`
	EnforcementState      string          `json:"enforcementState"`
	ForceUpgradeOnSignin  bool            `json:"forceUpgradeOnSignin"`
}

// passwordPolicy returns the policy. The SDK's validatePassword calls it.
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
