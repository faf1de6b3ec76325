// Package identitytoolkit is a local Identity Toolkit v1/v2 and Secure Token service: what the Firebase JS SDK and
// the Admin SDKs call, without a cloud account. It is a tool for development. Its tokens are unsigned, passwords are
// hashed at a fraction of the cost that production owes them, and whoever reaches its port administers it: a server
// accepts its tokens only while FIREBASE_AUTH_EMULATOR_HOST is set, and the port belongs on loopback.
//
// # Covered
//
// Accounts with email and password, anonymous accounts and their upgrade, look-up, update, deletion; refresh tokens;
// email actions (verify, reset, verify and change, recover) with an outbox in place of a mail server; the password
// policy; the administrators' calls of the Admin SDKs (create, look up, update, delete, list, query, import, custom
// claims, revocation, email links, session cookies, project configuration); and the official emulator's helpers for
// tests below /emulator/v1/projects/P. routes.go lists every path.
//
// Google, Apple, Microsoft, Yahoo, Facebook, GitHub and Twitter, by popup, by redirect and by credential, with
// linking, the four cases of accounts that share an email (linking.go), and a switch for each provider (v2
// defaultSupportedIdpConfigs); phone numbers, numbers for testing and temporary proofs; email links; custom tokens.
// No provider is asked: /emulator/auth/handler stands in for all of them, and there one is whoever one says.
// /emulator/outbox shows every email and text message, as a page and as JSON.
//
// Not covered: tenants, blocking functions, OIDC and SAML providers, the v3 paths of old SDKs, and sign-in with
// imported password hashes (they are kept and exported; import rawPassword instead). One service is one project:
// every project id of a path and every API key means this one.
//
// # Popup and redirect without the internet
//
// The JS SDK loads a script of Google's for both, even when it talks to an emulator, unless the page has one already.
// So a page loads /emulator/gapi.js before the SDK:
//
//	<script nonce="…" src="/emulator/gapi.js"></script>
//
// and allows frames of its own origin (frame-src 'self') for /emulator/auth/iframe, which the SDK opens. The page,
// the frame and the provider's page must be of one origin, which each of them checks; other origins get the REST
// calls only.
//
// # Adding an operation
//
// Write one file with a request type and a method
//
//	func (s *Service) name(c *call, req nameRequest) (any, error)
//
// and add one row to the table in routes.go. The method runs with the service to itself: it reads and stages rows of
// the tables (s.users, s.sessions, …), and what it staged is on disk before the answer leaves, or forgotten when it
// returns an error. refuse("SOME_CODE") answers as production does. Every way to sign in ends in signIn. A page that is
// no JSON call sets the row's page instead. A new kind of record gets a table in service.go.
//
// # Where it differs from the official emulator
//
// The official Auth emulator (of firebase-tools) is lenient where production is not, and an app that was only ever run
// against it meets these for the first time when it is deployed. Here they hold:
//
//   - Email enumeration protection is on, as in new projects: one answer for a wrong password and an unknown address,
//     no list of sign-in methods, no email set without proof. PATCH the config to switch it off.
//   - Passwords, emails and deletion need a sign-in of the last five minutes (CREDENTIAL_TOO_OLD_LOGIN_AGAIN).
//   - ID tokens expire after an hour, email codes after one hour to thirty days, and codes are bound to the account:
//     one that was made for an address that the account has left is void.
//   - Refresh tokens die when the password or email changes and on revocation (TOKEN_EXPIRED), and say that the
//     account is gone after its deletion (USER_NOT_FOUND). A refresh returns the same refresh token.
//   - The password policy, sign-up and deletion switched off for people (ADMIN_ONLY_OPERATION), and a lock after many
//     wrong passwords (TOO_MANY_ATTEMPTS_TRY_LATER) work; recaptchaConfig, passwordPolicy and revokeToken answer
//     instead of 501.
//   - updateProfile accepts null and clears the field; the official emulator answers 400.
//   - An email must be name@domain.tld, and a phone number E.164.
//   - Clients never see a password's salt or hash, only that there is one.
//   - An account that an administrator creates has no last sign-in until it signs in.
//   - Email links lead to the app's own page /auth/action instead of a page of the emulator, and the old address is
//     told of a change (RECOVER_EMAIL) also when the change came by verify-and-change.
//   - Calls with the owner credential and the helpers below /emulator are refused to web pages of other origins,
//     which the official emulator serves: otherwise any page that a developer visits could read and take over the
//     local accounts.
//   - accounts:batchGet gives a page token only when there is another page.
//   - Whether a provider's email counts as verified follows from the provider and the address, as production's page
//     "Identity Platform users in projects" says, and not from the token alone; see providers.go. When a trusted
//     provider, or an email link, meets an account whose email was never verified, everything that was there before
//     goes: providers, password, phone number, sessions, name and picture.
//   - Linking fills an empty name and picture, and no sign-in with a provider overwrites those of a verified account.
//   - The answer to a provider's sign-in holds the credential in the form that its SDK class keeps, so that
//     credentialFromError leads to a credential that can be linked, for access tokens too; and a pendingToken.
//   - A provider that is unknown or switched off is refused (OPERATION_NOT_ALLOWED).
//   - Provider accounts that were made up stay on offer when the account here is deleted, as real ones do.
//   - Text message codes expire after five minutes and lock after 25 guesses, a used one is SESSION_EXPIRED, ten
//     messages in ten minutes exhaust the quota of a number (QUOTA_EXCEEDED), and a temporary proof works once and
//     for an hour.
//   - Reauthentication with a number that nobody has makes no account (USER_NOT_FOUND).
//   - Custom tokens expire, and one by a service account that names another project is refused (CREDENTIAL_MISMATCH).
//   - The outbox, the provider's page and the helper frame carry a Content-Security-Policy and load nothing from
//     elsewhere.
//   - Everything survives a restart when the state has a folder.
//   - POST /emulator/v1/projects/P:age {"seconds": 600} makes sign-ins and email links that much older, for tests of
//     what happens when they are: here, unlike there, something does.
//
// # Where it differs from production
//
//   - Tokens have alg none, as the official emulator's, so that no key has to be distributed.
//   - Unknown JSON fields are ignored, so that a newer SDK does not fail here first.
//   - The limits are simpler: 25 wrong passwords for one address in five minutes close it for the rest of them,
//     likewise wrong codes for one text message, and ten text messages may go to a number in ten minutes; nothing
//     else is limited. Production publishes neither these figures nor how long the code of a text message lives.
//   - When an account is taken over, a message in the outbox lists the ways to sign in that were removed. Production
//     sends none: an app that wants to tell has to see for itself that validSince is the time of this sign-in and
//     createdAt earlier.
//   - That an email link takes an unverified account over, as a trusted provider does, is this package's reading: the
//     platform's page speaks of providers alone.
//   - autoCreate=false, by which the SDK reauthenticates with a provider's credential, is ignored, as the official
//     emulator does: somebody unknown gets an account, and the SDK reports the mismatch.
//   - reCAPTCHA is not checked. In emulator mode the SDK uses a verifier of its own that asks nobody.
//   - A disabled account is told so only to whoever has its password.
//   - A new password voids the codes that are pending for a reset.
//   - Refresh tokens are revoked by a counter and not by the second, so that none of the same second survives. ID
//     tokens are compared by the second (iat ≥ validSince), as in production.
//   - Unlinking a provider needs no recent sign-in, since the SDK documents no such error; an anonymous account may be
//     deleted at any time, since it has nothing to sign in again with.
//   - passwordHash is PBKDF2, and exported as such: the standard library has no scrypt, and production's is a variant.
//
// # Using the official Emulator Suite instead
//
// Start it with "firebase emulators:start --only auth,firestore --project demo-latchkey", set
// FIREBASE_AUTH_EMULATOR_HOST=127.0.0.1:9099 and FIRESTORE_EMULATOR_HOST=127.0.0.1:8080 (or its other ports), and start
// the app: it then uses those hosts and starts nothing of its own.
package identitytoolkit
