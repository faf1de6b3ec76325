// Package firestore is the local Firestore: google.firestore.v1.Firestore over gRPC, as the Go client uses it.
package firestore
