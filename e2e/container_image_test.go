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

// nonroot is the user and group ID of the user "nonroot" in the base image.
const nonroot = 65532

// image is a folder with the contents of the container image: the binary and a few files under
// /etc. Instead of using Docker, a test runs the binary as the image's user with this folder as
// its root.
type image struct {
	root string
	log  *logBuffer // the log of all instances
}

func newImage(t *testing.T, google *fakeGoogle) image {
	t.Helper()
	binary, err := containerBinary()
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := os.Link(binary, filepath.Join(root, "latchkey")); err != nil {
		t.Fatal(err)
	}
	const user = "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n"
	for path, content := range map[string]string{
		"etc/passwd":                        user,
		"etc/hosts":                         google.hosts(),
		"etc/ssl/certs/ca-certificates.crt": string(google.roots),
		"etc/nsswitch.conf":                 "hosts: files dns\n",
	} {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
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

// start starts an instance with the environment of Cloud Run and these settings, and waits until
// it listens.
func (i image) start(t *testing.T, google *fakeGoogle, settings ...string) *instance {
	t.Helper()
	c := &instance{t: t, cmd: exec.Command("/latchkey"), log: i.log}
	c.cmd.Dir = "/"
	c.cmd.Env = append([]string{
		"PORT=0",
		"K_SERVICE=latchkey",
		"K_REVISION=latchkey-b1",
		"K_CONFIGURATION=latchkey",
		"HOME=/home/nonroot",
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"GCE_METADATA_HOST=" + google.address,
		"FIREBASE_API_KEY=web-api-key",
	}, settings...)
	c.cmd.SysProcAttr = &syscall.SysProcAttr{
		Chroot:     i.root,
		Credential: &syscall.Credential{Uid: nonroot, Gid: nonroot},
	}
	t.Cleanup(c.kill)
	c.url = startAndListen(t, c.cmd, c.log)
	return c
}

// kill ends the instance with SIGKILL.
func (c *instance) kill() { kill(c.cmd) }

// checkLog fails the test if the log of the image's instances contains a secret, or a line that
// is not JSON.
func (c *instance) checkLog() {
	c.t.Helper()
	for line := range strings.Lines(c.log.text()) {
		if !strings.HasPrefix(line, "{") {
			c.t.Errorf("the log has a line that is not JSON: %s", line)
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
			t.Error("the binary needs a dynamic linker, which the base image does not have")
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
	if !strings.Contains(final, ":nonroot") {
		t.Errorf("the image runs as root:\n%s", final)
	}
	if strings.Count(final, "\nCOPY ") != 1 || strings.Contains(final, "\nRUN ") {
		t.Errorf("the image contains more than the binary:\n%s", final)
	}
	if !strings.Contains(string(dockerfile), "-trimpath") {
		t.Error("the binary contains paths of the machine that built it")
	}
}

// TestImageServesOnPORTAsNonrootUser starts an instance on an empty disk, as a cold start does,
// and uses the app.
func TestImageServesOnPORTAsNonrootUser(t *testing.T) {
	google := newFakeGoogle(t)
	img := newImage(t, google)
	start := time.Now()
	c := img.start(t, google)
	listening := time.Since(start)
	if got := statusOf(t, c.url+"/health/ready"); got != 200 {
		t.Fatalf("startup probe: got %d\n%s", got, c.log.text())
	}
	t.Logf("listens after %s, the startup probe passes after %s",
		listening.Round(time.Millisecond), time.Since(start).Round(time.Millisecond))
	checkPages(t, c)
	img.smokeTest(t, c.url)
	checkAPI(t, newAPIUser(t, google, "ada@example.com"), c)

	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	c.checkLog()
	if !strings.Contains(c.log.text(), `"project":"`+identitytest.ProjectID+`"`) {
		t.Error("the program does not use the project ID of the metadata server")
	}
}

func checkPages(t *testing.T, c *instance) {
	t.Helper()
	for path, want := range map[string]int{
		"/":            200,
		"/signin":      200,
		"/health/live": 200,
		"/api/profile": 401,
		"/etc/passwd":  404,
	} {
		if got := statusOf(t, c.url+path); got != want {
			t.Errorf("GET %s: got %d, want %d", path, got, want)
		}
	}
}

// smokeTest tests an instance as cloudbuild.yaml does before a revision gets traffic. The program
// runs in the image, where Google's host names lead to the fake.
func (i image) smokeTest(t *testing.T, url string) {
	t.Helper()
	build := exec.Command("go", "build", "-o", filepath.Join(i.root, "deploy"), "./deploy")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build ./deploy: %v\n%s", err, out)
	}
	cmd := exec.Command("/deploy", "smoke", url)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/bin"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: i.root}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "signed up") {
		t.Errorf("smoke test: %v\n%s", err, out)
	}
}

func checkAPI(t *testing.T, user *apiUser, c *instance) {
	t.Helper()
	got := user.request("GET", c.url+"/api/account", "")
	if got.status != 200 || !strings.Contains(got.body, "ada@example.com") {
		t.Errorf("read the account: got %d %s\n%s", got.status, got.body, c.log.text())
	}
	// The image has no time zone database, so this one must be in the binary.
	timezone := `{"timezone":"Europe/Berlin"}`
	got = user.request("PATCH", c.url+"/api/profile", timezone, "If-Match", `"none"`)
	if got.status != 200 {
		t.Errorf("save the profile: got %d %s\n%s", got.status, got.body, c.log.text())
	}
}
