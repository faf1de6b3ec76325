package parity

import "strings"

// A difference is one that is meant. In every field but because, * stands for any text, and an absent field of an
// answer is "absent".
type difference struct {
	scenario, step, field string
	ours, official        string
	because               string
}

// differences lists them all. The official emulator is right about most of production; these are the places where it is
// not, where production is stricter than it, or where neither SDK can tell the two apart.
var differences = []difference{
	// What production does and the official emulator does not.
	{"profile update", "null", "outcome", "200", "400 Invalid JSON payload received",
		"updateProfile({displayName: null}) is how the SDK removes a name"},
	{"email change", "while protected", "outcome", "400 OPERATION_NOT_ALLOWED", "400 EMAIL_EXISTS",
		"under email enumeration protection an unproven address is refused, whether it is taken or not"},
	{"change the email address after verifying it", "the old session is over", "outcome", "400 TOKEN_EXPIRED", "200",
		"a new address ends every session"},
	{"revocation", "with the old refresh token", "outcome", "400 TOKEN_EXPIRED", "200",
		"a revoked session cannot be refreshed"},
	{"token refresh", "refresh after deletion", "outcome", "400 USER_NOT_FOUND", "400 INVALID_REFRESH_TOKEN",
		"the token was good, the account is gone: the SDK signs out on the one and reports the other"},
	{"reset the password", "apply as another kind", "outcome", "400 INVALID_OOB_CODE", "501 PASSWORD_RESET",
		"a code is good for what it was sent for"},
	{"project configuration", "password policy", "outcome", "200", "501 identitytoolkit",
		"the SDK's validatePassword asks for it"},
	{"project configuration", "reCAPTCHA Enterprise", "outcome", "200", "501 identitytoolkit",
		"the SDK asks before it sends a text message, and warns on the console without an answer"},
	{"who may call", "no credentials", "outcome", "401 *", "403 *",
		"an administrator's call without credentials lacks those, not an API key"},
	{"email change", "*", "newEmail", "countess@example.com", "absent",
		"for a recovery code the SDK's checkActionCode tells the address that is being undone"},
	{"email change", "the newest email", "oobCodes[0].newEmail", "countess@example.com", "absent",
		"the recovery email names the address that is being undone"},
	{"admin updates", "password", "idToken*", "absent", "*", "an administrator does not get the person's tokens"},
	{"admin updates", "password", "refreshToken", "absent", "string", "an administrator does not get the person's tokens"},
	{"admin updates", "password", "expiresIn", "absent", "3600", "an administrator does not get the person's tokens"},
	{"anonymous", "upgrade by update", "outcome", "400 OPERATION_NOT_ALLOWED", "200",
		"the SDK upgrades by a sign-up; an update does not set an unproven address under enumeration protection"},
	{"*", "*", "users[*].lastLoginAt", "absent", "string", "being created by an administrator is not a sign-in"},
	{"*", "sign in", "displayName", "*", "absent", "production answers the name to a sign-in"},
	{"profile update", "a token with the name", "displayName", "Ada", "absent",
		"production answers the name to a sign-in"},
	{"*", "*", "users[*].salt", "absent", "string", "nobody needs the salt, which is an invention"},

	{"phone number", "the code again", "outcome", "400 SESSION_EXPIRED", "400 INVALID_SESSION_INFO",
		"a session that was used up is over; one that never was is invalid"},
	{"email link for a password account", "look up", "users[0].passwordHash", "absent", "string",
		"whoever proves the address takes it over from whoever only claimed it, and the password with it"},
	{"*", "*", "pendingToken", "string", "absent", "the SDK keeps it to link the credential after another sign-in"},

	// The four linking cases, and what a provider tells about the person, as the platform's page has them.
	{"untrusted then trusted: *", "second", "idToken.claims.firebase.identities.*", "absent", "s1", overwrites},
	{"untrusted then trusted: *", "the account", "users[0].providerUserInfo[*", "*", "*", overwrites},
	{"trusted then trusted: *", "second", "idToken.claims.name", "Ada *", "Ada *", fillsEmpty},
	{"trusted then trusted: *", "second", "idToken.claims.picture", "https:*", "https:*", fillsEmpty},
	{"trusted then trusted: *", "the account", "users[0].displayName", "Ada *", "Ada *", fillsEmpty},
	{"trusted then trusted: *", "the account", "users[0].photoUrl", "https:*", "https:*", fillsEmpty},
	{"linking a provider", "*", "*isplayName", "Ada google.com", "absent", fillsEmpty},
	{"linking a provider", "*", "*hotoUrl", "https:*", "absent", fillsEmpty},
	{"*", "*", "idToken.claims.name", "Ada google.com", "absent", fillsEmpty},
	{"*", "*", "idToken.claims.picture", "https:*", "absent", fillsEmpty},
	{"upgrading an anonymous account with a provider", "look up", "users[0].displayName", "Ada *", "absent", fillsEmpty},
	{"upgrading an anonymous account with a provider", "look up", "users[0].photoUrl", "https:*", "absent", fillsEmpty},

	// What this app adds.
	{"*", "*", "*oobLink.path", "/auth/action", "/emulator/action", "links in emails lead to the app's own page"},
	{"*", "*", "authorizedDomains[*]", "*", "absent", "127.0.0.1 is this machine as well, and the list can be changed"},
	{"*", "*", "client.permissions.*", "false", "absent", "self-service can be switched off"},
	{"*", "*", "passwordPolicyConfig", "{}", "absent", "a password policy can be set"},
	{"*", "*", "signIn.*", "*", "absent", "sign-in methods can be switched off"},
	{"*", "*", "name", "projects/demo-latchkey/config", "absent", "it is the Config resource of production"},

	// What neither SDK can tell apart.
	{"*", "*", "users[*].validSince", "string", "absent",
		"every account has one from its creation, so revocation has no special case"},
	{"*", "*", "users[*].emailVerified", "absent", "false", "absent means false"},
	{"provider sign-in", "without an email address", "emailVerified", "false", "absent", "absent means false"},
	{"*", "*", "users[*].disabled", "absent", "false", "absent means false"},
	{"*", "*", "users[*].initialEmail", "absent", "*", "the first address is kept for the recovery email alone"},
	{"*", "*", "users[*].passwordUpdatedAt", "absent", "number", "an account without a password did not change one"},
	{"*", "*", "*roviderUserInfo", "absent", "[]", "an empty list is left out, as production does"},
	{"admin lists", "none", "users", "absent", "[]", "an empty list is left out, as production does"},
	{"sign-in methods of an address", "unknown, said", "*", "absent", "[]",
		"an empty list is left out, as production does"},
	{"profile update", "*", "*isplayName", "absent", "empty", "an empty name is no name"},
	{"*", "*", "newEmail", "absent", "*", "email says it already"},
	{"*", "*", "*roviderUserInfo[*].federatedId", "g1", "absent", "it is the same as rawId, as after a sign-in"},
	{"*", "*", "error.errors[0].reason", "badRequest", "*", "the SDKs read the message"},
	{"*", "*", "error.errors[0].domain", "global", "absent", "the SDKs read the message"},
	{"verify the email address", "no token", "outcome", "400 MISSING_ID_TOKEN", "400 INVALID_ID_TOKEN",
		"the SDK always sends one"},
}

const (
	overwrites = "a trusted provider replaces the untrusted ones; the official emulator means to, and keeps them"
	fillsEmpty = "linking a provider fills what is empty in the profile, and overwrites nothing"
)

// intended finds the entry that covers a mismatch.
func intended(scenario, step string, m mismatch) (difference, bool) {
	for _, d := range differences {
		if matches(d.scenario, scenario) && matches(d.step, step) && matches(d.field, m.field) &&
			matches(d.ours, m.ours) && matches(d.official, m.official) {
			return d, true
		}
	}
	return difference{}, false
}

// matches reports whether text is the pattern, in which * stands for any text.
func matches(pattern, text string) bool {
	first, rest, starred := strings.Cut(pattern, "*")
	if !starred {
		return pattern == text
	}
	after, ok := strings.CutPrefix(text, first)
	if !ok {
		return false
	}
	for i := range len(after) + 1 {
		if matches(rest, after[i:]) {
			return true
		}
	}
	return false
}
