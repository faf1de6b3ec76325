// Command deploy sets up a Google Cloud project for Latchkey and deploys it to Cloud Run:
//
//	go run ./deploy --dry-run    # print every command without running it
//	go run ./deploy              # run them
//
// It can run again at any time: it reads what is there and changes only what is missing. It is a
// program and not a shell script because most of what it reads is JSON. docs/deployment.md
// explains every step.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
)

const usage = `usage: go run ./deploy [--dry-run]           set up the project and deploy
       go run ./deploy delete [--dry-run]    delete the service, not its users
       go run ./deploy smoke URL             test a deployed service

Settings are environment variables; see docs/deployment.md`

// host is what the program needs from the machine that it runs on. Tests replace it.
type host struct {
	out    io.Writer    // commands, notes and results
	client *http.Client // for Google's APIs and the smoke test
	sleep  func(ctx context.Context, d time.Duration) error
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	machine := host{out: os.Stdout, client: &http.Client{Timeout: time.Minute}, sleep: sleep}
	err := run(ctx, os.Args[1:], os.Environ(), machine)
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("interrupted. To continue, run it again (%w)", err)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "\ndeploy:", err)
		os.Exit(1)
	}
}

// run executes the program. environ has the form of os.Environ.
func run(ctx context.Context, arguments, environ []string, h host) error {
	dryRun := slices.Contains(arguments, "--dry-run")
	arguments = slices.DeleteFunc(slices.Clone(arguments), func(a string) bool {
		return a == "--dry-run"
	})
	if len(arguments) == 2 && arguments[0] == "smoke" && !dryRun {
		// IAM_TOKEN is an ID token that a private service requires.
		return smoke(ctx, h, arguments[1], variables(environ)["IAM_TOKEN"])
	}
	switch strings.Join(arguments, " ") {
	case "help", "-h", "-help", "--help":
		fmt.Fprintln(h.out, usage)
		return nil
	}
	remove := slices.Equal(arguments, []string{"delete"})
	if len(arguments) > 0 && !remove {
		return errors.New(usage)
	}
	settings, err := loadSettings(environ)
	if err != nil {
		return err
	}
	d := &deployment{
		settings: settings,
		google:   google{host: h, environ: environ, projectID: settings.project, dryRun: dryRun},
	}
	if dryRun && remove {
		d.note("This is a dry run: it runs nothing. It assumes that everything exists.")
	} else if dryRun {
		d.note("This is a dry run: it runs nothing. It assumes a new project.")
	}
	if remove {
		return d.delete(ctx)
	}
	return d.deploy(ctx)
}

// deployment has what the steps share.
type deployment struct {
	settings
	google

	// What preflight and inspect found.
	number         string // of the project
	inOrganization bool
	noNewAccounts  bool     // the organization allows no new service accounts
	noAllUsers     bool     // the organization allows no roles for allUsers
	invokerCheck   bool     // the organization requires the IAM check of Cloud Run
	noOpenIngress  bool     // the organization allows no run.app URLs that are open
	missingAPIs    []string // that are off
	accounts       []string // email addresses of the service accounts
	database       *database
	exists         bool // whether the service exists
	live           runService
	callers        bindings // who may call the service
	projectPolicy  *bindings
	identity       identityConfig

	apiKey string
}

// deploy runs the steps in order. Each of them can run again.
func (d *deployment) deploy(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		d.preflight,
		d.enableAPIs,
		d.setUpFirestore,
		d.createAccounts,
		d.createStorage,
		d.createService,
		d.setAccess,
		d.allowBuild,
		d.setUpSignIn,
		d.createKey,
		d.createMetric,
		d.build,
		d.reopen,
		d.smokeTest,
		d.closeDefaultURL,
		d.linkEmails,
		d.showRedirectURI,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	d.step("Done: https://" + d.usersHost())
	if !d.live.isApp() && d.access == "public" { // what preflight found: this was the first build
		d.note("To become an administrator, sign up there and verify your email address. Then:\n"+
			"  gcloud auth application-default login\n"+
			"  gcloud auth application-default set-quota-project %s\n"+
			"  FIREBASE_API_KEY=%s GOOGLE_CLOUD_PROJECT=%s \\\n"+
			"    go run . grant-role you@example.com admin", d.project, d.apiKey, d.project)
	}
	return nil
}

// sleep waits for d, or until the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
