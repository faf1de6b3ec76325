// Package identitytoolkit is a local Identity Toolkit (v1 and v2) and Secure Token service. It
// implements the API that the Firebase JS SDK and the Admin SDKs call, without a cloud account.
//
// It is for development only. Its tokens are unsigned, its password hashes are far cheaper to
// attack than a production service's should be, and anyone who can reach its port can
// administer it. So listen on loopback. A server accepts its tokens only while
// FIREBASE_AUTH_EMULATOR_HOST is set.
//
// # What it covers
//
// The tables in routes.go list every path. Users can do the following:
//
//   - Create accounts with an email address and password, or anonymously; upgrade anonymous
//     accounts; update and delete accounts.
//   - Sign in with a password, an email link, a phone number or a custom token, and refresh
//     tokens.
//   - Sign in with Google, Apple, Microsoft, Yahoo, Facebook, GitHub and Twitter, by popup,
//     redirect or credential, and link providers. linking.go has the rules for accounts that
//     share an email address. No provider is contacted: the page /emulator/auth/handler stands
//     in for all of them, and the developer can sign in there as any user.
//   - Verify, change and recover an email address, and reset a password. The page
//     /emulator/outbox shows every email and text message, and /emulator/outbox.json returns
//     them as JSON.
//
// Administrators can do what the Admin SDKs offer: create, look up, update, delete, list, query
// and import accounts, set custom claims, revoke tokens, create email links and session
// cookies, and change the project's configuration. The configuration includes the password
// policy, test phone numbers, and switches for sign-up, for account deletion by users, and for
// every sign-in method except custom tokens.
//
// Tests can also use the official emulator's endpoints under /emulator/v1/projects/P.
//
// The following are not covered: second factors (SMS and TOTP), tenants, blocking functions,
// OIDC and SAML providers, the v3 API of old SDKs, and signing in with an imported password
// hash. The mfa field of the configuration is stored and returned, but has no effect. Imported
// hashes are stored and exported. To import a user who has to sign in, use rawPassword instead.
//
// A service has a single project. Every project ID in a path and every API key refers to it.
//
// # Popup and redirect sign-in without the internet
//
// For both, the JS SDK loads a script from Google, even if it uses an emulator. It doesn't if
// the page already has that script. So load /emulator/gapi.js before the SDK:
//
//	<script nonce="…" src="/emulator/gapi.js"></script>
//
// The page's Content-Security-Policy must also allow frames from its own origin (frame-src
// 'self'), because the SDK opens /emulator/auth/iframe. The page, the frame and the provider
// page must have the same origin, and they check that. Other origins can only use the REST API.
//
// # How to add an operation
//
// Create a file with a request type and a method
//
//	func (s *Service) name(c *call, req nameRequest) (any, error)
//
// and add it to a table in routes.go. The method runs while holding the service's lock. It
// reads and stages rows of the tables (s.users, s.sessions, …). If it succeeds, the staged
// changes are saved before the response is sent. If it fails, they are discarded.
// badRequest("SOME_CODE") returns an error as production does. Every sign-in method must end in
// signIn. A page is a pageHandler in pageRoutes instead. For a new kind of record, add a table
// in service.go.
//
// # How it differs from the official emulator
//
// The official Auth emulator, in firebase-tools, is more lenient than production. An app tested
// only with that emulator meets the following rules for the first time in production. This
// service enforces them:
//
//   - Email enumeration protection is on, as in new projects. The error is the same for a wrong
//     password and an unknown address, sign-in methods aren't listed, and an email address
//     can't be set without verification. To turn it off, PATCH the configuration.
//   - Changing a password or email address and deleting an account require a sign-in within the
//     last five minutes (CREDENTIAL_TOO_OLD_LOGIN_AGAIN).
//   - ID tokens expire after one hour. Codes in emails expire after one hour to 30 days. A code
//     stops working if the account's email address changes, unless it restores an old address.
//   - Refresh tokens become invalid after revocation or a change of password or email address
//     (TOKEN_EXPIRED), and when the account is deleted (USER_NOT_FOUND). A refresh returns the
//     same refresh token.
//   - The password policy is enforced. Sign-up and deletion by users can be turned off
//     (ADMIN_ONLY_OPERATION). Too many wrong passwords lock an email address for a while
//     (TOO_MANY_ATTEMPTS_TRY_LATER).
//   - An email address must look like name@domain.tld. A phone number must have the E.164
//     format.
//   - Clients never see the hash or salt of a password, only whether there is one.
//   - An account created by an administrator has no last sign-in until the user signs in.
//   - Whether a provider's email address counts as verified depends on the provider and the
//     address, not only on the token. The rules are in providers.go. They follow Google's
//     documentation page "Identity Platform users in projects". If a user with a trusted
//     provider or an email link signs in to an account whose address was never verified,
//     everything else is removed from the account: providers, password, phone number and
//     sessions. A provider also replaces the name and picture.
//   - Linking a provider fills in a missing name and picture. Signing in with a provider never
//     overwrites the name or picture of a verified account.
//   - The response to a provider sign-in includes the credential in the form that the SDK
//     expects, and a pendingToken. So credentialFromError returns a credential that can be
//     linked, even if it is an access token.
//   - An unknown or disabled provider is rejected (OPERATION_NOT_ALLOWED).
//   - Codes in text messages expire after five minutes and lock after 25 wrong attempts. A used
//     code results in SESSION_EXPIRED. More than ten messages to a number in ten minutes exceed
//     its quota (QUOTA_EXCEEDED). A temporary proof works once, within one hour.
//   - Reauthenticating with a phone number that no account has doesn't create an account
//     (USER_NOT_FOUND).
//   - Custom tokens expire. A custom token from another project's service account is rejected
//     (CREDENTIAL_MISMATCH).
//
// These differences make local development easier or safer:
//
//   - recaptchaConfig, passwordPolicy and revokeToken work. The official emulator returns 501.
//   - updateProfile accepts null, which clears the field. The official emulator returns 400.
//   - Links in emails lead to the app's own page, /auth/action, instead of a page of the
//     emulator.
//   - The old address is notified of a change (RECOVER_EMAIL), even if the user changed it with
//     verify-and-change.
//   - Web pages on other origins can't use the owner credential or the test endpoints.
//     Otherwise any page that the developer visits could read and take over the local accounts.
//   - accounts:batchGet returns a page token only if there is another page.
//   - Accounts made up on the provider page stay available there after the project's account is
//     deleted, like real ones.
//   - The outbox, the provider page and the SDK's frame have a Content-Security-Policy and load
//     nothing from elsewhere.
//   - Accounts, sessions, codes, messages and the configuration survive a restart if the store
//     has a folder. Only the counts of wrong passwords and codes are lost.
//   - POST /emulator/v1/projects/P:age with {"seconds": 600} makes sign-ins and email links ten
//     minutes older, to test what happens when they expire.
//
// # How it differs from production
//
//   - Tokens have the algorithm none, like the official emulator's, so no keys are needed.
//   - Unknown JSON fields are ignored, so that newer SDKs keep working.
//   - Rate limits are simpler. After 25 wrong passwords within five minutes, an email address
//     is locked for the rest of those five minutes. The same limit applies to wrong codes for a
//     text message. A phone number can receive ten messages in ten minutes. Nothing else is
//     limited. Google publishes neither its limits nor how long a code in a text message is
//     valid.
//   - When an unverified account gets a new owner, an email lists the sign-in methods that were
//     removed. Production sends none. An app that wants to notify the user must detect this
//     itself: validSince is the time of this sign-in, and createdAt is earlier.
//   - An email link gives an unverified account a new owner, as a trusted provider does.
//     Google's page describes this for providers only, so this is an assumption.
//   - autoCreate=false is ignored, as in the official emulator. The SDK sends it when it
//     reauthenticates with a provider. If no account has the identity, one is created, and the
//     SDK reports the mismatch.
//   - reCAPTCHA isn't checked. In emulator mode, the SDK uses a fake verifier.
//   - A user learns that an account is disabled only after entering the correct password.
//   - A new password invalidates pending codes for a password reset.
//   - Unlinking a provider doesn't require a recent sign-in, because the SDK documents no such
//     error. An anonymous account can be deleted at any time, because it has no way to sign in
//     again.
//   - passwordHash is a PBKDF2 hash, because the standard library has no scrypt. Production
//     uses a variant of scrypt.
//
// # Using the official Emulator Suite instead
//
// Package emulator's documentation describes how.
package identitytoolkit
