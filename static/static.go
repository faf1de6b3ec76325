// Package static serves the files that browsers load: the stylesheets, the app's own ES modules
// (served as written, without a build step), and the bundled Firebase SDK. They are embedded in
// the binary.
//
// Every URL contains a hash of all files, so responses can be cached for a year. Relative
// imports stay within one version, so a page never mixes modules of two releases.
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

//go:embed app.css account.css icon.svg js/*.js js/*/*.js
//go:embed firebase/firebase.js firebase/firebase.js.br firebase/LICENSE
var embedded embed.FS

// files are the files by name, such as "js/ui/header.js". hash identifies their content.
var files, hash = load(embedded)

// prefix is the URL path of the files. It changes whenever a file changes.
var prefix = "/static/" + hash + "/"

// Path returns the URL path of a file by its name in this directory, such as "js/ui/header.js".
// It panics if the file doesn't exist. Only a typo in a template can cause that, and tests
// render every template.
func Path(name string) string {
	if files[name] == nil {
		panic(fmt.Sprintf("static: no file %q", name))
	}
	return prefix + name
}

// load reads all files and hashes their names and contents, ordered by name. A file NAME.br is
// the compressed form of NAME, not a file on its own.
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
			// The walk is in lexical order, so it has added x.js before x.js.br.
			files[original].brotli = func() []byte { return content }
			return nil
		}
		files[name] = newFile(name, content)
		return nil
	})
	if err != nil { // can't happen, because the files are in the binary
		panic("static: reading the embedded files: " + err.Error())
	}
	return files, hex.EncodeToString(sum.Sum(nil))[:16]
}

// contentType returns the media type for a file name. It doesn't use the operating system's
// table, which differs between machines.
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
