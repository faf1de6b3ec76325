package e2e

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/chromedp/kb"
)

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

// click hits nothing if the element disappears when the page comes to the front, as it may for a
// user.
func (p *firefoxPage) click(ctx context.Context, selector string) error {
	if err := p.bringToFront(ctx); err != nil {
		return err
	}
	var element struct{ Result struct{ SharedID string } }
	err := p.browser.conn.call(ctx, "script.evaluate", bidiParams{
		"expression": `(async () => {
			const e = document.querySelector(` + quote(selector) + `);
			const position = () => {
				e.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
				const {x, y} = e.getBoundingClientRect();
				return [x, y].join();
			};
			// Wait until the element has come to rest.
			for (let last = e && position(), now; e; last = now) {
				await new Promise((resolve) => setTimeout(resolve, 50));
				now = position();
				if (now === last) break;
			}
			return e;
		})()`,
		"target":       bidiParams{"context": p.context},
		"awaitPromise": true,
	}, &element)
	if err != nil {
		return err
	}
	if element.Result.SharedID == "" {
		return nil
	}
	// The browser looks up where the element is at the moment of the click.
	origin := bidiParams{
		"type": "element", "element": bidiParams{"sharedId": element.Result.SharedID},
	}
	err = p.perform(ctx, "pointer", []bidiParams{
		{"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
		{"type": "pointerDown", "button": 0},
		{"type": "pointerUp", "button": 0},
	})
	if err != nil && regexp.MustCompile("is not displayed|no such node").MatchString(err.Error()) {
		return nil
	}
	return err
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

// bringToFront returns when the page is visible. On a busy machine, a window that was opened earlier
// may still come to the front later than this one.
func (p *firefoxPage) bringToFront(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := p.call(ctx, "browsingContext.activate", nil, nil); err != nil {
			return err
		}
		value, err := p.evaluate(ctx, `!document.hidden`)
		if err == nil && string(value) == "true" {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("bring the page to the front: %w", ctx.Err())
}

// perform brings the tab to the front and performs the actions of one input device.
func (p *firefoxPage) perform(ctx context.Context, device string, actions []bidiParams) error {
	if err := p.bringToFront(ctx); err != nil {
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
