package identitytoolkit

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"

	"example.com/latchkey/emulator/state"
)

// table holds one kind of record: the committed rows, and the changes that the running
// operation has staged. A failed operation leaves no trace, because only commit changes the
// rows.
//
// Rows are values, but a slice or map inside a row is shared with the committed row. Replace it
// instead of writing to it.
type table[T any] struct {
	bucket string
	rows   map[string]T
	staged map[string]*T // nil marks a deletion

	keys  func(T) []string  // the index keys of a row; nil if the table has no index
	index map[string]string // index key to row key
}

func newTable[T any](bucket string, keys func(T) []string) *table[T] {
	return &table[T]{
		bucket: bucket,
		rows:   map[string]T{},
		staged: map[string]*T{},
		keys:   keys,
		index:  map[string]string{},
	}
}

// load reads the rows from the table's bucket in the store.
func (t *table[T]) load(store *state.Store) error {
	return store.Load(t.bucket, func(key string, value []byte) error {
		var row T
		if err := json.Unmarshal(value, &row); err != nil {
			return fmt.Errorf("read %s %q: %w", t.bucket, key, err)
		}
		t.set(key, row)
		return nil
	})
}

func (t *table[T]) get(key string) (T, bool) {
	if row, ok := t.staged[key]; ok {
		if row == nil {
			var none T
			return none, false
		}
		return *row, true
	}
	row, ok := t.rows[key]
	return row, ok
}

// find returns the row that has the index key.
func (t *table[T]) find(indexKey string) (T, bool) {
	for _, row := range t.staged {
		if row != nil && slices.Contains(t.keys(*row), indexKey) {
			return *row, true
		}
	}
	if key, ok := t.index[indexKey]; ok {
		if _, changed := t.staged[key]; !changed {
			return t.get(key)
		}
	}
	var none T
	return none, false
}

func (t *table[T]) put(key string, row T) { t.staged[key] = &row }

func (t *table[T]) del(key string) { t.staged[key] = nil }

// all yields the rows in key order, including staged changes.
func (t *table[T]) all() iter.Seq2[string, T] {
	keys := slices.Collect(maps.Keys(t.rows))
	for key := range t.staged {
		if _, ok := t.rows[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return func(yield func(string, T) bool) {
		for _, key := range keys {
			if row, ok := t.get(key); ok && !yield(key, row) {
				return
			}
		}
	}
}

// changes returns the staged changes in the store's format.
func (t *table[T]) changes() ([]state.Change, error) {
	var changes []state.Change
	for key, row := range t.staged {
		change := state.Change{Bucket: t.bucket, Key: key}
		if row != nil {
			value, err := json.Marshal(row)
			if err != nil {
				return nil, fmt.Errorf("encode %s: %w", t.bucket, err)
			}
			change.Value = value
		}
		changes = append(changes, change)
	}
	return changes, nil
}

// commit applies the staged changes to the rows.
func (t *table[T]) commit() {
	// Remove old index entries first: an index key may move from one row to another.
	for key, row := range t.staged {
		t.unset(key)
		if row == nil {
			delete(t.staged, key)
		}
	}
	for key, row := range t.staged {
		t.set(key, *row)
	}
	clear(t.staged)
}

// rollback discards the staged changes.
func (t *table[T]) rollback() { clear(t.staged) }

func (t *table[T]) set(key string, row T) {
	t.rows[key] = row
	if t.keys == nil {
		return
	}
	for _, k := range t.keys(row) {
		t.index[k] = key
	}
}

func (t *table[T]) unset(key string) {
	row, ok := t.rows[key]
	if !ok {
		return
	}
	delete(t.rows, key)
	if t.keys == nil {
		return
	}
	for _, k := range t.keys(row) {
		delete(t.index, k)
	}
}

// anyTable is a table with rows of any type.
type anyTable interface {
	load(*state.Store) error
	changes() ([]state.Change, error)
	commit()
	rollback()
}
