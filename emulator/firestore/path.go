package firestore

import (
	"regexp"
	"strings"
)

// Limits of Firestore: https://cloud.google.com/firestore/quotas
const (
	maxIDBytes   = 1500
	maxNameBytes = 6 * 1024
	maxPathDepth = 2 * 100 // a hundred collections, each with a document
)

var (
	databaseName = regexp.MustCompile(`^projects/[^/]+/databases/[^/]+$`)
	reservedID   = regexp.MustCompile(`(?s)^__.+__$`)
	numericID    = regexp.MustCompile(`^__id[0-9]+__$`) // how a document's number in Datastore mode is written
	plainField   = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z_0-9]*$`)
)

// nameKey is the pseudo field that stands for a document's name in queries.
const nameKey = "__name__"

// checkDatabase refuses what is not projects/P/databases/D.
func checkDatabase(name string) error {
	if !databaseName.MatchString(name) {
		return invalid("Invalid database name %q: want projects/P/databases/D.", name)
	}
	return nil
}

// checkDocument refuses a name that is not a document of the database.
func checkDocument(database, name string) error {
	ids, err := relativePath(database, name)
	if err != nil {
		return err
	}
	if len(ids) == 0 || len(ids)%2 != 0 {
		return invalid("Document name %q has %d path segments; a document has an even number of them.", name, len(ids))
	}
	return nil
}

// checkParent refuses a name that is neither a document nor the root of the documents of a database, and returns the
// database.
func checkParent(name string) (database string, err error) {
	database, _, found := strings.Cut(name, "/documents")
	if !found {
		return "", invalid("Invalid parent %q: want projects/P/databases/D/documents[/…].", name)
	}
	if err := checkDatabase(database); err != nil {
		return "", err
	}
	if name == database+"/documents" {
		return database, nil
	}
	return database, checkDocument(database, name)
}

// checkDocumentName refuses a name that is not a document, and returns its database.
func checkDocumentName(name string) (database string, err error) {
	if database, err = checkParent(name); err != nil {
		return "", err
	}
	return database, checkDocument(database, name)
}

// relativePath returns the ids after projects/P/databases/D/documents/.
func relativePath(database, name string) ([]string, error) {
	path, ok := strings.CutPrefix(name, database+"/documents/")
	if !ok {
		return nil, invalid("Name %q is not within database %q.", name, database)
	}
	if len(path) > maxNameBytes {
		return nil, invalid("Document name is longer than %d bytes.", maxNameBytes)
	}
	ids := strings.Split(path, "/")
	if len(ids) > maxPathDepth {
		return nil, invalid("Document name has more than %d path segments.", maxPathDepth)
	}
	for i, id := range ids {
		if i%2 == 1 && numericID.MatchString(id) {
			continue
		}
		if err := checkID(id); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// checkID refuses what neither a collection nor a document may be called.
func checkID(id string) error {
	switch {
	case id == "":
		return invalid("Resource id is empty.")
	case id == "." || id == "..":
		return invalid("Resource id %q is invalid because it is . or ..", id)
	case strings.Contains(id, "/"):
		return invalid("Resource id %q contains a slash.", id)
	case reservedID.MatchString(id):
		return invalid("Resource id %q is invalid because it is reserved.", id)
	case len(id) > maxIDBytes:
		return invalid("Resource id is longer than %d bytes.", maxIDBytes)
	}
	return nil
}

// parseField splits a field path at its dots. A segment that is not a plain identifier stands in backquotes, in which
// a backslash escapes a backquote or a backslash.
func parseField(path string) ([]string, error) {
	var segments []string
	for rest := path; ; {
		segment, after, err := nextSegment(rest)
		if err != nil {
			return nil, invalid("Invalid field path %q: %v.", path, err)
		}
		if reservedID.MatchString(segment) && path != nameKey {
			return nil, invalid("Field name %q is reserved.", segment)
		}
		segments = append(segments, segment)
		if after == "" {
			return segments, nil
		}
		if after[0] != '.' {
			return nil, invalid("Invalid field path %q: a dot is missing.", path)
		}
		rest = after[1:]
	}
}

type fieldPathError string

func (e fieldPathError) Error() string { return string(e) }

func nextSegment(rest string) (segment, after string, err error) {
	if !strings.HasPrefix(rest, "`") {
		end := strings.IndexByte(rest+".", '.')
		if !plainField.MatchString(rest[:end]) {
			return "", "", fieldPathError("a segment that is not an identifier needs backquotes")
		}
		return rest[:end], rest[end:], nil
	}
	var b strings.Builder
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && i+1 < len(rest):
			i++
			b.WriteByte(rest[i])
		case rest[i] == '`' && b.Len() == 0:
			return "", "", fieldPathError("a segment is empty")
		case rest[i] == '`':
			return b.String(), rest[i+1:], nil
		default:
			b.WriteByte(rest[i])
		}
	}
	return "", "", fieldPathError("a backquote is not closed")
}
