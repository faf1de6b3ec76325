// Package identitytoolkit is a local Identity Toolkit v1/v2 and Secure Token service: what the Firebase JS SDK and the
// Admin SDKs call, without a cloud account. It is a tool for development. Its tokens are unsigned, passwords are hashed
// at a fraction of the cost that production owes them, and whoever reaches its port administers it: a server accepts its
// tokens only while FIREBASE_AUTH_EMULATOR_HOST is set, and the port belongs on loopback.
//
// # Covered
//
// Accounts with email and password, anonymous accounts and their upgrade, look-up, update, deletion; refresh tokens;
// email actions (verify, reset, verify and change, recover) with an outbox in place of a mail server; the password policy;
// the administrators' calls of the Admin SDKs (create, look up, update, delete, list, query, import, custom claims,
// revocation, email links, session cookies, project configuration); and the official emulator's helpers for tests below
// /emulator/v1/projects/P. The other ways to sign in are in files of their own. routes.go lists every path.
//
// Not covered: tenants, blocking functions, the configuration of providers by OAuth, OIDC and SAML resources, the v3 paths
// of old SDKs, and sign-in with imported password hashes (they are kept and exported; import rawPassword instead). One
// service is one project: every project id of a path and every API key means this one.
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
//   - Email enumeration protection is on, as in new projects: one answer for a wrong password and an unknown address, no
//     list of sign-in methods, no email set without proof. PATCH the config to switch it off.
//   - Passwords, emails and deletion need a sign-in of the last five minutes (CREDENTIAL_TOO_OLD_LOGIN_AGAIN).
//   - ID tokens expire after an hour, email codes after one hour to thirty days, and codes are bound to the account: one
//     that was made for an address that the account has left is void.
//   - Refresh tokens die when the password or email changes and on revocation (TOKEN_EXPIRED), and say that the account is
//     gone after its deletion (USER_NOT_FOUND). A refresh returns the same refresh token.
//   - The password policy, sign-up and deletion switched off for people (ADMIN_ONLY_OPERATION), and a lock after many wrong
//     passwords (TOO_MANY_ATTEMPTS_TRY_LATER) work; recaptchaConfig, passwordPolicy and revokeToken answer instead of 501.
//   - updateProfile accepts null and clears the field; the official emulator answers 400.
//   - An email must be name@domain.tld, and a phone number E.164.
//   - Clients never see a password's salt or hash, only that there is one.
//   - An account that an administrator creates has no last sign-in until it signs in.
//   - Email links lead to the app's own page /auth/action instead of a page of the emulator, and the old address is told of
//     a change (RECOVER_EMAIL) also when the change came by verify-and-change.
//   - Calls with the owner credential and the helpers below /emulator are refused to web pages of other origins, which the
//     official emulator serves: otherwise any page that a developer visits could read and take over the local accounts.
//   - accounts:batchGet gives a page token only when there is another page.
//   - Everything survives a restart when the state has a folder.
//
// # Where it differs from production
//
//   - Tokens have alg none, as the official emulator's, so that no key has to be distributed.
//   - Unknown JSON fields are ignored, so that a newer SDK does not fail here first.
//   - The limits are simpler: 25 wrong passwords for one address in five minutes close it for the rest of them; nothing
//     else is limited.
//   - A disabled account is told so only to whoever has its password.
//   - A new password voids the codes that are pending for a reset.
//   - Refresh tokens are revoked by a counter and not by the second, so that none of the same second survives. ID tokens
//     are compared by the second (iat ≥ validSince), as in production.
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
