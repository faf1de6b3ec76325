//go:build linux

package e2e

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/latchkey/identity/identitytest"
)

// nonroot is the ID of the base image's user "nonroot".
const nonroot = 65532

// image is a folder with what the image holds: the binary alone, on a base of a few files under
// /etc and a /tmp. Instead of Docker, a test runs the binary with that folder as its whole file
// system, as the image's user.
type image struct {
	root string
	log  *logBuffer // what all its instances say
}

func newImage(t *testing.T, google *fakeGoogle) image {
	t.Helper()
	binary, err := containerBinary()
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	content, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	for path, file := range map[string]struct {
		content []byte
		mode    os.FileMode
	}{
		"latchkey":                          {content, 0o755},
		"etc/passwd":                        {[]byte("nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n"), 0o644},
		"etc/hosts":                         {[]byte(google.hosts()), 0o644},
		"etc/ssl/certs/ca-certificates.crt": {google.roots, 0o644},
		"etc/nsswitch.conf":                 {[]byte("hosts: files dns\n"), 0o644},
	} {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file.content, file.mode); err != nil {
			t.Fatal(err)
		}
	}
	return image{root, new(logBuffer)}
}

// instance is one running container.
type instance struct {
	t   *testing.T
	cmd *exec.Cmd
	url string
	log *logBuffer
}

// run starts an instance with the environment that Cloud Run gives it and the settings, and waits
// until it listens.
func (i image) run(t *testing.T, google *fakeGoogle, settings ...string) *instance {
	t.Helper()
	c := &instance{t: t, cmd: exec.Command("/latchkey"), log: i.log}
	c.cmd.Dir = "/"
	c.cmd.Env = append([]string{
		"PORT=0", "K_SERVICE=latchkey", "K_REVISION=latchkey-b1", "K_CONFIGURATION=latchkey", "HOME=/home/nonroot",
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"GCE_METADATA_HOST=" + google.address, "FIREBASE_API_KEY=web-api-key",
	}, settings...)
	c.cmd.SysProcAttr = &syscall.SysProcAttr{
		Chroot:     i.root,
		Credential: &syscall.Credential{Uid: nonroot, Gid: nonroot},
	}
	t.Cleanup(c.kill)
	c.url = startAndListen(t, c.cmd, c.log)
	return c
}

// kill ends the instance at once, as a crash would.
func (c *instance) kill() { kill(c.cmd) }

// checkLog reads what the instances of the image said: JSON lines without secrets.
func (c *instance) checkLog() {
	c.t.Helper()
	for line := range strings.Lines(c.log.text()) {
		if !strings.HasPrefix(line, "{") {
			c.t.Errorf("not a JSON line: %s", line)
		}
	}
	if found := secrets.FindString(c.log.text()); found != "" {
		c.t.Errorf("R55: the log contains %q", found)
	}
}

func TestImageContainsOneStaticBinary(t *testing.T) {
	binary, err := containerBinary()
	if err != nil {
		t.Fatal(err)
	}
	file, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, program := range file.Progs {
		if program.Type == elf.PT_INTERP || program.Type == elf.PT_DYNAMIC {
			t.Error("it needs a dynamic linker, which the base image does not have")
		}
	}
	info, err := os.Stat(binary)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MB", float64(info.Size())/1e6)
	dockerfile, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	stages := strings.Split(string(dockerfile), "\nFROM ")
	final := stages[len(stages)-1]
	if !strings.Contains(final, ":nonroot") || strings.Count(final, "\nCOPY ") != 1 || strings.Contains(final, "\nRUN ") {
		t.Errorf("the image holds more than the binary, or runs as root:\n%s", final)
	}
	if !strings.Contains(string(dockerfile), "-trimpath") {
		t.Error("the binary holds the paths of the machine that built it")
	}
}

// TestImageServesOnPORTAsNonrootUser is the start-up probe on a cold start, and a visit.
func TestImageServesOnPORTAsNonrootUser(t *testing.T) {
	google := newFakeGoogle(t)
	img := newImage(t, google)
	start := time.Now()
	c := img.run(t, google)
	listens := time.Since(start)
	if got := statusOf(t, c.url+"/health/ready"); got != 200 {
		t.Fatalf("start-up probe: got %d\n%s", got, c.log.text())
	}
	t.Logf("listens after %s, the start-up probe passes after %s", listens.Round(time.Millisecond), time.Since(start).Round(time.Millisecond))
	for path, want := range map[string]int{"/": 200, "/signin": 200, "/health/live": 200, "/api/profile": 401, "/etc/passwd": 404} {
		if got := statusOf(t, c.url+path); got != want {
			t.Errorf("GET %s: got %d, want %d", path, got, want)
		}
	}
	if _, err := exec.LookPath("curl"); err == nil { // what cloudbuild.yaml asks before it gives a revision traffic
		if out, err := exec.Command("bash", "deploy/smoke.sh", c.url).CombinedOutput(); err != nil {
			t.Errorf("deploy/smoke.sh: %v\n%s", err, out)
		}
	}
	p := newAPIUser(t, google, "ada@example.com")
	if got, body, _ := p.call("GET", c.url+"/api/account", "", ""); got != 200 || !strings.Contains(body, "ada@example.com") {
		t.Errorf("account: got %d %s\n%s", got, body, c.log.text())
	}
	// The time zones are in the binary: the image has none.
	if got, body, _ := p.call("PATCH", c.url+"/api/profile", `"none"`, `{"timezone":"Europe/Berlin"}`); got != 200 {
		t.Errorf("profile: got %d %s\n%s", got, body, c.log.text())
	}
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	c.checkLog()
	if !strings.Contains(c.log.text(), `"project":"`+identitytest.ProjectID+`"`) {
		t.Error("the project of the metadata server was not taken")
	}
}
