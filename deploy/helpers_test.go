package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// script runs the program without a simulator and returns what it prints. Only a dry run succeeds.
func script(t *testing.T, environ []string, arguments ...string) string {
	t.Helper()
	t.Chdir("..")
	defer t.Chdir("deploy")
	var out bytes.Buffer
	environ = append([]string{"PROJECT=my-project", "PATH=" + t.TempDir()}, environ...)
	if err := run(t.Context(), arguments, environ, host{out: &out, sleep: noSleep}); err != nil {
		t.Fatalf("%v: %v\n%s", arguments, err, &out)
	}
	return out.String()
}

// terraform returns all Terraform files as one text.
func terraform(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("terraform/*.tf")
	if err != nil || len(names) == 0 {
		t.Fatalf("no Terraform files: %v", err)
	}
	var all strings.Builder
	for _, name := range names {
		all.WriteString(read(t, name))
	}
	return all.String()
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
