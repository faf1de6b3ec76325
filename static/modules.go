package static

import (
	"path"
	"regexp"
	"slices"
)

// staticImport finds the address in `import … from './x.js'`, `export … from` and `import './x.js'`, over several lines
// too, at the start of a line. A dynamic import() is not one: it loads later, on purpose.
var staticImport = regexp.MustCompile(`(?m)^(?:import|export)\b[^'"();=]*['"](\.[^'"]+)['"]`)

// Imports returns the addresses of everything that the named modules import statically, directly or through others,
// without the modules themselves. A page that lists them as modulepreload lets the browser fetch them side by side
// instead of finding them one after the other.
func Imports(names ...string) []string {
	var found []string
	for _, name := range names {
		found = closure(name, found)
	}
	var paths []string
	for _, name := range found {
		if !slices.Contains(names, name) {
			paths = append(paths, Path(name))
		}
	}
	return paths
}

// closure appends a module and what it imports to the names seen so far.
func closure(name string, seen []string) []string {
	if slices.Contains(seen, name) {
		return seen
	}
	seen = append(seen, name)
	if f := files[name]; f != nil { // for an unknown name Path panics
		for _, imported := range f.imports() {
			seen = closure(imported, seen)
		}
	}
	return seen
}

func staticImports(name string, content []byte) []string {
	var names []string
	for _, match := range staticImport.FindAllSubmatch(content, -1) {
		names = append(names, path.Join(path.Dir(name), string(match[1])))
	}
	return names
}
