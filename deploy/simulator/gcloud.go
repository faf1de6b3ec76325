package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// command is a gcloud command: what it may be given, which method of which API it calls, and which
// permission that needs. Its page in gcloud's reference is
// https://docs.cloud.google.com/sdk/gcloud/reference/ with slashes between its words.
type command struct {
	// method is the API's method. Its first part names the API. It is empty if gcloud calls none.
	method string
	// permission is what the caller needs for resource, or several, separated by spaces.
	permission string
	// flags maps each flag to the field of the request or the parameter that gcloud derives from
	// it. It is empty if only gcloud uses the flag.
	flags map[string]string
	// on names the resource that permission is checked on, with {0} for the first argument and
	// {flag} for the value of a flag. The default is the project.
	on string
	// missing is what gcloud prints if there is no such resource.
	missing string
	// run does it. What it returns is what the command prints.
	run func(c *call) (any, error)
}

// call is a command that is running.
type call struct {
	*Google
	command
	identity string
	name     string            // of the command
	words    []string          // arguments that aren't flags
	given    map[string]string // flags; those without a value are "true" or "false"
	resource string            // command.on with its values
	folder   string            // where gcloud was started
}

// everywhere are flags of all commands. https://docs.cloud.google.com/sdk/gcloud/reference
var everywhere = []string{"project", "quiet", "format", "filter", "limit", "account", "verbosity"}

// gcloud runs a command line and returns what gcloud would print and its exit status.
func (g *Google) gcloud(line commandLine) (stdout, stderr string, status int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	text := strings.Join(line.Words, " ")
	c, err := g.parse(line.Identity, line.Folder, line.Words)
	if err != nil {
		g.problem("gcloud %s: %v", text, err)
		g.log = append(g.log, Call{Identity: line.Identity, Words: line.Words,
			Failure: err.Error()})
		return "", "ERROR: (gcloud) " + err.Error() + "\n", 2
	}
	at := len(g.log)
	g.log = append(g.log, Call{Identity: line.Identity, Command: c.name, Method: c.method,
		Words: append([]string{"gcloud"}, line.Words...)})
	result, err := c.execute()
	if err == nil {
		if stdout, err = format(result, c.given["format"]); err != nil {
			g.problem("gcloud %s: %v", text, err)
		}
	}
	if err != nil {
		stderr = c.explain(err)
		off := strings.Contains(stderr, "SERVICE_DISABLED")
		if off && line.TurnsOn && c.given["quiet"] == "true" {
			// gcloud's source, googlecloudsdk/api_lib/util/apis.py, and the property
			// core/should_prompt_to_enable_api
			g.problem("gcloud %s: with --quiet, gcloud would turn the API on by itself", text)
		}
		g.log[at].Failure = stderr
		return "", stderr, 1
	}
	return stdout, "", 0
}

func (c *call) execute() (any, error) {
	if c.identity == "" {
		return nil, own("You do not currently have an active account selected.\n" +
			"Please run:\n\n  $ gcloud auth login\n\nto obtain new credentials.")
	}
	if c.method != "" && c.given["project"] != "" && c.given["project"] != c.Project {
		return nil, denied("The caller does not have permission")
	}
	if _, ok := c.resources[c.resource]; !ok && strings.HasPrefix(c.resource, "b/") {
		return nil, c.gone() // Cloud Storage doesn't hide that a bucket doesn't exist
	}
	if c.method != "" {
		err := c.ready(c.identity, c.method, true, strings.Fields(c.permission), c.resource)
		if err != nil {
			return nil, err
		}
	}
	if c.name == c.Break {
		return nil, &failure{code: 500, status: "INTERNAL", message: "broken"}
	}
	return c.run(c)
}

// parse finds the command in the table and checks its flags.
func (g *Google) parse(identity, folder string, words []string) (*call, error) {
	c := &call{Google: g, identity: identity, folder: folder, given: map[string]string{}}
	var plain []string
	for i := 0; i < len(words); i++ {
		name, isFlag := strings.CutPrefix(words[i], "--")
		if !isFlag {
			plain = append(plain, words[i])
			continue
		}
		name, value, ok := strings.Cut(name, "=")
		switch {
		case ok:
		case i+1 < len(words) && valued[name]: // --name value
			i++
			value = words[i]
		case strings.HasPrefix(name, "no-"):
			name, value = strings.TrimPrefix(name, "no-"), "false"
		default:
			value = "true"
		}
		if old, ok := c.given[name]; ok { // a flag that may be repeated
			value = old + "\n" + value
		}
		c.given[name] = value
	}
	known := false
	for end := len(plain); end > 0 && !known; end-- {
		c.name = strings.Join(plain[:end], " ")
		c.command, known = commands[c.name]
		c.words = plain[end:]
	}
	if !known {
		return nil, fmt.Errorf("the command %q is not in the simulator's table", plain)
	}
	for flag := range c.given {
		if _, ok := c.flags[flag]; !ok && !slices.Contains(everywhere, flag) {
			return nil, fmt.Errorf("unrecognized arguments: --%s", flag)
		}
	}
	if c.given["project"] == "" && c.method != "" && identity == Owner && len(c.words) == 0 {
		return nil, errors.New("the required property [project] is not currently set")
	}
	c.resource = c.fill(c.on)
	if c.on == "" {
		c.resource = g.project()
	}
	return c, nil
}

// valued are the flags that the table's users may write with a space before the value.
var valued = map[string]bool{"project": true, "format": true, "region": true, "location": true}

// fill replaces {0}, {1}, {project} and {flag} in the name of a resource.
func (c *call) fill(name string) string {
	pairs := []string{"{project}", c.project()}
	for i, word := range c.words {
		pairs = append(pairs, fmt.Sprintf("{%d}", i), word)
	}
	for flag, value := range c.given {
		pairs = append(pairs, "{"+flag+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(name)
}

// explain returns what gcloud prints for an error.
func (c *call) explain(err error) string {
	var f *failure
	text := err.Error()
	if errors.As(err, &f) && f.status == "" {
		text = f.message // gcloud's own words
	}
	text = "ERROR: (gcloud." + strings.ReplaceAll(c.name, " ", ".") + ") " + text + "\n"
	if f != nil && f.reason != "" {
		text += "- '@type': type.googleapis.com/google.rpc.ErrorInfo\n  domain: googleapis.com\n" +
			"  metadata:\n    consumer: projects/" + c.Number + "\n    service: " + f.service +
			"\n  reason: " + f.reason + "\n"
	}
	return text
}

// own returns an error that gcloud words itself.
func own(format string, values ...any) error {
	return &failure{message: fmt.Sprintf(format, values...)}
}

// format prints a result as --format says: as JSON, or the value at one path.
// https://docs.cloud.google.com/sdk/gcloud/reference/topic/formats
func format(result any, how string) (string, error) {
	if text, ok := result.(string); ok {
		return text + "\n", nil
	}
	path, isValue := strings.CutPrefix(how, "value(")
	switch {
	case how == "":
		return "", nil // for people
	case how == "json":
		if result == nil {
			return "[]\n", nil
		}
		text, err := json.MarshalIndent(result, "", "  ")
		return string(text) + "\n", err
	case isValue:
		items, isList := result.([]any)
		if !isList {
			items = []any{result}
		}
		var lines strings.Builder
		for _, item := range items {
			fmt.Fprintln(&lines, at(item, strings.TrimSuffix(path, ")")))
		}
		return lines.String(), nil
	}
	return "", fmt.Errorf("the simulator doesn't know the format %s", how)
}

// tagged is a projection of the traffic to the URL of a tag.
// https://docs.cloud.google.com/sdk/gcloud/reference/topic/projections
var tagged = regexp.MustCompile(`^(.*)\.filter\("tag=([^"]*)"\)\.extract\(url\)\.flatten\(\)$`)

// at returns the value at a path such as metadata.annotations."run.googleapis.com/ingress".
func at(value any, path string) any {
	if match := tagged.FindStringSubmatch(path); match != nil {
		list, _ := at(value, match[1]).([]any)
		for _, target := range list {
			if target.(object)["tag"] == match[2] {
				return target.(object)["url"]
			}
		}
		return ""
	}
	for path != "" {
		var key string
		if quoted, ok := strings.CutPrefix(path, `"`); ok {
			key, path, _ = strings.Cut(quoted, `"`)
			path = strings.TrimPrefix(path, ".")
		} else {
			key, path, _ = strings.Cut(path, ".")
		}
		inner, _ := value.(object)
		value = inner[key]
	}
	if value == nil {
		return ""
	}
	return value
}
