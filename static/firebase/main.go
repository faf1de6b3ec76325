// Command firebase bundles the parts of the Firebase JS SDK that entry.js exports into
// firebase.js. It runs with go generate.
//
// The bundle is committed, so building or changing the app doesn't require Node. If
// node_modules is missing, the command only checks that the committed bundle was built from the
// committed entry.js and lockfile. To upgrade the SDK, change its version in package.json, run
// npm install here, and then go generate ./...
package main

//go:generate go run .

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"os/exec"

	"github.com/andybalholm/brotli"
)

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatal("static/firebase: ", err)
	}
}

// run works in the current directory, which go generate sets to the one of this file.
func run() error {
	if _, err := os.Stat("node_modules"); os.IsNotExist(err) {
		return verify(".")
	}
	if err := checkInstalled("."); err != nil {
		return err
	}
	if err := bundle(); err != nil {
		return err
	}
	if err := compress(); err != nil {
		return err
	}
	return writeSums(".")
}

// bundle writes firebase.js. The output has the same bytes on every machine, because with these
// options esbuild writes no path, time or environment into it.
func bundle() error {
	const banner = "/* Firebase JS SDK, Copyright Google LLC, Apache-2.0: " +
		"see LICENSE beside this file. */"
	esbuild := exec.Command("go", "tool", "esbuild", "entry.js",
		"--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none",
		"--log-level=warning", "--banner:js="+banner, "--outfile="+output)
	esbuild.Stdout, esbuild.Stderr = os.Stdout, os.Stderr
	if err := esbuild.Run(); err != nil {
		return fmt.Errorf("esbuild: %w", err)
	}
	return nil
}

// compress writes firebase.js.br. Brotli's best level takes about 150 ms. If the server compressed
// the file instead, the first visitor to each new instance would have to wait for it.
func compress() error {
	content, err := os.ReadFile(output)
	if err != nil {
		return err
	}
	var compressed bytes.Buffer
	w := brotli.NewWriterLevel(&compressed, brotli.BestCompression)
	if _, err := w.Write(content); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(output+".br", compressed.Bytes(), 0o644)
}
