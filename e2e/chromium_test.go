package e2e

// Chromium and Chrome, through the Chrome DevTools Protocol.

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	devtools "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

var chromium = &engine{
	name:     "chromium",
	packages: "chromium",
	variable: "CHROMIUM",
	find: func() (string, error) {
		return findProgram("CHROMIUM",
			"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
	},
	start: func(program string) (browser, error) {
		return startChromium(program, chromedp.Flag("host-resolver-rules", localHostsOnly))
	},
}

// localHostsOnly keeps the browser from resolving any host name except this machine's. If a
// page sends a request to another host all the same, the tab reports it.
const localHostsOnly = "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"

type chromiumBrowser struct {
	ctx  context.Context
	stop context.CancelFunc
}

func startChromium(program string, flags ...chromedp.ExecAllocatorOption) (browser, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-popup-blocking", false), // as for users
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "en-GB"),
		chromedp.WindowSize(1200, 900))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(options, flags...)...)
	ctx, cancel := chromedp.NewContext(allocator)
	return &chromiumBrowser{ctx, func() { cancel(); stop() }}, chromedp.Do(ctx)
}

func (b *chromiumBrowser) newProfile() (page, error) {
	return openChromiumPage(b.ctx, chromedp.WithNewBrowserContext())
}

func (b *chromiumBrowser) close() { b.stop() }

// chromiumPage is a tab of Chromium. Its context stands for the tab in every call of chromedp.
type chromiumPage struct {
	ctx    context.Context
	cancel context.CancelFunc
}

func openChromiumPage(parent context.Context, options ...chromedp.ContextOption) (page, error) {
	ctx, cancel := chromedp.NewContext(parent, options...)
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		return nil, err
	}
	return &chromiumPage{ctx, cancel}, nil
}

func (p *chromiumPage) newTab() (page, error) { return openChromiumPage(p.ctx) }

func (p *chromiumPage) close() { p.cancel() }

// within returns the context of the tab, that also ends with ctx.
func (p *chromiumPage) within(ctx context.Context) (context.Context, context.CancelFunc) {
	limited, cancel := context.WithCancel(p.ctx)
	stop := context.AfterFunc(ctx, cancel)
	return limited, func() { stop(); cancel() }
}

func (p *chromiumPage) do(ctx context.Context, action chromedp.Action[chromedp.Void]) error {
	limited, cancel := p.within(ctx)
	defer cancel()
	return chromedp.Do(limited, action)
}

func (p *chromiumPage) navigate(ctx context.Context, url string) error {
	return p.do(ctx, chromedp.Navigate(url))
}

func (p *chromiumPage) reload(ctx context.Context) error { return p.do(ctx, chromedp.Reload()) }

func (p *chromiumPage) back(ctx context.Context) error { return p.do(ctx, chromedp.NavigateBack()) }

func (p *chromiumPage) evaluate(ctx context.Context, expression string) ([]byte, error) {
	limited, cancel := p.within(ctx)
	defer cancel()
	value, err := chromedp.Run(limited,
		chromedp.Evaluate[[]byte](expression, chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	if len(value) == 0 {
		value = []byte("null")
	}
	return value, err
}

func (p *chromiumPage) click(ctx context.Context, selector string) error {
	// chromedp.Click fails if the document has just been loaded, because it refers to elements by
	// IDs that are valid only until then.
	encoded, err := p.evaluate(ctx, `(() => {
		const e = document.querySelector(`+quote(selector)+`);
		e.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
		const {x, y, width, height} = e.getClientRects()[0];
		return {x: x + width / 2, y: y + height / 2};
	})()`)
	if err != nil {
		return err
	}
	var middle struct{ X, Y float64 }
	if err := json.Unmarshal(encoded, &middle); err != nil {
		return err
	}
	return p.do(ctx, chromedp.MouseClickXY(middle.X, middle.Y))
}

func (p *chromiumPage) typeKeys(ctx context.Context, keys string) error {
	return p.do(ctx, chromedp.KeyEvent(keys))
}

func (p *chromiumPage) insertText(ctx context.Context, text string) error {
	limited, cancel := p.within(ctx)
	defer cancel()
	_, err := chromedp.Call(limited, input.InsertText, input.InsertTextParams{Text: text})
	return err
}

func (p *chromiumPage) resize(ctx context.Context, width, height int) error {
	return p.do(ctx, chromedp.EmulateViewport(int64(width), int64(height)))
}

func (p *chromiumPage) screenshot(ctx context.Context) ([]byte, error) {
	limited, cancel := p.within(ctx)
	defer cancel()
	return chromedp.Run(limited, chromedp.FullScreenshot(100))
}

func (p *chromiumPage) runOnNewPages(ctx context.Context, script string) error {
	limited, cancel := p.within(ctx)
	defer cancel()
	_, err := chromedp.Call(limited, devtools.AddScriptToEvaluateOnNewDocument,
		devtools.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	return err
}

func (p *chromiumPage) popup(ctx context.Context, open func() error) (page, error) {
	limited, cancel := p.within(ctx)
	defer cancel()
	opened := chromedp.WaitNewTarget(limited, func(i *target.Info) bool {
		return strings.HasPrefix(i.URL, "http")
	})
	if err := open(); err != nil {
		return nil, err
	}
	select {
	case id := <-opened:
		return openChromiumPage(p.ctx, chromedp.WithTargetID(id))
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// badStatus matches the console's message about a status of 400 or more.
var badStatus = regexp.MustCompile(`^Failed to load resource: .* a status of (\d+)`)

func (p *chromiumPage) listen(report, request func(string)) {
	_ = chromedp.Listen(p.ctx, func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			request(e.Request.URL)
		case *runtime.EventExceptionThrown:
			report("exception: " + exceptionText(e.ExceptionDetails))
		case *runtime.EventConsoleAPICalled:
			switch e.Type {
			case runtime.ConsoleAPICalledTypeError, runtime.ConsoleAPICalledTypeAssert:
				report("console: " + argumentsText(e.Args))
			}
		case *log.EventEntryAdded: // includes violations of the Content-Security-Policy
			reportOnly := strings.Contains(e.Entry.Text, "[Report Only]")
			if e.Entry.Level == log.EntryLevelError && !reportOnly {
				report(entryText(e.Entry))
			}
		case *devtools.EventJavascriptDialogOpening: // "Leave site?": confirm it
			go func() {
				accept := devtools.HandleJavaScriptDialogParams{Accept: true}
				_, _ = chromedp.Call(p.ctx, devtools.HandleJavaScriptDialog, accept)
			}()
		}
	})
}

func entryText(e *log.Entry) string {
	if status := badStatus.FindStringSubmatch(e.Text); status != nil {
		return failedRequest(status[1], e.URL)
	}
	if reason, ok := strings.CutPrefix(e.Text, "Failed to load resource: "); ok {
		return failedRequest(reason, e.URL)
	}
	return fmt.Sprintf("%s: %s %s", e.Source, e.Text, e.URL)
}

func exceptionText(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return d.Text
}

func argumentsText(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		words = append(words, cmp.Or(a.Description, string(a.Value)))
	}
	return strings.Join(words, " ")
}

// doInChromium runs an action of chromedp that other engines don't have.
func (b *tab) doInChromium(what string, action chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	p := b.page.(*chromiumPage)
	b.do(what, func(ctx context.Context) error { return p.do(ctx, action) })
}

// findBrowser is for tests that need Chromium.
func findBrowser(t *testing.T) string { return chromium.require(t) }
