// Package parity tests the local Firebase against the official Auth emulator.
//
// It sends the same requests, as the JS SDK and the Admin SDK would, to emulator/identitytoolkit
// and to the Auth emulator of firebase-tools, and compares the responses field by field: the HTTP
// status, the error code, the name and type of every field, the claims of every token, and each
// value that doesn't change from run to run.
//
// Intended differences are listed in differences_test.go, each with its reason. Any other
// difference fails the test, and so does an entry in that list that is no longer needed. If
// firebase-tools is not installed, the scenarios still run on the local Firebase, and the test
// checks their outcomes.
//
// These tests are in a separate package because they need Node and a large npm package, which the
// tests of identitytoolkit don't.
package parity

import (
	"net/http/httptest"
	"slices"
	"testing"

	"example.com/latchkey/emulator/identitytoolkit"
	"example.com/latchkey/emulator/state"
)

var scenarios = slices.Concat(passwordScenarios, accountScenarios, adminScenarios, emailScenarios,
	emulatorScenarios, providerScenarios, phoneScenarios)

func TestLocalFirebaseReturnsTheExpectedOutcomes(t *testing.T) {
	local := startLocal(t)
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			for i, got := range sc.run(t, local) {
				s := sc.steps[i]
				if got.outcome != s.want {
					t.Errorf("%s: got %s, want %s", s.name, got.outcome, s.want)
				}
				for name, field := range s.keep {
					if got.raw[field] == "" {
						t.Errorf("%s: the response has no %s to keep as %s", s.name, field, name)
					}
				}
			}
		})
	}
}

func TestLocalFirebaseMatchesTheOfficialEmulator(t *testing.T) {
	official, local := startOfficial(t), startLocal(t)
	needed := map[difference]bool{}
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			theirs := sc.run(t, official)
			for i, ours := range sc.run(t, local) {
				for _, m := range compare(ours, theirs[i]) {
					if d, ok := intended(sc.name, sc.steps[i].name, m); ok {
						needed[d] = true
						continue
					}
					t.Errorf("%s: %s: the local Firebase has %q, the official emulator has %q",
						sc.steps[i].name, m.field, m.ours, m.official)
				}
			}
		})
	}
	for _, d := range differences {
		if !needed[d] && !t.Failed() {
			t.Errorf("listed as a difference, but the two emulators agree: %+v", d)
		}
	}
}

// startLocal serves the local Identity Toolkit with empty state and returns its URL.
func startLocal(t *testing.T) string {
	t.Helper()
	store, err := state.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	service, err := identitytoolkit.New(store, identitytoolkit.Options{ProjectID: project})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	return server.URL
}
