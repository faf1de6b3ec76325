package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/latchkey/deploy/simulator"
)

// TestGcloudAcceptsEveryCommand asks gcloud's own parser about the commands of the program and of
// the build, if gcloud is installed. The simulator has a table of its own, so this also shows that
// the table knows gcloud.
func TestGcloudAcceptsEveryCommand(t *testing.T) {
	gcloud, err := exec.LookPath("gcloud")
	if err != nil {
		t.Skip("gcloud is not installed")
	}
	var calls []simulator.Call
	for _, environs := range [][][]string{
		{append([]string{"MIN_INSTANCES=1"}, balanced...)},
		{{"ACCESS=staff", "STAFF=group:staff@example.com"}, {"ACCESS=private"}, {"ACCESS=public"}},
	} {
		g := newProject(t)
		g.Delay = simulator.Delay{}
		g.Balancer["app.example.com"] = "latchkey"
		g.Policies["gcp.resourceLocations"] = []string{"us-central1"}
		for _, environ := range environs {
			mustDeploy(t, g, environ...)
		}
		if got := deploy(t, g, nil, "delete"); got.err != nil {
			t.Error(got.err)
		}
		calls = append(calls, g.Calls()...)
	}
	kinds := map[string]string{} // commands that differ only in values are checked once
	value := regexp.MustCompile(`=.*`)
	for _, call := range calls {
		if call.Command == "" {
			continue
		}
		var kind, line []string
		for _, word := range call.Words {
			kind = append(kind, value.ReplaceAllString(word, ""))
			line = append(line, shellWord(word))
		}
		kinds[strings.Join(kind, " ")] = strings.Join(line, " ")
	}
	if len(kinds) < 50 {
		t.Errorf("found only %d kinds of commands, want at least 50", len(kinds))
	}
	var commands []string
	for _, command := range kinds {
		commands = append(commands, command)
	}
	lint(t, gcloud, commands)
}

// shellWord quotes a word. This parser of gcloud takes a | for the end of the command, even between
// quotes.
func shellWord(word string) string {
	word = strings.ReplaceAll(word, "|", "~")
	return "'" + strings.ReplaceAll(word, "'", "") + "'"
}

// lint fails the test for each command that gcloud's parser rejects.
func lint(t *testing.T, gcloud string, commands []string) {
	t.Helper()
	slices.Sort(commands)
	type line struct {
		Command string `json:"command_string"`
	}
	var lines []line
	for _, command := range commands {
		lines = append(lines, line{command})
	}
	content, err := json.Marshal(lines)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "commands.json")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(gcloud, "meta", "lint-gcloud-commands", "--commands-file="+file)
	cmd.Env = append(os.Environ(), "CLOUDSDK_CONFIG="+t.TempDir())
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v %s", err, out)
	}
	var results []struct {
		Command string `json:"command_string"`
		Success bool
		Message string `json:"error_message"`
	}
	if err := json.Unmarshal(out, &results); err != nil || len(results) != len(commands) {
		t.Fatalf("%v: %d results for %d commands: %.300s", err, len(results), len(commands), out)
	}
	for _, result := range results {
		if !result.Success {
			t.Errorf("%s\n%s", result.Command, result.Message)
		}
	}
}
