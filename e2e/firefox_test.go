package e2e

// Firefox, through WebDriver BiDi.

import (
	"bufio"
	"context"
	"encoding/base64"
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

	"github.com/chromedp/chromedp/kb"
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

// firefoxPage is a tab of Firefox, in a window of its own. Only tabs in front are visible to their
// pages.
type firefoxPage struct {
	browser *firefoxBrowser
	profile string // the user context
	first   bool   // of the profile; closing it closes the others too
	context string // the browsing context
	popups  chan *firefoxPage

	mu              sync.Mutex
	report, request func(string)
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
	defer b.mu.Unlock()
	p := b.pages[created.Context]
	if p == nil {
		return nil, errors.New("Firefox did not report the new window")
	}
	p.profile = profile
	return p, nil
}

func (p *firefoxPage) newTab() (page, error) { return p.browser.newPage(p.profile) }

func (p *firefoxPage) close() {
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	if p.first {
		params := bidiParams{"userContext": p.profile}
		_ = p.browser.conn.call(ctx, "browser.removeUserContext", params, nil)
	} else {
		_ = p.call(ctx, "browsingContext.close", nil, nil)
	}
}

// call sends a command for this tab.
func (p *firefoxPage) call(
	ctx context.Context, method string, params bidiParams, result any,
) error {
	if params == nil {
		params = bidiParams{}
	}
	params["context"] = p.context
	return p.browser.conn.call(ctx, method, params, result)
}

func (p *firefoxPage) navigate(ctx context.Context, url string) error {
	err := p.call(ctx, "browsingContext.navigate", bidiParams{"url": url, "wait": "complete"}, nil)
	return p.waitForLoad(ctx, err)
}

func (p *firefoxPage) reload(ctx context.Context) error {
	err := p.call(ctx, "browsingContext.reload", bidiParams{"wait": "complete"}, nil)
	return p.waitForLoad(ctx, err)
}

// waitForLoad waits for the next page if a script navigated away during loading.
func (p *firefoxPage) waitForLoad(ctx context.Context, err error) error {
	if err == nil || !strings.Contains(err.Error(), "NS_BINDING_ABORTED") {
		return err
	}
	return p.waitUntil(ctx, `document.readyState === 'complete'`)
}

// back waits until the address or the document has changed.
func (p *firefoxPage) back(ctx context.Context) error {
	const current = `[location.href, performance.timeOrigin].join(' ')`
	before, err := p.evaluate(ctx, current)
	if err != nil {
		return err
	}
	one := bidiParams{"delta": -1}
	if err := p.call(ctx, "browsingContext.traverseHistory", one, nil); err != nil {
		return err
	}
	return p.waitUntil(ctx, `document.readyState === 'complete' && `+
		current+` !== `+string(before))
}

// waitUntil tries again if evaluating the expression fails, because the page may just be loading.
func (p *firefoxPage) waitUntil(ctx context.Context, expression string) error {
	for {
		value, err := p.evaluate(ctx, expression)
		if err == nil && string(value) == "true" {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", expression, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (p *firefoxPage) evaluate(ctx context.Context, expression string) ([]byte, error) {
	var got struct {
		Type             string
		Result           struct{ Value string }
		ExceptionDetails struct{ Text string }
	}
	err := p.browser.conn.call(ctx, "script.evaluate", bidiParams{
		"expression":   `(async () => JSON.stringify(await (` + expression + `)) ?? 'null')()`,
		"target":       bidiParams{"context": p.context},
		"awaitPromise": true,
	}, &got)
	if err == nil && got.Type == "exception" {
		err = errors.New(got.ExceptionDetails.Text)
	}
	return []byte(got.Result.Value), err
}

func (p *firefoxPage) click(ctx context.Context, selector string) error {
	// When a page comes to the front, it may change. If the element is gone then, the click hits nothing.
	if err := p.call(ctx, "browsingContext.activate", nil, nil); err != nil {
		return err
	}
	encoded, err := p.evaluate(ctx, `(async () => {
		const e = document.querySelector(`+quote(selector)+`);
		if (!e) return {x: 0, y: 0};
		const middle = () => {
			e.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
			const {x, y, width, height} = e.getBoundingClientRect();
			return {x: Math.floor(x + width / 2), y: Math.floor(y + height / 2)};
		};
		for (let last = middle(), now; ; last = now) { // until the element has come to rest
			await new Promise((resolve) => setTimeout(resolve, 50));
			now = middle();
			if (now.x === last.x && now.y === last.y) return now;
		}
	})()`)
	if err != nil {
		return err
	}
	var middle struct{ X, Y int }
	if err := json.Unmarshal(encoded, &middle); err != nil {
		return err
	}
	return p.perform(ctx, "pointer", []bidiParams{
		{"type": "pointerMove", "x": middle.X, "y": middle.Y},
		{"type": "pointerDown", "button": 0},
		{"type": "pointerUp", "button": 0},
	})
}

// webDriverKeys are the keys that WebDriver calls by a code point in Unicode's private use area.
var webDriverKeys = strings.NewReplacer(
	kb.Backspace, "\uE003", kb.Tab, "\uE004", kb.Enter, "\uE007", kb.Escape, "\uE00C")

func (p *firefoxPage) typeKeys(ctx context.Context, keys string) error {
	var actions []bidiParams
	for _, key := range webDriverKeys.Replace(keys) {
		actions = append(actions,
			bidiParams{"type": "keyDown", "value": string(key)},
			bidiParams{"type": "keyUp", "value": string(key)})
	}
	return p.perform(ctx, "key", actions)
}

// perform brings the tab to the front and performs the actions of one input device.
func (p *firefoxPage) perform(ctx context.Context, device string, actions []bidiParams) error {
	if err := p.call(ctx, "browsingContext.activate", nil, nil); err != nil {
		return err
	}
	source := bidiParams{"type": device, "id": device, "actions": actions}
	return p.call(ctx, "input.performActions", bidiParams{"actions": []any{source}}, nil)
}

func (p *firefoxPage) insertText(ctx context.Context, text string) error {
	_, err := p.evaluate(ctx, `document.execCommand('insertText', false, `+quote(text)+`)`)
	return err
}

func (p *firefoxPage) resize(ctx context.Context, width, height int) error {
	size := map[string]int{"width": width, "height": height}
	return p.call(ctx, "browsingContext.setViewport", bidiParams{"viewport": size}, nil)
}

func (p *firefoxPage) screenshot(ctx context.Context) ([]byte, error) {
	var image struct{ Data string }
	params := bidiParams{"origin": "document"}
	if err := p.call(ctx, "browsingContext.captureScreenshot", params, &image); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(image.Data)
}

func (p *firefoxPage) runOnNewPages(ctx context.Context, script string) error {
	return p.browser.conn.call(ctx, "script.addPreloadScript", bidiParams{
		"functionDeclaration": `() => {` + script + `}`,
		"contexts":            []string{p.context},
	}, nil)
}

func (p *firefoxPage) popup(ctx context.Context, open func() error) (page, error) {
	for len(p.popups) > 0 {
		<-p.popups // opened earlier
	}
	if err := open(); err != nil {
		return nil, err
	}
	select {
	case popup := <-p.popups:
		return popup, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *firefoxPage) listen(report, request func(string)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.report, p.request = report, request
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

func (p *firefoxPage) handleEvent(method string, e *bidiEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.report == nil {
		return
	}
	switch method {
	case "network.beforeRequestSent":
		p.request(e.Request.URL)
	case "network.responseCompleted":
		if e.Response.Status >= 400 {
			p.report(failedRequest(fmt.Sprint(e.Response.Status), e.Request.URL))
		}
	case "network.fetchError":
		// A page that leaves stops its requests, and a navigation may overtake another one.
		if e.ErrorText != "NS_BINDING_ABORTED" && e.Navigation == "" {
			p.report(failedRequest(e.ErrorText, e.Request.URL))
		}
	case "log.entryAdded": // includes violations of the Content-Security-Policy
		if e.Level == "error" {
			p.report(e.Type + ": " + e.Text)
		}
	}
}
