// Package state is the persistent storage of the local Firebase: a key-value store with named
// buckets, kept in one file in the state folder.
//
// The emulated services keep their data in memory and write every change to the store before
// they respond. After a restart or a kill -9, they load the data from it again.
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

// Store is a set of named buckets, safe for concurrent use. The zero value stores nothing: Write
// succeeds without effect and Load finds no keys.
type Store struct {
	db *bbolt.DB
}

// Change sets the value of one key. A nil Value deletes the key.
type Change struct {
	Bucket string
	Key    string
	Value  []byte
}

// ErrInUse means that another process has the state folder open.
var ErrInUse = errors.New("in use by another process")

// Open opens the store in the folder dir. It creates the folder and the store if they don't
// exist. If dir is empty, Open returns a Store that stores nothing.
//
// Open locks the store, because two processes that both hold the data in memory would overwrite
// each other's changes. If another process has the lock, the error wraps ErrInUse.
func Open(dir string) (*Store, error) {
	if dir == "" {
		return &Store{}, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create state folder: %w", err)
	}
	file := filepath.Join(dir, "firebase.db")
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{Timeout: time.Second})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("state folder %q is %w", dir, ErrInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("open state in %q: %w", dir, err)
	}
	return &Store{db: db}, nil
}

// Load calls fn for each key in the bucket, in key order, and stops at the first error. The
// value is valid only during the call, so fn must copy it to keep it.
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

// Write applies all changes or, if it returns an error, none. It returns once they are on disk.
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
				return fmt.Errorf("write to bucket %s: %w", c.Bucket, err)
			}
		}
		return nil
	})
}

// Close closes the store and releases its lock.
func (s *Store) Close() error {
	if s.db == nil {
		return nil
	}
	return s.db.Close()
}
