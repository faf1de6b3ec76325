package static

import (
	"path"
	"regexp"
	"slices"
)

// staticImport matches the path in import … from './x.js', export … from './x.js' and import
// './x.js' at the start of a line, even if the statement spans several lines. It doesn't match
// dynamic imports, which load later on purpose.
var staticImport = regexp.MustCompile(`(?m)^(?:import|export)\b[^'"();=]*['"](\.[^'"]+)['"]`)

// Imports returns the URL paths of all modules that the named modules import statically,
// directly or indirectly, without the named modules themselves. A page lists them with
// rel=modulepreload, so that the browser fetches them in parallel instead of discovering them
// one after another.
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

// closure appends a module and everything it imports to the names seen so far.
func closure(name string, seen []string) []string {
	if slices.Contains(seen, name) {
		return seen
	}
	seen = append(seen, name)
	if f := files[name]; f != nil { // Path panics for unknown names
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
