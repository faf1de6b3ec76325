// Package emulator is the local Firebase. `go run .` starts it in its own process when no
// project is configured, so the complete app works without a cloud account, Node, Java or
// Docker. The unmodified Firebase JS SDK, Admin Go SDK and Firestore client all talk to it.
//
// # What it includes
//
//   - Identity Toolkit and Secure Token over HTTP, on the app's own origin: package
//     identitytoolkit.
//   - Firestore over gRPC on a loopback port, for the server only: package firestore.
//   - Storage: package state. With a state folder, every acknowledged change survives a restart
//     or a kill -9. Only one process can have a folder open.
//
// Each package's documentation lists what it leaves out and where it deliberately differs from
// Google's emulators.
//
// The local Firebase is for development and tests. Like every Firebase emulator, it accepts
// unsigned tokens. A build tag therefore leaves it out of the container, and the server refuses
// to start on Cloud Run when an emulator variable is set.
//
// # Using the official Emulator Suite instead
//
// Only the code that starts the local Firebase depends on this package. To use the official
// suite, start it and set the standard variables. The server then starts nothing else:
//
//	firebase emulators:start --only auth,firestore --project demo-latchkey
//	FIREBASE_AUTH_EMULATOR_HOST=127.0.0.1:9099 FIRESTORE_EMULATOR_HOST=127.0.0.1:8080 \
//		PORT=8081 go run .
//
// The suite requires Node and Java. It offers features that this package doesn't, such as
// snapshot listeners, Cloud Functions, Cloud Storage and a user interface. But it doesn't
// enforce recent sign-in, doesn't revoke refresh tokens and can't turn sign-up off; this
// package does all three.
package emulator
