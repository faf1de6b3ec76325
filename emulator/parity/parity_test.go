// Package parity tests the local Firebase against the official Auth emulator.
//
// The same scenarios, call by call as the JS SDK and the Admin SDK send them, are played on emulator/identitytoolkit
// and on firebase-tools, and the answers compared field by field: HTTP status, error code, the names and types of all
// fields, the claims of every token, and the value of whatever does not change from run to run. What differs on purpose
// stands in differences_test.go with its reason; anything else fails, and so does an entry there that is no longer
// needed. Without firebase-tools the scenarios are still played on the local Firebase and their outcomes checked.
//
// It is a package of its own because it needs Node and a large npm package, which the tests of identitytoolkit do not.
package parity

import (
	"net/http/httptest"
	"slices"
	"testing"

	"example.com/latchkey/emulator/identitytoolkit"
	"example.com/latchkey/emulator/state"
)

var scenarios = slices.Concat(passwordScenarios, accountScenarios, adminScenarios, emailScenarios, helperScenarios,
	providerScenarios, phoneScenarios)

func TestTheLocalFirebaseAnswersAsItsScenariosSay(t *testing.T) {
	local := startLocal(t)
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			for i, got := range sc.play(t, local) {
				s := sc.steps[i]
				if got.outcome != s.want {
					t.Errorf("%s: got %s, want %s", s.name, got.outcome, s.want)
				}
				for name, field := range s.keep {
					if got.raw[field] == "" {
						t.Errorf("%s: the answer has no %s to keep as %s", s.name, field, name)
					}
				}
			}
		})
	}
}

func TestTheLocalFirebaseAnswersAsTheOfficialEmulatorDoes(t *testing.T) {
	official, local := startOfficial(t), startLocal(t)
	needed := map[difference]bool{}
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			theirs := sc.play(t, official)
			for i, ours := range sc.play(t, local) {
				for _, m := range compare(ours, theirs[i]) {
					if d, ok := intended(sc.name, sc.steps[i].name, m); ok {
						needed[d] = true
						continue
					}
					t.Errorf("%s: %s: the local Firebase has %q, the official emulator %q",
						sc.steps[i].name, m.field, m.ours, m.official)
				}
			}
		})
	}
	for _, d := range differences {
		if !needed[d] && !t.Failed() {
			t.Errorf("difference is listed but was not seen: %+v", d)
		}
	}
}

// startLocal serves the local Identity Toolkit, with nothing stored.
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
