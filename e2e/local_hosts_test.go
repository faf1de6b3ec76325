package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// TestRunningProgramRejectsOtherHostNames sends the Host that a page would send after DNS
// rebinding. It also checks the warning of a program that other machines can reach.
func TestRunningProgramRejectsOtherHostNames(t *testing.T) {
	a := startProgram(t, "HOST=0.0.0.0")
	for host, want := range map[string]int{"": http.StatusOK, "evil.example": http.StatusForbidden} {
		r, err := http.NewRequest("GET", a.url+"/emulator/outbox.json", nil)
		if err != nil {
			t.Fatal(err)
		}
		if host != "" {
			r.Host = host
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("Host %q: got %d, want %d", host, response.StatusCode, want)
		}
	}
	if !strings.Contains(a.log.text(), "unset HOST") {
		t.Errorf("got no warning in the log:\n%s", a.log.text())
	}
}
