package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/latchkey/deploy/simulator"
)

// TestMain lets this program stand in for gcloud, and for the deployment program that a build
// compiles.
func TestMain(m *testing.M) {
	simulator.Main(func(ctx context.Context, client *http.Client) error {
		h := host{out: os.Stdout, client: client, sleep: noSleep}
		return run(ctx, os.Args[1:], os.Environ(), h)
	})
	status := m.Run()
	stopApp()
	os.Exit(status)
}

// noSleep waits for nothing, because the simulator counts calls and not time.
func noSleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// newProject is how Google treats a project that was just created: with billing, and without any
// API. Everything new is refused a few times.
func newProject(t *testing.T) *simulator.Google {
	t.Helper()
	g := simulator.New(t)
	g.Delay = simulator.Delay{API: 2, Account: 2, Grant: 1, URL: 2}
	g.App = startApp(t).String()
	return g
}

// result is what one run of the program did.
type result struct {
	out   string
	err   error
	calls []simulator.Call // of this run
}

// deploy runs the program in the root of the repository as the owner of the project.
func deploy(t *testing.T, g *simulator.Google, environ []string, arguments ...string) result {
	t.Helper()
	t.Chdir("..")
	defer t.Chdir("deploy")
	var out bytes.Buffer
	h := host{out: &out, client: g.Client(), sleep: noSleep}
	before := len(g.Calls())
	all := append(append(g.Environ(simulator.Owner), "PROJECT="+g.Project), environ...)
	err := run(t.Context(), arguments, all, h)
	for _, problem := range g.Problems() {
		t.Errorf("Google would never accept this: %s", problem)
	}
	return result{out.String(), err, g.Calls()[before:]}
}

// mustDeploy is deploy for a run that must succeed.
func mustDeploy(t *testing.T, g *simulator.Google, environ ...string) result {
	t.Helper()
	r := deploy(t, g, environ)
	if r.err != nil {
		t.Fatalf("%v: %v\n\nThe builds:\n%s\nThe last calls:\n%s", environ, r.err, g.BuildLog(),
			transcript(r.calls[max(0, len(r.calls)-5):]))
	}
	return r
}

// writes returns the calls that change something, apart from builds.
func (r result) writes() []simulator.Call {
	var found []simulator.Call
	for _, call := range r.calls {
		if call.Writes() && call.Identity == simulator.Owner && call.Command != "builds submit" {
			found = append(found, call)
		}
	}
	return found
}

func transcript(calls []simulator.Call) string {
	var all strings.Builder
	for _, call := range calls {
		all.WriteString(call.Identity + ": " + call.String() + "\n")
	}
	return all.String()
}
