package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The fakes of gcloud, docker, go and sleep are shell scripts that start the test's own program
// again. It sends the command line to the simulator, which is in the process of the test.
const (
	addressVariable = "SIMULATOR_ADDRESS"
	programVariable = "SIMULATOR_PROGRAM"
	identityVar     = "SIMULATOR_IDENTITY"
)

// endAtOnce is for the race detector, with which a program sleeps for a second before it ends.
const endAtOnce = "GORACE=atexit_sleep_ms=0"

// commandLine is what a fake program sends, and response what it gets.
type commandLine struct {
	Identity, Folder, Program string
	Words                     []string
	TurnsOn                   bool // gcloud offers to turn on an API, which --quiet accepts
}

type response struct {
	Stdout, Stderr string
	Status         int
}

// Environ returns the environment of a shell in which this account is signed in to gcloud. A path
// of the machine comes after the fakes, because scripts need programs such as cat.
func (g *Google) Environ(identity string) []string {
	bin := filepath.Join(g.folder, "bin")
	if _, err := os.Stat(bin); err != nil {
		self, err := os.Executable()
		if err == nil {
			err = os.Mkdir(bin, 0o755)
		}
		if err != nil {
			g.t.Fatal(err)
		}
		for _, name := range []string{"gcloud", "docker", "go", "sleep"} {
			write(g.t, filepath.Join(bin, name), "#!/bin/sh\n"+programVariable+"="+name+
				" "+endAtOnce+" exec '"+self+"' \"$@\"\n", 0o755)
		}
	}
	return []string{
		"PATH=" + bin + string(filepath.ListSeparator) + os.Getenv("PATH"),
		addressVariable + "=" + g.server.Listener.Addr().String(), identityVar + "=" + identity,
	}
}

// Main must be called first in TestMain. If this process is one of the fake programs, it does the
// program's work and exits. program runs the deployment program, which a build compiles and starts.
func Main(program func(ctx context.Context, client *http.Client) error) {
	name := os.Getenv(programVariable)
	address := os.Getenv(addressVariable)
	switch name {
	case "":
		return
	case "deploy":
		if err := program(context.Background(), Client(address)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	folder, _ := os.Getwd()
	line, _ := json.Marshal(commandLine{
		os.Getenv(identityVar), folder, name, os.Args[1:],
		os.Getenv("CLOUDSDK_CORE_SHOULD_PROMPT_TO_ENABLE_API") != "false",
	})
	reply, err := http.Post("http://"+address+"/simulator", "application/json",
		bytes.NewReader(line))
	var r response
	if err == nil {
		err = json.NewDecoder(reply.Body).Decode(&r)
	}
	if err != nil {
		r = response{Stderr: err.Error() + "\n", Status: 3}
	}
	_, _ = io.WriteString(os.Stdout, r.Stdout)
	_, _ = io.WriteString(os.Stderr, r.Stderr)
	os.Exit(r.Status)
}

// Client returns a client whose requests all go to the simulator, whatever their host.
func (g *Google) Client() *http.Client { return Client(g.server.Listener.Addr().String()) }

// Client is for processes that a build started.
func Client(address string) *http.Client {
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, address)
	}
	return &http.Client{
		Transport: plain{&http.Transport{DialContext: dial, DisableKeepAlives: true}},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

// plain sends https requests without TLS.
type plain struct{ next http.RoundTripper }

func (p plain) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" {
		return nil, errors.New("the simulator only accepts https, not " + r.URL.Scheme)
	}
	r = r.Clone(r.Context())
	r.URL.Scheme = "http"
	return p.next.RoundTrip(r)
}

// runProgram runs the command line of a fake program.
func (g *Google) runProgram(line commandLine) response {
	var out string
	var err error
	switch line.Program {
	case "gcloud":
		stdout, stderr, status := g.gcloud(line)
		return response{stdout, stderr, status}
	case "docker":
		out, err = g.docker(line.Identity, line.Words)
	case "sleep":
	case "go":
		out, err = compile(line.Words)
	default:
		err = fmt.Errorf("%s: command not found", line.Program)
	}
	if err != nil {
		return response{Stderr: err.Error() + "\n", Status: 1}
	}
	return response{Stdout: out + "\n"}
}

// compile stands in for the go command. Its tests pass, and it builds only the deployment program:
// a script that starts this process again.
func compile(words []string) (string, error) {
	switch strings.Join(words[:1], "") {
	case "vet", "test":
		return "ok", nil
	case "build":
	default:
		return "", fmt.Errorf("the simulator doesn't know go %v", words)
	}
	for i, word := range words {
		if word == "-o" && strings.HasSuffix(words[len(words)-1], "/deploy") {
			self, err := os.Executable()
			if err != nil {
				return "", err
			}
			script := "#!/bin/sh\n" + programVariable + "=deploy " + endAtOnce + " exec '" + self + "' \"$@\"\n"
			return "", os.WriteFile(words[i+1], []byte(script), 0o755)
		}
	}
	return "", fmt.Errorf("go %v builds something else than the deployment program", words)
}

// find looks a program up on the PATH of an environment.
func find(program string, environ []string) (string, error) {
	for _, entry := range environ {
		if path, ok := strings.CutPrefix(entry, "PATH="); ok {
			for _, folder := range filepath.SplitList(path) {
				if found, err := exec.LookPath(filepath.Join(folder, program)); err == nil {
					return found, nil
				}
			}
		}
	}
	return "", fmt.Errorf("%s: command not found", program)
}
