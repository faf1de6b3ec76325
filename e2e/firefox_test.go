package e2e

// Firefox, through WebDriver BiDi.

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

var firefox = &engine{
	name:     "firefox",
	packages: "firefox-esr",
	variable: "FIREFOX",
	find:     func() (string, error) { return findProgram("FIREFOX", "firefox-esr", "firefox") },
	start:    startFirefox,
}

// bidiOrigin is what this client calls itself. Firefox accepts connections from this origin only.
const bidiOrigin = "http://localhost"

// firefoxPrefs keep Firefox from connecting to any other host, and from showing pages and
// questions of its own. Firefox's own set of preferences for automation would do the same, but it
// also turns the popup blocker off.
var firefoxPrefs = map[string]any{
	"remote.prefs.recommended":     false,
	"dom.disable_open_during_load": true,

	"network.proxy.type":                         1,
	"network.proxy.http":                         "127.0.0.1",
	"network.proxy.http_port":                    9, // nothing listens there
	"network.proxy.ssl":                          "127.0.0.1",
	"network.proxy.ssl_port":                     9,
	"network.proxy.no_proxies_on":                "localhost, 127.0.0.1",
	"network.captive-portal-service.enabled":     false,
	"network.connectivity-service.enabled":       false,
	"services.settings.server":                   "data:,",
	"app.update.disabledForTesting":              true,
	"app.normandy.enabled":                       false,
	"browser.safebrowsing.downloads.enabled":     false,
	"browser.safebrowsing.malware.enabled":       false,
	"browser.safebrowsing.phishing.enabled":      false,
	"datareporting.policy.dataSubmissionEnabled": false,
	"toolkit.telemetry.server":                   "",
	"extensions.update.enabled":                  false,
	"extensions.systemAddon.update.enabled":      false,

	"browser.startup.page":                     0,
	"browser.startup.homepage_override.mstone": "ignore",
	"browser.shell.checkDefaultBrowser":        false,
	"browser.translations.enable":              false,
	"browser.download.folderList":              2,
	"browser.download.alwaysOpenPanel":         false,
	"signon.rememberSignons":                   false,
	"intl.accept_languages":                    "en-GB",

	// Pages react to input at once, and in windows that aren't in front.
	"dom.input_events.security.minNumTicks":        0,
	"dom.input_events.security.minTimeElapsedInMS": 0,
	"focusmanager.testmode":                        true,
}

type firefoxBrowser struct {
	process *exec.Cmd
	profile string // the folder
	conn    *bidiConn

	mu    sync.Mutex
	pages map[string]*firefoxPage // by the browsing context, also of frames
}

func startFirefox(program string) (browser, error) {
	profile, err := os.MkdirTemp("", "latchkey-firefox-")
	if err != nil {
		return nil, err
	}
	b := &firefoxBrowser{profile: profile, pages: map[string]*firefoxPage{}}
	if err := b.start(program); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *firefoxBrowser) start(program string) error {
	var prefs strings.Builder
	for name, value := range firefoxPrefs {
		encoded, err := json.Marshal(value)
		if err != nil {
			return err
		}
		fmt.Fprintf(&prefs, "user_pref(%q, %s);\n", name, encoded)
	}
	file := filepath.Join(b.profile, "user.js")
	if err := os.WriteFile(file, []byte(prefs.String()), 0o600); err != nil {
		return err
	}
	b.process = commandThatDiesWithTest(program, "--headless", "--no-remote",
		"--profile", b.profile, "--width", "1200", "--height", "900",
		"--remote-debugging-port", "0", "--remote-allow-origins", bidiOrigin)
	stderr, err := b.process.StderrPipe()
	if err != nil {
		return err
	}
	if err := b.process.Start(); err != nil {
		return err
	}
	url, err := bidiURL(stderr)
	if err != nil {
		return err
	}
	if b.conn, err = dialBidi(url+"/session", b.handleEvent); err != nil {
		return err
	}
	return b.startSession()
}

// bidiURL reads the URL for WebDriver BiDi from Firefox's output, and the rest of the output until
// it ends.
func bidiURL(output io.ReadCloser) (string, error) {
	found := make(chan string, 1)
	go func() {
		defer close(found)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			const prefix = "WebDriver BiDi listening on "
			if url, ok := strings.CutPrefix(lines.Text(), prefix); ok {
				found <- url
				break
			}
		}
		_, _ = io.Copy(io.Discard, output)
	}()
	select {
	case url, ok := <-found:
		if ok {
			return url, nil
		}
		return "", errors.New("Firefox exited")
	case <-time.After(waitTimeout):
		return "", errors.New("Firefox doesn't listen")
	}
}

func (b *firefoxBrowser) startSession() error {
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	prompts := map[string]string{"default": "accept"} // "Leave site?"
	capabilities := bidiParams{"alwaysMatch": bidiParams{"unhandledPromptBehavior": prompts}}
	for _, command := range []struct {
		method string
		params bidiParams
	}{
		{"session.new", bidiParams{"capabilities": capabilities}},
		{"session.subscribe", bidiParams{"events": []string{
			"browsingContext.contextCreated", "log.entryAdded",
			"network.beforeRequestSent", "network.responseCompleted", "network.fetchError",
		}}},
	} {
		if err := b.conn.call(ctx, command.method, command.params, nil); err != nil {
			return err
		}
	}
	return nil
}

func (b *firefoxBrowser) close() {
	if b.conn != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = b.conn.call(ctx, "browser.close", bidiParams{}, nil)
	}
	kill(b.process)
	_ = os.RemoveAll(b.profile)
}

func (b *firefoxBrowser) newProfile() (page, error) {
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	var created struct{ UserContext string }
	err := b.conn.call(ctx, "browser.createUserContext", bidiParams{}, &created)
	if err != nil {
		return nil, err
	}
	p, err := b.newPage(created.UserContext)
	if err != nil {
		return nil, err
	}
	p.first = true
	return p, nil
}

func (b *firefoxBrowser) newPage(profile string) (*firefoxPage, error) {
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	var created struct{ Context string }
	params := bidiParams{"type": "window", "userContext": profile}
	if err := b.conn.call(ctx, "browsingContext.create", params, &created); err != nil {
		return nil, err
	}
	b.mu.Lock()
	p := b.pages[created.Context]
	b.mu.Unlock()
	if p == nil {
		return nil, errors.New("Firefox did not report the new window")
	}
	p.profile = profile
	return p, p.bringToFront(ctx) // before another window is brought to the front
}

// bidiEvent has the fields of all events that the tests handle.
type bidiEvent struct {
	Context        string
	Source         struct{ Context string }
	Parent         string // of a frame
	OriginalOpener string // of a popup
	UserContext    string

	Request    struct{ URL string }
	Response   struct{ Status int }
	ErrorText  string
	Navigation string // of a page, not of a resource

	Type, Level, Text string
}

func (b *firefoxBrowser) handleEvent(method string, params json.RawMessage) {
	var e bidiEvent
	if err := json.Unmarshal(params, &e); err != nil {
		panic(fmt.Errorf("Firefox has changed the protocol: %w in %s", err, params))
	}
	if method == "browsingContext.contextCreated" {
		b.addPage(&e)
		return
	}
	b.mu.Lock()
	p := b.pages[e.Context+e.Source.Context]
	b.mu.Unlock()
	if p != nil {
		p.handleEvent(method, &e)
	}
}

// addPage adds a tab, a popup or a frame.
func (b *firefoxBrowser) addPage(e *bidiEvent) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if parent := b.pages[e.Parent]; parent != nil {
		b.pages[e.Context] = parent
		return
	}
	p := &firefoxPage{
		browser: b, profile: e.UserContext, context: e.Context, popups: make(chan *firefoxPage, 1),
	}
	b.pages[e.Context] = p
	if opener := b.pages[e.OriginalOpener]; opener != nil {
		select {
		case opener.popups <- p:
		default: // the one before is still there
		}
	}
}
