// Package identitytoolkit is a local Identity Toolkit v1/v2 and Secure Token service: what the Firebase JS SDK and the
// Admin SDKs call, without a cloud account. It is a tool for development. Its tokens are unsigned, so a server accepts
// them only while FIREBASE_AUTH_EMULATOR_HOST is set.
//
// To add an operation, write one file with a request type and a method
//
//	func (s *Service) name(c *call, req nameRequest) (any, error)
//
// and add one row to the table in routes.go. The method runs with the service to itself: it reads and stages rows of
// the tables (s.users, s.sessions, …), and what it staged is on disk before the answer leaves, or forgotten when it
// returns an error. refuse("SOME_CODE") answers as production does. Every way to sign in ends in signIn. A page that is
// no JSON call sets the row's page instead. A new kind of record gets a table in service.go.
package identitytoolkit
