package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// google calls Google Cloud as the person who is signed in to gcloud, and prints what it changes.
// Every printed line is a command that can be pasted into a shell, or a comment. The commands of a
// dry run have placeholders for what only Google knows.
type google struct {
	host
	environ   []string
	projectID string
	dryRun    bool
	silent    bool // the current step has printed nothing but its heading

	// What Google may need minutes to notice everywhere; see settle.
	apisOn  bool     // all APIs are on, perhaps only since a moment ago
	created []string // accounts and roles that this run created
}

// step prints the heading of a step.
func (g *google) step(title string) {
	if g.silent {
		g.note("Nothing to do.")
	}
	fmt.Fprintf(g.out, "\n# %s\n", title)
	g.silent = true
}

// note prints a comment.
func (g *google) note(format string, values ...any) {
	text := fmt.Sprintf(format, values...)
	g.print("# " + strings.ReplaceAll(text, "\n", "\n# "))
}

// notes is a writer that prints each line as a comment.
type notes struct{ *google }

func (n notes) Write(line []byte) (int, error) {
	n.note("%s", strings.TrimSuffix(string(line), "\n"))
	return len(line), nil
}

func (g *google) print(line string) {
	fmt.Fprintln(g.out, line)
	g.silent = false
}

// change prints a gcloud command and runs it, unless this is a dry run.
func (g *google) change(ctx context.Context, arguments ...string) error {
	return g.changeInto(ctx, nil, arguments...)
}

// changeInto is a change whose output is decoded into result.
func (g *google) changeInto(ctx context.Context, result any, arguments ...string) error {
	arguments = append(arguments, "--project="+g.projectID, "--quiet")
	if result != nil {
		arguments = append(arguments, "--format=json")
	}
	g.print(quote("gcloud", arguments...))
	if g.dryRun {
		return nil
	}
	return g.settle(ctx, func() error { return g.gcloud(ctx, result, arguments...) })
}

// read runs a gcloud command that changes nothing and decodes its output. A dry run leaves result
// as it is.
func (g *google) read(ctx context.Context, result any, arguments ...string) error {
	arguments = append(arguments, "--project="+g.projectID, "--quiet", "--format=json")
	if g.dryRun {
		return nil
	}
	return g.settle(ctx, func() error { return g.gcloud(ctx, result, arguments...) })
}

// find is read for a resource that may not exist. In a dry run, none does.
func (g *google) find(ctx context.Context, result any, arguments ...string) (bool, error) {
	return g.found(g.read(ctx, result, arguments...))
}

// found turns the error of a look-up into whether the resource exists.
func (g *google) found(err error) (bool, error) {
	if missing(err) {
		return false, nil
	}
	return err == nil && !g.dryRun, err
}

// gcloud runs gcloud. It decodes the JSON that it prints into result, unless that is nil.
func (g *google) gcloud(ctx context.Context, result any, arguments ...string) error {
	env := variables(g.environ)
	path, err := lookUp("gcloud", env["PATH"])
	if err != nil {
		return err
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, path, arguments...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// By default, --quiet makes gcloud turn on APIs on its own, even to look something up.
	cmd.Env = slices.Concat(g.environ, []string{
		"CLOUDSDK_CORE_SHOULD_PROMPT_TO_ENABLE_API=false",
	})
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return gcloudFailure(quote("gcloud", arguments...), stderr.String(), err)
	}
	if result == nil {
		return nil
	}
	if text, ok := result.(*string); ok {
		*text = strings.TrimSpace(stdout.String())
		return nil
	}
	if err := json.Unmarshal(stdout.Bytes(), result); err != nil {
		return fmt.Errorf("%s printed something other than JSON: %w",
			quote("gcloud", arguments...), err)
	}
	return nil
}

// get reads from an API that gcloud has no command for.
func (g *google) get(ctx context.Context, url string, result any) error {
	if g.dryRun {
		return nil
	}
	return g.settle(ctx, func() error { return g.rest(ctx, http.MethodGet, url, nil, result) })
}

// send changes something through an API that gcloud has no command for.
func (g *google) send(ctx context.Context, method, url string, body, result any) error {
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	g.print(g.curl(method, url, content))
	if g.dryRun {
		return nil
	}
	return g.settle(ctx, func() error { return g.rest(ctx, method, url, content, result) })
}

// curl returns a command that sends the request.
func (g *google) curl(method, url string, body []byte) string {
	command := quote("curl", "-sS", "--fail-with-body", "-X", method, url,
		"-H", "x-goog-user-project: "+g.projectID)
	command += ` -H "Authorization: Bearer $(gcloud auth print-access-token)"`
	if body != nil {
		command += " " + quote("-H", "Content-Type: application/json", "-d", string(body))
	}
	return command
}

// rest sends a request and decodes the response. The header x-goog-user-project is required because
// the access tokens of gcloud belong to a project of Google's:
// https://docs.cloud.google.com/docs/quotas/set-quota-project
func (g *google) rest(ctx context.Context, method, url string, body []byte, result any) error {
	token, err := g.accessToken(ctx)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("X-Goog-User-Project", g.projectID)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := g.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return restFailure(method+" "+url, resp.Status, content)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(content, result)
}

// accessToken returns a token of the person who is signed in to gcloud. It must not be printed.
func (g *google) accessToken(ctx context.Context) (token string, err error) {
	err = g.gcloud(ctx, &token, "auth", "print-access-token")
	return token, err
}

// lookUp finds a program on a PATH.
func lookUp(program, path string) (string, error) {
	for _, folder := range filepath.SplitList(path) {
		if found, err := exec.LookPath(filepath.Join(folder, program)); err == nil {
			return found, nil
		}
	}
	return "", errors.New("gcloud isn't on the PATH. " +
		"Install it: https://docs.cloud.google.com/sdk/docs/install")
}

var plain = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// quote returns a command that can be pasted into a shell.
func quote(program string, arguments ...string) string {
	command := program
	for _, word := range arguments {
		if !plain.MatchString(word) {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		command += " " + word
	}
	return command
}
