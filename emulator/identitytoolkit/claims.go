package identitytoolkit

import (
	"encoding/json"
	"unicode/utf8"
)

// maxCustomAttributes is the maximum length of the serialized custom claims, in characters.
const maxCustomAttributes = 1000

// reservedClaims are the names that custom claims must not use, on an account or in a custom
// token.
var reservedClaims = []string{
	"acr", "amr", "at_hash", "aud", "auth_time", "azp", "c_hash", "cnf", "exp", "firebase", "iat",
	"iss", "jti", "nbf", "nonce", "sub",
}

// checkCustomAttributes rejects custom claims that aren't a JSON object, are too long, or use a
// reserved name.
func checkCustomAttributes(text string) error {
	if utf8.RuneCountInString(text) > maxCustomAttributes {
		return badRequest("CLAIMS_TOO_LARGE")
	}
	var claims map[string]any
	if err := json.Unmarshal([]byte(text), &claims); err != nil || claims == nil {
		return badRequest("INVALID_CLAIMS")
	}
	return checkReservedClaims(claims)
}

func checkReservedClaims(claims map[string]any) error {
	for _, name := range reservedClaims {
		if _, ok := claims[name]; ok {
			return badRequest("FORBIDDEN_CLAIM : " + name)
		}
	}
	return nil
}
