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

// killedFolder names, in the environment of the child process, the folder it writes to until it is killed.
const killedFolder = "LATCHKEY_TEST_KILLED_FOLDER"

func TestKillingTheProcessLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	total := 0
	for round := range 5 {
		acknowledged := writeUntilKilled(t, dir, round, 20+10*round)
		c, closeStore := reopen(t, dir)
		for _, path := range acknowledged {
			snapshot, err := c.Doc(path).Get(t.Context())
			if err != nil || snapshot.Data()["path"] != path {
				t.Errorf("round %d: %s was acknowledged, and is %v, %v", round, path, snapshot.Data(), err)
			}
		}
		total += len(acknowledged)
		docs := must(c.CollectionGroup("killed").Documents(t.Context()).GetAll())(t)
		pairs := must(c.CollectionGroup("pairs").Documents(t.Context()).GetAll())(t)
		if len(docs) < total || len(docs) != len(pairs) {
			t.Errorf("round %d: %d documents and %d pairs, want equal numbers of at least %d",
				round, len(docs), len(pairs), total)
		}
		closeStore()
	}
}

// writeUntilKilled runs this test binary as a child that writes to the folder, kills it after some acknowledged writes,
// and returns the paths of all that it acknowledged.
func writeUntilKilled(t *testing.T, dir string, round, after int) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestWriteUntilKilled$")
	cmd.Env = append(os.Environ(), killedFolder+"="+dir, fmt.Sprintf("LATCHKEY_TEST_ROUND=%d", round))
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
	cmd.Wait() // it was killed, so this is an error
	if len(acknowledged) < after {
		t.Fatalf("the child ended by itself after %d writes", len(acknowledged))
	}
	return acknowledged
}

// TestWriteUntilKilled is the child process of TestKillingTheProcessLosesNothingAcknowledged, and nothing otherwise.
func TestWriteUntilKilled(t *testing.T) {
	dir := os.Getenv(killedFolder)
	if dir == "" {
		return
	}
	c, _ := reopen(t, dir)
	for i := 0; ; i++ {
		path := fmt.Sprintf("rounds/%s/killed/%d", os.Getenv("LATCHKEY_TEST_ROUND"), i)
		// Two documents in one commit: never one without the other.
		err := c.RunTransaction(context.Background(), func(_ context.Context, tx *client.Transaction) error {
			pair := c.Doc(strings.Replace(path, "/killed/", "/pairs/", 1))
			return errors.Join(tx.Set(c.Doc(path), map[string]any{"path": path}), tx.Set(pair, map[string]any{}))
		})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("acknowledged", path)
	}
}

func TestUpdateTimesNeverRunBackwards(t *testing.T) {
	dir := t.TempDir()
	var last time.Time
	for _, clock := range []string{"2030-01-01T00:00:00.9Z", "2029-01-01T00:00:00Z", "2029-01-01T00:00:00Z"} {
		store := must(state.Open(dir))(t)
		now := must(time.Parse(time.RFC3339, clock))(t)
		c := connect(t, startService(t, store, firestore.Options{Now: func() time.Time { return now }}))
		for range 3 {
			res := must(c.Doc("p/one").Set(t.Context(), map[string]any{"after": last}))(t)
			if !res.UpdateTime.After(last) {
				t.Errorf("update time %v with the clock at %v, want later than %v", res.UpdateTime, now, last)
			}
			must(c.Doc("p/one").Delete(t.Context()))(t)
			last = res.UpdateTime
		}
		store.Close()
	}
}

func TestADiskThatFailsChangesNothing(t *testing.T) {
	store := must(state.Open(t.TempDir()))(t)
	c := connect(t, startService(t, store, firestore.Options{}))
	must(c.Doc("p/one").Set(t.Context(), map[string]any{"n": 1}))(t)
	store.Close()
	if _, err := c.Doc("p/one").Set(t.Context(), map[string]any{"n": 2}); err == nil {
		t.Error("a write that cannot be kept was acknowledged")
	}
	if got := must(c.Doc("p/one").Get(t.Context()))(t).Data()["n"]; got != int64(1) {
		t.Errorf("n is %v, want 1", got)
	}
}

func reopen(t *testing.T, dir string) (c *client.Client, closeStore func()) {
	t.Helper()
	store := must(state.Open(dir))(t)
	t.Cleanup(func() { store.Close() })
	return connect(t, startService(t, store, firestore.Options{})), func() { store.Close() }
}
