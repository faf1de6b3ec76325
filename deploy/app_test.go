package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
)

// app is the real app with its local Firebase. All tests share it.
var app struct {
	once    sync.Once
	process *os.Process
	folder  string
	url     *url.URL
	err     error
}

// startApp builds and starts the app, once, and returns its URL. stopApp ends it.
func startApp(t *testing.T) *url.URL {
	t.Helper()
	app.once.Do(func() { app.err = runApp() })
	if app.err != nil {
		t.Fatal(app.err)
	}
	return app.url
}

func runApp() (err error) {
	if app.folder, err = os.MkdirTemp("", "latchkey"); err != nil {
		return err
	}
	program := filepath.Join(app.folder, "latchkey.test")
	build := exec.Command("go", "build", "-o", program, "example.com/latchkey")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the app: %w\n%s", err, out)
	}
	cmd := exec.Command(program)
	cmd.Env = []string{"LOCAL_STATE=off", "PORT=0", "PATH=" + os.Getenv("PATH")}
	log, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	app.process = cmd.Process
	listening := regexp.MustCompile(`msg=listening url=(\S+)`)
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if match := listening.FindStringSubmatch(lines.Text()); match != nil {
			go func() { _, _ = io.Copy(io.Discard, log) }()
			app.url, err = url.Parse(match[1])
			return err
		}
	}
	return errors.New("the app didn't start")
}

func stopApp() {
	if app.process != nil {
		_ = app.process.Kill()
	}
	_ = os.RemoveAll(app.folder)
}
