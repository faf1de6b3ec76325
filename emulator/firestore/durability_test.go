package firestore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	client "cloud.google.com/go/firestore"

	"example.com/latchkey/emulator/firestore"
	"example.com/latchkey/emulator/state"
)

// Environment variables of the child process of TestKillLosesNoAcknowledgedWrite.
const (
	childFolder = "LATCHKEY_TEST_KILLED_FOLDER" // the state folder to write to
	childRound  = "LATCHKEY_TEST_ROUND"         // the round, which becomes part of the paths
)

func TestKillLosesNoAcknowledgedWrite(t *testing.T) {
	dir := t.TempDir()
	total := 0
	for round := range 5 {
		acknowledged := writeUntilKilled(t, dir, round, 20+10*round)
		c, closeStore := reopen(t, dir)
		for _, path := range acknowledged {
			snapshot, err := c.Doc(path).Get(t.Context())
			if err != nil || snapshot.Data()["path"] != path {
				t.Errorf("round %d: got %v, %v for the acknowledged document %s",
					round, snapshot.Data(), err, path)
			}
		}
		total += len(acknowledged)
		docs := must(c.CollectionGroup("killed").Documents(t.Context()).GetAll())(t)
		pairs := must(c.CollectionGroup("pairs").Documents(t.Context()).GetAll())(t)
		if len(docs) < total || len(docs) != len(pairs) {
			t.Errorf("round %d: got %d documents and %d pairs, want as many of each, at least %d",
				round, len(docs), len(pairs), total)
		}
		closeStore()
	}
}

// writeUntilKilled starts this test binary as a child process that writes to the folder. It
// kills the child once it has acknowledged the given number of writes, and returns the paths of
// all acknowledged documents.
func writeUntilKilled(t *testing.T, dir string, round, after int) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestWriteUntilKilled$")
	cmd.Env = append(os.Environ(), childFolder+"="+dir, fmt.Sprintf("%s=%d", childRound, round))
	cmd.Stderr = os.Stderr
	out := must(cmd.StdoutPipe())(t)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var acknowledged []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if path, ok := strings.CutPrefix(lines.Text(), "acknowledged "); ok {
			acknowledged = append(acknowledged, path)
		}
		if len(acknowledged) == after {
			cmd.Process.Kill()
		}
	}
	cmd.Wait() // always an error, because the child was killed
	if len(acknowledged) < after {
		t.Fatalf("the child process exited early, after %d writes", len(acknowledged))
	}
	return acknowledged
}

// TestWriteUntilKilled is the child process of TestKillLosesNoAcknowledgedWrite. Otherwise, it
// does nothing.
func TestWriteUntilKilled(t *testing.T) {
	dir := os.Getenv(childFolder)
	if dir == "" {
		return
	}
	c, _ := reopen(t, dir)
	for i := 0; ; i++ {
		path := fmt.Sprintf("rounds/%s/killed/%d", os.Getenv(childRound), i)
		pair := strings.Replace(path, "/killed/", "/pairs/", 1)
		// Write two documents per commit, so that the parent can check that it finds both or
		// none.
		write := func(_ context.Context, tx *client.Transaction) error {
			return errors.Join(
				tx.Set(c.Doc(path), map[string]any{"path": path}),
				tx.Set(c.Doc(pair), map[string]any{}))
		}
		if err := c.RunTransaction(context.Background(), write); err != nil {
			t.Fatal(err)
		}
		fmt.Println("acknowledged", path)
	}
}

func TestUpdateTimesIncreaseWhenClockIsSetBack(t *testing.T) {
	dir := t.TempDir()
	var last time.Time
	clocks := []string{"2030-01-01T00:00:00.9Z", "2029-01-01T00:00:00Z", "2029-01-01T00:00:00Z"}
	for _, clock := range clocks {
		store := must(state.Open(dir))(t)
		now := must(time.Parse(time.RFC3339, clock))(t)
		opts := firestore.Options{Now: func() time.Time { return now }}
		c := connect(t, startService(t, store, opts))
		for range 3 {
			res := must(c.Doc("p/one").Set(t.Context(), map[string]any{"after": last}))(t)
			if !res.UpdateTime.After(last) {
				t.Errorf("got update time %v with the clock at %v, want later than %v",
					res.UpdateTime, now, last)
			}
			must(c.Doc("p/one").Delete(t.Context()))(t)
			last = res.UpdateTime
		}
		store.Close()
	}
}

func TestFailedDiskWriteChangesNothing(t *testing.T) {
	store := must(state.Open(t.TempDir()))(t)
	c := connect(t, startService(t, store, firestore.Options{}))
	must(c.Doc("p/one").Set(t.Context(), map[string]any{"n": 1}))(t)
	store.Close()
	if _, err := c.Doc("p/one").Set(t.Context(), map[string]any{"n": 2}); err == nil {
		t.Error("a write that failed on disk was acknowledged")
	}
	if got := must(c.Doc("p/one").Get(t.Context()))(t).Data()["n"]; got != int64(1) {
		t.Errorf("got n = %v, want 1", got)
	}
}

// reopen serves the documents in the folder. Close the store before opening the folder again.
func reopen(t *testing.T, dir string) (c *client.Client, closeStore func()) {
	t.Helper()
	store := must(state.Open(dir))(t)
	t.Cleanup(func() { store.Close() })
	return connect(t, startService(t, store, firestore.Options{})), func() { store.Close() }
}
