package parity

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

const (
	firebaseTools  = "testdata/node_modules/firebase-tools/lib/bin/firebase.js"
	installCommand = "the official Auth emulator is not installed; " +
		"to compare with it, run: npm ci --prefix emulator/parity/testdata (requires Node 20)"
)

// startOfficial starts the official Auth emulator and returns its URL. If the emulator isn't
// installed, startOfficial skips the test. In continuous integration it fails the test instead, so
// that CI can't pass without the comparison.
func startOfficial(t *testing.T) string {
	t.Helper()
	program, err := filepath.Abs(firebaseTools)
	if err != nil {
		t.Fatal(err)
	}
	node, nodeErr := exec.LookPath("node")
	if _, err := os.Stat(program); err != nil || nodeErr != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(installCommand)
		}
		t.Skip(installCommand)
	}
	dir, addr := t.TempDir(), freeAddr(t)
	output, err := os.Create(filepath.Join(dir, "output"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, program, "emulators:start", "--only", "auth", "--project", project)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, output, output
	cmd.Env = append(os.Environ(),
		"XDG_CONFIG_HOME="+dir, "CI=true", "FIREBASE_CLI_DISABLE_UPDATE_CHECK=1")
	writeConfig(t, dir, addr)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(cmd) })
	waitUntilUp(t, "http://"+addr, output.Name())
	return "http://" + addr
}

// writeConfig configures the address of the Auth emulator, and free ports for everything else that
// the emulator suite starts.
func writeConfig(t *testing.T, dir, addr string) {
	t.Helper()
	at := func(addr string) map[string]any {
		host, port, _ := net.SplitHostPort(addr)
		return map[string]any{"host": host, "port": json.Number(port)}
	}
	config, err := json.Marshal(map[string]any{"emulators": map[string]any{
		"auth":    at(addr),
		"hub":     at(freeAddr(t)),
		"logging": at(freeAddr(t)),
		"ui":      map[string]any{"enabled": false},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "firebase.json"), config, 0o600); err != nil {
		t.Fatal(err)
	}
}

// waitUntilUp waits for the first response. The timeout is long because Node starts slowly on a
// busy machine.
func waitUntilUp(t *testing.T, url, output string) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for ; time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if resp, err := http.Get(url); err == nil {
			resp.Body.Close()
			return
		}
	}
	printed, _ := os.ReadFile(output)
	t.Fatalf("the official Auth emulator did not start; its output:\n%s", printed)
}

// stop interrupts the emulator, and kills it if it is still running after 20 seconds.
func stop(cmd *exec.Cmd) {
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	_ = cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		_ = cmd.Process.Kill()
		<-ended
	}
}

// freeAddr returns a loopback address with a port that was free a moment ago.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr())
}
