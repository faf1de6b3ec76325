package static

import (
	"path"
	"regexp"
	"slices"
)

// staticImport finds the address in `import … from './x.js'`, `export … from` and `import './x.js'`, over several lines
// too, at the start of a line. A dynamic import() is not one: it loads later, on purpose.
var staticImport = regexp.MustCompile(`(?m)^(?:import|export)\b[^'"();=]*['"](\.[^'"]+)['"]`)

// Modules returns the addresses of a module and of everything it imports statically, the module first. A page that
// lists them as modulepreload lets the browser fetch them at once instead of finding them one after the other.
func Modules(name string) []string {
	var paths []string
	for _, module := range closure(name, nil) {
		paths = append(paths, Path(module))
	}
	return paths
}

func closure(name string, seen []string) []string {
	if slices.Contains(seen, name) {
		return seen
	}
	seen = append(seen, name)
	f := files[name]
	if f == nil {
		return seen // Path panics with the name
	}
	for _, match := range staticImport.FindAllSubmatch(f.plain, -1) {
		seen = closure(path.Join(path.Dir(name), string(match[1])), seen)
	}
	return seen
}
