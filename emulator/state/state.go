// Package state keeps what the local Firebase must not forget: buckets of keys and values in one file per state folder,
// written before the caller is answered.
//
// The emulated services hold their data in memory and write every change through; this package is how they find it again
// after a restart or a kill -9.
package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Store is a set of named buckets. The zero value keeps nothing: Load finds nothing and Write succeeds. Safe for
// concurrent use.
type Store struct {
	db *bbolt.DB
}

// Change is one write. A nil Value deletes the key.
type Change struct {
	Bucket string
	Key    string
	Value  []byte
}

// ErrInUse says that another process has the folder open.
var ErrInUse = errors.New("another process is using this state folder")

// Open opens or creates the store in the folder dir, and the folder itself. An empty dir gives a store that keeps
// nothing. The error is ErrInUse (wrapped) when another process has the folder open: the file is locked, because two
// processes that each hold the data in memory would overwrite one another.
func Open(dir string) (*Store, error) {
	if dir == "" {
		return &Store{}, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create state folder: %w", err)
	}
	db, err := bbolt.Open(filepath.Join(dir, "firebase.db"), 0o600, &bbolt.Options{Timeout: time.Second})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%s: %w", dir, ErrInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("open state in %s: %w", dir, err)
	}
	return &Store{db: db}, nil
}

// Load calls fn for every key of the bucket in key order. The slices are valid only during the call.
func (s *Store) Load(bucket string, fn func(key string, value []byte) error) error {
	if s.db == nil {
		return nil
	}
	return s.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucket))
		if b == nil {
			return nil
		}
		return b.ForEach(func(k, v []byte) error { return fn(string(k), v) })
	})
}

// Write makes all changes or none, and returns when they are on disk.
func (s *Store) Write(changes ...Change) error {
	if s.db == nil || len(changes) == 0 {
		return nil
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		for _, c := range changes {
			b, err := tx.CreateBucketIfNotExists([]byte(c.Bucket))
			if err != nil {
				return err
			}
			if c.Value == nil {
				err = b.Delete([]byte(c.Key))
			} else {
				err = b.Put([]byte(c.Key), c.Value)
			}
			if err != nil {
				return fmt.Errorf("write %s: %w", c.Bucket, err)
			}
		}
		return nil
	})
}

// Close releases the folder.
func (s *Store) Close() error {
	if s.db == nil {
		return nil
	}
	return s.db.Close()
}
