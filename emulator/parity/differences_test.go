package parity

import (
	"slices"
	"strings"
)

// A difference is an intended one. In every field but reason, * matches any text. A field that a
// response doesn't have is "absent".
type difference struct {
	scenario, step, field string
	ours, official        string
	reason                string
}

// differences lists every intended difference. The official emulator matches production in most
// respects. These entries cover the places where it doesn't, where production is stricter, or where
// neither SDK can tell the two responses apart.
var differences = slices.Concat(
	productionOutcomes, productionFields, providerProfiles, additions, indistinguishable)

const (
	tokensOfUser    = "an administrator doesn't receive the user's tokens"
	nameAtSignIn    = "production returns the display name at sign-in"
	recoveryAddress = "the address that a recovery code replaces, which the SDK's " +
		"checkActionCode reports"
)

// productionOutcomes are outcomes on which production and the official emulator disagree.
var productionOutcomes = []difference{
	{"profile update", "null", "outcome", "200", "400 Invalid JSON payload received",
		"updateProfile({displayName: null}) is how the SDK removes a name"},
	{"email change", "while protected", "outcome", "400 OPERATION_NOT_ALLOWED", "400 EMAIL_EXISTS",
		"enumeration protection rejects an unverified address, whether or not it is taken"},
	{"change the email address after verifying it", "the old session is over", "outcome",
		"400 TOKEN_EXPIRED", "200", "a new email address ends every session"},
	{"revocation", "with the old refresh token", "outcome", "400 TOKEN_EXPIRED", "200",
		"a revoked session can't be refreshed"},
	{"token refresh", "refresh after deletion", "outcome",
		"400 USER_NOT_FOUND", "400 INVALID_REFRESH_TOKEN",
		"the token is valid but the account is gone; the SDK signs out on the first code only"},
	{"reset the password", "apply as another kind", "outcome",
		"400 INVALID_OOB_CODE", "501 PASSWORD_RESET", "a code works only for its own request type"},
	{"project configuration", "password policy", "outcome", "200", "501 identitytoolkit",
		"the SDK's validatePassword requests it"},
	{"project configuration", "reCAPTCHA Enterprise", "outcome", "200", "501 identitytoolkit",
		"the SDK requests it before it sends a text message, and logs a warning if that fails"},
	{"caller credentials", "no credentials", "outcome", "401 *", "403 *",
		"an admin call without credentials lacks an access token, not an API key"},
	{"anonymous", "upgrade by update", "outcome", "400 OPERATION_NOT_ALLOWED", "200",
		"the SDK upgrades with a sign-up; with enumeration protection, an update can't set an " +
			"unverified address"},
	{"phone number", "the code again", "outcome",
		"400 SESSION_EXPIRED", "400 INVALID_SESSION_INFO",
		"a used session has expired; a session that never existed is invalid"},
}

// productionFields are fields on which production and the official emulator disagree.
var productionFields = []difference{
	{"email change", "*", "newEmail", "countess@example.com", "absent", recoveryAddress},
	{"email change", "the newest email", "oobCodes[0].newEmail", "countess@example.com", "absent",
		recoveryAddress},
	{"admin updates", "password", "idToken*", "absent", "*", tokensOfUser},
	{"admin updates", "password", "refreshToken", "absent", "string", tokensOfUser},
	{"admin updates", "password", "expiresIn", "absent", "3600", tokensOfUser},
	{"*", "*", "users[*].lastLoginAt", "absent", "string",
		"an account that an administrator creates hasn't signed in"},
	{"*", "sign in", "displayName", "*", "absent", nameAtSignIn},
	{"profile update", "a token with the name", "displayName", "Ada", "absent", nameAtSignIn},
	{"*", "*", "users[*].salt", "absent", "string", "the salt is made up, and nothing uses it"},
	{"email link for a password account", "look up", "users[0].passwordHash", "absent", "string",
		"proving the email address takes over an account that never verified it, and removes its " +
			"password"},
	{"*", "*", "pendingToken", "string", "absent",
		"the SDK keeps it to link the credential after another sign-in"},
}

const (
	replacesUntrusted = "a trusted provider replaces untrusted ones; the official emulator keeps " +
		"them, although it means to remove them"
	fillsEmpty = "linking a provider fills empty profile properties and overwrites none"
)

// providerProfiles covers the four linking cases and the profile properties that a provider sets,
// as the documentation of Identity Platform describes them.
var providerProfiles = []difference{
	{"untrusted then trusted: *", "second", "idToken.claims.firebase.identities.*",
		"absent", "s1", replacesUntrusted},
	{"untrusted then trusted: *", "the account", "users[0].providerUserInfo[*",
		"*", "*", replacesUntrusted},
	{"trusted then trusted: *", "second", "idToken.claims.name",
		"Ada *", "Ada *", fillsEmpty},
	{"trusted then trusted: *", "second", "idToken.claims.picture",
		"https:*", "https:*", fillsEmpty},
	{"trusted then trusted: *", "the account", "users[0].displayName",
		"Ada *", "Ada *", fillsEmpty},
	{"trusted then trusted: *", "the account", "users[0].photoUrl",
		"https:*", "https:*", fillsEmpty},
	{"linking a provider", "*", "*isplayName", "Ada google.com", "absent", fillsEmpty},
	{"linking a provider", "*", "*hotoUrl", "https:*", "absent", fillsEmpty},
	{"*", "*", "idToken.claims.name", "Ada google.com", "absent", fillsEmpty},
	{"*", "*", "idToken.claims.picture", "https:*", "absent", fillsEmpty},
	{"upgrading an anonymous account with a provider", "look up", "users[0].displayName",
		"Ada *", "absent", fillsEmpty},
	{"upgrading an anonymous account with a provider", "look up", "users[0].photoUrl",
		"https:*", "absent", fillsEmpty},
}

// additions are features that the official emulator doesn't have.
var additions = []difference{
	{"*", "*", "*oobLink.path", "/auth/action", "/emulator/action",
		"links in emails open the app's own page"},
	{"*", "*", "authorizedDomains[*]", "*", "absent",
		"127.0.0.1 is this machine too, and the list can be changed"},
	{"*", "*", "client.permissions.*", "false", "absent", "self-service can be switched off"},
	{"*", "*", "passwordPolicyConfig", "{}", "absent", "a password policy can be set"},
	{"*", "*", "signIn.*", "*", "absent", "sign-in methods can be switched off"},
	{"*", "*", "name", "projects/demo-latchkey/config", "absent",
		"the Config resource of production has a name"},
}

const (
	absentIsFalse   = "absent means false"
	emptyListAbsent = "production leaves out an empty list"
	sdksReadMessage = "the SDKs read only the message"
)

// indistinguishable are differences that neither the JS SDK nor the Admin SDK can see.
var indistinguishable = []difference{
	{"*", "*", "users[*].validSince", "string", "absent",
		"every account has it from creation, so revocation needs no special case"},
	{"*", "*", "users[*].emailVerified", "absent", "false", absentIsFalse},
	{"provider sign-in", "without an email address", "emailVerified", "false", "absent",
		absentIsFalse},
	{"*", "*", "users[*].disabled", "absent", "false", absentIsFalse},
	{"*", "*", "users[*].initialEmail", "absent", "*",
		"the first address is kept only for the recovery email"},
	{"*", "*", "users[*].passwordUpdatedAt", "absent", "number",
		"an account without a password has never changed it"},
	{"*", "*", "*roviderUserInfo", "absent", "[]", emptyListAbsent},
	{"admin lists", "none", "users", "absent", "[]", emptyListAbsent},
	{"sign-in methods of an address", "unknown, unprotected", "*", "absent", "[]",
		emptyListAbsent},
	{"profile update", "*", "*isplayName", "absent", "empty", "an empty name is no name"},
	{"*", "*", "newEmail", "absent", "*", "the field email has the same value"},
	{"*", "*", "*roviderUserInfo[*].federatedId", "g1", "absent",
		"it equals rawId, as it does after a sign-in"},
	{"*", "*", "error.errors[0].reason", "badRequest", "*", sdksReadMessage},
	{"*", "*", "error.errors[0].domain", "global", "absent", sdksReadMessage},
	{"verify the email address", "no token", "outcome",
		"400 MISSING_ID_TOKEN", "400 INVALID_ID_TOKEN", "the SDK always sends a token"},
}

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

// matches reports whether the text matches a pattern in which * stands for any text.
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
