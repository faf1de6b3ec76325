// Package emulator is the local Firebase: what `go run .` starts in its own process when no project is configured, so
// that the complete application works with no cloud account, Node, Java or Docker. The unmodified Firebase JS SDK,
// Admin Go SDK and Firestore client talk to it.
//
// # What it covers
//
//   - Identity Toolkit and Secure Token over HTTP, on the application's own origin: package identitytoolkit.
//   - Firestore over gRPC on a loopback port of its own, for the server alone: package firestore. It lists what it does
//     not do and where it means to differ from Google's emulator.
//   - Everything that was acknowledged survives a restart and a kill -9 when there is a state folder: package state.
//     One process may have a folder open.
//
// It is for development and tests. It accepts unsigned tokens, as every Firebase emulator does, so it is left out of
// the container by a build tag, and the server refuses to start on Cloud Run with an emulator variable set.
//
// # Using the official Emulator Suite instead
//
// Nothing in the application depends on this package. Start the Suite and point the standard variables at it; the
// server then starts nothing of its own:
//
//	firebase emulators:start --only auth,firestore --project demo-latchkey
//	FIREBASE_AUTH_EMULATOR_HOST=127.0.0.1:9099 FIRESTORE_EMULATOR_HOST=127.0.0.1:8080 PORT=8081 go run .
//
// The Suite needs Node and Java. It has what is missing here (Firestore snapshot listeners, Functions, Storage, its
// user interface) and lacks what is here (TOTP, recent sign-in, tokens that die on revocation, sign-up switched off).
package emulator
