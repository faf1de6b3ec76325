package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCommittedBundleMatchesItsSources(t *testing.T) {
	if err := verify("."); err != nil {
		t.Error(err)
	}
}

func TestChangedFileIsDetected(t *testing.T) {
	for _, changed := range covered {
		dir := t.TempDir()
		for _, name := range append([]string{sumsFile}, covered...) {
			copyFile(t, name, filepath.Join(dir, name))
		}
		if err := verify(dir); err != nil {
			t.Fatal(err)
		}
		appendTo(t, filepath.Join(dir, changed), "\n")
		if err := verify(dir); err == nil {
			t.Errorf("%s changed: got no error", changed)
		}
	}
}

func TestOutdatedInstallationIsRejected(t *testing.T) {
	dir := t.TempDir()
	lock := func(version string) string {
		return `{"packages":{"":{},"node_modules/firebase":{"version":"` + version + `"}}}`
	}
	appendTo(t, filepath.Join(dir, "package-lock.json"), lock("2.0.0"))
	if err := os.Mkdir(filepath.Join(dir, "node_modules"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := checkInstalled(dir); err == nil {
		t.Error("installation without a lockfile: got no error")
	}
	installed := filepath.Join(dir, "node_modules", ".package-lock.json")
	appendTo(t, installed, lock("1.0.0"))
	if err := checkInstalled(dir); err == nil || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("older version: got %v, want an error that says to run npm ci", err)
	}
	if err := os.WriteFile(installed, []byte(lock("2.0.0")), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := checkInstalled(dir); err != nil {
		t.Errorf("same version: got %v", err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	appendTo(t, to, string(content))
}

func appendTo(t *testing.T, name, content string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(content); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
