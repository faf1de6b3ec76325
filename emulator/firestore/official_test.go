package firestore_test

import (
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// startOfficial starts Google's Firestore emulator, with the rules file if one is named, and returns its address. Where
// it is not installed the test is skipped.
func startOfficial(t *testing.T, rules string) string {
	t.Helper()
	jar := officialJar()
	if jar == "" {
		t.Skip("SKIPPED: Google's Firestore emulator is not installed here. Install the Debian package " +
			"google-cloud-cli-firestore-emulator, or set FIRESTORE_EMULATOR_JAR to its jar")
	}
	java, err := exec.LookPath("java")
	if err != nil {
		t.Skip("SKIPPED: Google's Firestore emulator needs Java 17 or newer, and there is no java command here")
	}
	address := freeAddress(t)
	host, port, _ := net.SplitHostPort(address)
	// The launcher in the jar's manifest asks for Java 21; started by its class, it runs on 17.
	args := []string{"-Xmx256m", "-cp", jar, "com.google.cloud.datastore.emulator.firestore.CloudFirestore", "start",
		"--host", host, "--port", port}
	if rules != "" {
		args = append(args, "--rules", rules)
	}
	cmd := exec.Command(java, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	waitForServer(t, address)
	return address
}

func officialJar() string {
	if jar := os.Getenv("FIRESTORE_EMULATOR_JAR"); jar != "" {
		return jar
	}
	files, err := exec.Command("dpkg", "-L", "google-cloud-cli-firestore-emulator").Output()
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(files)) {
		if file := strings.TrimSpace(line); strings.HasSuffix(file, "/cloud-firestore-emulator.jar") {
			return file
		}
	}
	return ""
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	defer listener.Close()
	return listener.Addr().String()
}

func waitForServer(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return
		}
	}
	t.Fatalf("no server at %s within a minute", address)
}
