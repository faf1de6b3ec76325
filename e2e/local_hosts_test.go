package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// TestRunningProgramRejectsOtherHostNames sends the Host header of a page that uses DNS
// rebinding. It also checks the warning that the program logs if other machines can reach it.
func TestRunningProgramRejectsOtherHostNames(t *testing.T) {
	a := startProgram(t, "HOST=0.0.0.0")
	for host, want := range map[string]int{
		"":             http.StatusOK,
		"evil.example": http.StatusForbidden,
	} {
		r, err := http.NewRequest("GET", a.url+"/emulator/outbox.json", nil)
		if err != nil {
			t.Fatal(err)
		}
		if host != "" {
			r.Host = host
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("Host %q: got %d, want %d", host, resp.StatusCode, want)
		}
	}
	if !strings.Contains(a.log.text(), "unset HOST") {
		t.Errorf("the log has no warning:\n%s", a.log.text())
	}
}
