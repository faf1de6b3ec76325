package firestore

import (
	"errors"
	"regexp"
	"strings"
)

// Limits of Firestore: https://cloud.google.com/firestore/quotas
const (
	maxIDBytes   = 1500
	maxNameBytes = 6 * 1024
	maxPathDepth = 2 * 100 // 100 collections, each with a document
)

var (
	databaseName = regexp.MustCompile(`^projects/[^/]+/databases/[^/]+$`)
	reservedID   = regexp.MustCompile(`(?s)^__.+__$`)
	numericID    = regexp.MustCompile(`^__id[0-9]+__$`) // a numeric ID from Datastore mode
	plainField   = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z_0-9]*$`)
)

// nameKey is the pseudo-field for a document's name in queries.
const nameKey = "__name__"

// checkDatabase requires a name of the form projects/P/databases/D.
func checkDatabase(name string) error {
	if !databaseName.MatchString(name) {
		return invalid("Invalid database name %q: want projects/P/databases/D.", name)
	}
	return nil
}

// checkDocument requires the name of a document in the database.
func checkDocument(database, name string) error {
	ids, err := relativePath(database, name)
	if err != nil {
		return err
	}
	if len(ids)%2 != 0 {
		return invalid("Document name %q has an odd number of path segments.", name)
	}
	return nil
}

// checkParent requires the name of a document or of a database's documents root, and returns the
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

// checkDocumentName requires the name of a document, and returns its database.
func checkDocumentName(name string) (database string, err error) {
	if database, err = checkParent(name); err != nil {
		return "", err
	}
	return database, checkDocument(database, name)
}

// relativePath returns the IDs after projects/P/databases/D/documents/.
func relativePath(database, name string) ([]string, error) {
	path, ok := strings.CutPrefix(name, database+"/documents/")
	if !ok {
		return nil, invalid("Name %q is not in database %q.", name, database)
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

// checkID requires a valid collection or document ID.
func checkID(id string) error {
	switch {
	case id == "":
		return invalid("Resource ID is empty.")
	case id == "." || id == "..":
		return invalid("Resource ID %q is invalid because it is . or ..", id)
	case strings.Contains(id, "/"):
		return invalid("Resource ID %q contains a slash.", id)
	case reservedID.MatchString(id):
		return invalid("Resource ID %q is reserved.", id)
	case len(id) > maxIDBytes:
		return invalid("Resource ID is longer than %d bytes.", maxIDBytes)
	}
	return nil
}

// parseField splits a field path into segments. The segments are separated by dots. A segment
// that isn't an identifier is quoted with backquotes, and a backslash in it escapes the next
// character.
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
			return nil, invalid("Invalid field path %q: missing dot after a quoted segment.", path)
		}
		rest = after[1:]
	}
}

// nextSegment returns the first segment of rest, unquoted, and what follows it.
func nextSegment(rest string) (segment, after string, err error) {
	if !strings.HasPrefix(rest, "`") {
		end := strings.IndexByte(rest+".", '.')
		if !plainField.MatchString(rest[:end]) {
			return "", "", errors.New("segments that aren't identifiers need backquotes")
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
			return "", "", errors.New("empty segment")
		case rest[i] == '`':
			return b.String(), rest[i+1:], nil
		default:
			b.WriteByte(rest[i])
		}
	}
	return "", "", errors.New("missing closing backquote")
}
