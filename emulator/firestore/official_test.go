package firestore_test

import (
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// startOfficial starts Google's Firestore emulator and returns its address. rules is the path
// of a rules file; if it's empty, the emulator allows all access. If the emulator isn't
// installed, startOfficial skips the test. In continuous integration it fails the test instead,
// unless FIRESTORE_EMULATOR_JAR is "off".
func startOfficial(t *testing.T, rules string) string {
	t.Helper()
	jar := officialJar()
	java, err := exec.LookPath("java")
	switch {
	case jar == "off":
		t.Skip("SKIPPED: FIRESTORE_EMULATOR_JAR is off")
	case jar == "":
		skipUnlessCI(t, "Google's Firestore emulator isn't installed. Install the package "+
			"google-cloud-cli-firestore-emulator from Google's apt repository, or set "+
			"FIRESTORE_EMULATOR_JAR to its jar file")
	case err != nil:
		skipUnlessCI(t, "Google's Firestore emulator requires Java 17 or later, but there is no "+
			"java command")
	}
	address := freeAddress(t)
	host, port, _ := net.SplitHostPort(address)
	// The main class in the jar's manifest requires Java 21. This class runs on Java 17.
	const mainClass = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
	args := []string{"-Xmx256m", "-cp", jar, mainClass, "start", "--host", host, "--port", port}
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

func skipUnlessCI(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(reason)
	}
	t.Skip("SKIPPED: " + reason)
}

// officialJar returns the path of the emulator's jar file, or "" if it isn't installed.
func officialJar() string {
	if jar := os.Getenv("FIRESTORE_EMULATOR_JAR"); jar != "" {
		return jar
	}
	files, err := exec.Command("dpkg", "-L", "google-cloud-cli-firestore-emulator").Output()
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(files)) {
		file := strings.TrimSpace(line)
		if strings.HasSuffix(file, "/cloud-firestore-emulator.jar") {
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
	deadline := time.Now().Add(time.Minute)
	for ; time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return
		}
	}
	t.Fatalf("no server at %s after a minute", address)
}
