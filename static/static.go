// Package static holds the files that browsers fetch as they are: the stylesheet, the app's own ES modules (served as
// written, no build step) and the bundled Firebase SDK. They are part of the binary.
//
// Every address carries a hash of the whole tree, so an answer never goes stale and is cached for a year, and relative
// imports between modules stay inside one version: a page never mixes modules of two releases.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed app.css account.css icon.svg js/*.js js/*/*.js firebase/firebase.js firebase/firebase.js.br firebase/LICENSE
var embedded embed.FS

// files is the tree by name ("js/ui/header.js"); hash names its content.
var files, hash = load(embedded)

// prefix is where the tree is mounted; it changes with every change of a file.
var prefix = "/static/" + hash + "/"

// Path returns the address of a file by its name in this directory, such as "js/ui/header.js". It panics when there is no
// such file: that is a typing error in a template, and every template is rendered by a test.
func Path(name string) string {
	if files[name] == nil {
		panic(fmt.Sprintf("static: no file %q", name))
	}
	return prefix + name
}

// load reads the whole tree and hashes names and contents in the order of the names. A file NAME.br is NAME compressed
// beforehand and no file of its own.
func load(tree fs.FS) (map[string]*file, string) {
	files := map[string]*file{}
	sum := sha256.New()
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(content), content)
		if original, ok := strings.CutSuffix(name, ".br"); ok {
			files[original].brotli = func() []byte { return content } // "x.js.br" comes after "x.js"
			return nil
		}
		files[name] = newFile(name, content)
		return nil
	})
	if err != nil {
		panic("static: reading the embedded files: " + err.Error()) // they are part of the binary: cannot happen
	}
	return files, hex.EncodeToString(sum.Sum(nil))[:16]
}

// contentType does not ask the operating system's table, which differs between machines.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "text/plain; charset=utf-8"
}
