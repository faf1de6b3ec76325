package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	output   = "firebase.js"
	sumsFile = "firebase.sum" // in the format of sha256sum --check
)

// sources determine the content of the bundle, together with the version of esbuild in go.mod.
var sources = []string{"entry.js", "package-lock.json"}

// covered are the files whose checksums are in sumsFile.
var covered = append(sources, output, output+".br")

// verify reports an error if the bundle in dir wasn't built from the sources in dir.
func verify(dir string) error {
	got, err := sums(dir)
	if err != nil {
		return err
	}
	want, err := os.ReadFile(filepath.Join(dir, sumsFile))
	if err != nil {
		return err
	}
	if got != string(want) {
		return errors.New(output + " is older than entry.js or package-lock.json:" +
			" run npm ci and then go generate in static/firebase")
	}
	return nil
}

func writeSums(dir string) error {
	content, err := sums(dir)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, sumsFile), []byte(content), 0o644)
}

func sums(dir string) (string, error) {
	var lines strings.Builder
	for _, name := range covered {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&lines, "%x  %s\n", sha256.Sum256(content), name)
	}
	return lines.String(), nil
}

// checkInstalled reports an error if node_modules in dir doesn't match the lockfile.
func checkInstalled(dir string) error {
	locked, err := packages(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return err
	}
	installed, err := packages(filepath.Join(dir, "node_modules", ".package-lock.json"))
	if err != nil {
		return fmt.Errorf("%w: run npm ci in static/firebase", err)
	}
	for name, version := range installed {
		if locked[name] != version {
			return fmt.Errorf("%s is version %s, but the lockfile has %q: "+
				"run npm ci in static/firebase", name, version, locked[name])
		}
	}
	return nil
}

// packages returns the package versions in a lockfile by path, such as "node_modules/firebase".
func packages(lockfile string) (map[string]string, error) {
	content, err := os.ReadFile(lockfile)
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct{ Version string } `json:"packages"`
	}
	if err := json.Unmarshal(content, &lock); err != nil {
		return nil, fmt.Errorf("%s: %w", lockfile, err)
	}
	versions := map[string]string{}
	for name, p := range lock.Packages {
		if name != "" { // "" is the package in dir itself
			versions[name] = p.Version
		}
	}
	return versions, nil
}
