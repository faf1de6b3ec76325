package state_test

import (
	"errors"
	"testing"

	"example.com/latchkey/emulator/state"
)

func TestChangesSurviveReopening(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	write(t, s,
		state.Change{Bucket: "users", Key: "a", Value: []byte("1")},
		state.Change{Bucket: "users", Key: "b", Value: []byte("2")})
	write(t, s,
		state.Change{Bucket: "users", Key: "a"},
		state.Change{Bucket: "other", Key: "b", Value: []byte("3")})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	got := load(t, open(t, dir), "users")
	if len(got) != 1 || got["b"] != "2" {
		t.Errorf("users after reopening: got %v, want only b=2", got)
	}
}

func TestOpenFailsWhileFolderIsInUse(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	if _, err := state.Open(dir); !errors.Is(err, state.ErrInUse) {
		t.Errorf("second Open: got %v, want ErrInUse", err)
	}
}

func TestStoreWithoutFolderKeepsNothing(t *testing.T) {
	s := open(t, "")
	write(t, s, state.Change{Bucket: "users", Key: "a", Value: []byte("1")})
	if got := load(t, s, "users"); len(got) != 0 {
		t.Errorf("users: got %v, want no keys", got)
	}
}

func open(t *testing.T, dir string) *state.Store {
	t.Helper()
	s, err := state.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func write(t *testing.T, s *state.Store, changes ...state.Change) {
	t.Helper()
	if err := s.Write(changes...); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, s *state.Store, bucket string) map[string]string {
	t.Helper()
	got := map[string]string{}
	err := s.Load(bucket, func(k string, v []byte) error {
		got[k] = string(v)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}
