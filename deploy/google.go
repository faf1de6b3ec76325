package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// google calls Google Cloud as the person who is signed in to gcloud, and prints what it does.
type google struct {
	host
	environ []string
	project string
	dryRun  bool
}

// step prints the heading of a step.
func (g *google) step(title string) { fmt.Fprintf(g.out, "\n# %s\n", title) }

// note prints a comment.
func (g *google) note(format string, values ...any) {
	text := fmt.Sprintf(format, values...)
	fmt.Fprintln(g.out, "# "+strings.ReplaceAll(text, "\n", "\n# "))
}

// change prints a gcloud command and runs it, unless this is a dry run.
func (g *google) change(ctx context.Context, arguments ...string) error {
	arguments = append(arguments, "--project="+g.project, "--quiet")
	fmt.Fprintln(g.out, quote(append([]string{"gcloud"}, arguments...)))
	if g.dryRun {
		return nil
	}
	_, err := g.gcloud(ctx, arguments)
	return err
}

// read runs a gcloud command that changes nothing and decodes its output. A dry run only prints
// the command and leaves result as it is.
func (g *google) read(ctx context.Context, result any, arguments ...string) error {
	arguments = append(arguments, "--project="+g.project, "--quiet", "--format=json")
	if g.dryRun {
		g.note("looks up: %s", quote(append([]string{"gcloud"}, arguments...)))
		return nil
	}
	out, err := g.gcloud(ctx, arguments)
	if err != nil {
		return err
	}
	return json.Unmarshal(out, result)
}

// gcloud runs gcloud and returns what it prints.
func (g *google) gcloud(ctx context.Context, arguments []string) ([]byte, error) {
	path, err := find("gcloud", variables(g.environ)["PATH"])
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, arguments...)
	cmd.Env = g.environ
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, stderr.String())
	}
	return out, nil
}

// find looks a program up on a PATH.
func find(program, path string) (string, error) {
	for _, folder := range filepath.SplitList(path) {
		if found, err := exec.LookPath(filepath.Join(folder, program)); err == nil {
			return found, nil
		}
	}
	return "", fmt.Errorf("%s isn't on the PATH", program)
}

var plain = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// quote returns a command that can be pasted into a shell.
func quote(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		if quoted[i] = word; !plain.MatchString(word) {
			quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
