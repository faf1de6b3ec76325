package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// webKitPage is a window of its own, because the driver can't bring a tab to the front, and only
// tabs in front are visible to their pages.
type webKitPage struct {
	profile *webKitProfile
	window  string
	first   bool // of the profile; closing it closes the others too
}

// call sends a command for this window.
func (p *webKitPage) call(
	ctx context.Context, method, path string, params webDriverParams, result any,
) error {
	s := p.profile
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.window != p.window {
		params := webDriverParams{"handle": p.window}
		if err := webDriverCall(ctx, "POST", s.session+"/window", params, nil); err != nil {
			return err
		}
		s.window = p.window
	}
	return webDriverCall(ctx, method, s.session+path, params, result)
}

func (p *webKitPage) newTab() (page, error) {
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	var created struct{ Handle string }
	params := webDriverParams{"type": "window"}
	if err := p.call(ctx, "POST", "/window/new", params, &created); err != nil {
		return nil, err
	}
	return &webKitPage{profile: p.profile, window: created.Handle}, nil
}

func (p *webKitPage) close() {
	if p.first {
		p.profile.close()
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	_ = p.call(ctx, "DELETE", "/window", nil, nil)
}

func (p *webKitPage) listen(report, request func(string)) {
	p.profile.proxy.listen(report, request)
}

func (p *webKitPage) navigate(ctx context.Context, url string) error {
	return p.call(ctx, "POST", "/url", webDriverParams{"url": url}, nil)
}

func (p *webKitPage) reload(ctx context.Context) error {
	return p.call(ctx, "POST", "/refresh", nil, nil)
}

func (p *webKitPage) back(ctx context.Context) error {
	return p.call(ctx, "POST", "/back", nil, nil)
}

func (p *webKitPage) evaluate(ctx context.Context, expression string) ([]byte, error) {
	var got struct{ JSON, Error string }
	err := p.call(ctx, "POST", "/execute/async", webDriverParams{
		"args": []any{},
		"script": `(async () => JSON.stringify(await (` + expression + `)) ?? 'null')().then(
			(json) => arguments[0]({json}),
			(error) => arguments[0]({error: String(error)}))`,
	}, &got)
	if err == nil && got.Error != "" {
		err = errors.New(got.Error)
	}
	return []byte(got.JSON), err
}

func (p *webKitPage) click(ctx context.Context, selector string) error {
	var element map[string]string
	params := webDriverParams{"using": "css selector", "value": selector}
	if err := p.call(ctx, "POST", "/element", params, &element); err != nil {
		return err
	}
	const key = "element-6066-11e4-a52e-4f735466cecf" // from the specification
	return p.call(ctx, "POST", "/element/"+element[key]+"/click", nil, nil)
}

func (p *webKitPage) typeKeys(ctx context.Context, keys string) error {
	var actions []webDriverParams
	for _, key := range webDriverKeys.Replace(keys) {
		actions = append(actions,
			webDriverParams{"type": "keyDown", "value": string(key)},
			webDriverParams{"type": "keyUp", "value": string(key)})
	}
	keyboard := webDriverParams{"type": "key", "id": "keyboard", "actions": actions}
	return p.call(ctx, "POST", "/actions", webDriverParams{"actions": []any{keyboard}}, nil)
}

func (p *webKitPage) insertText(ctx context.Context, text string) error {
	_, err := p.evaluate(ctx, `document.execCommand('insertText', false, `+quote(text)+`)`)
	return err
}

// resize sets the size of the window so that the page in it has the given size.
func (p *webKitPage) resize(ctx context.Context, width, height int) error {
	encoded, err := p.evaluate(ctx,
		`{Width: outerWidth - innerWidth, Height: outerHeight - innerHeight}`)
	if err != nil {
		return err
	}
	var frame struct{ Width, Height int }
	if err := json.Unmarshal(encoded, &frame); err != nil {
		return err
	}
	size := webDriverParams{"width": width + frame.Width, "height": height + frame.Height}
	return p.call(ctx, "POST", "/window/rect", size, nil)
}

// screenshot keeps repainting the page, because the driver waits until the page is repainted.
func (p *webKitPage) screenshot(ctx context.Context) ([]byte, error) {
	_, err := p.evaluate(ctx, `void setInterval(() => {
		document.documentElement.style.opacity = 1 - Math.random() / 1000;
	}, 20)`)
	if err != nil {
		return nil, err
	}
	var image []byte // from base64
	return image, p.call(ctx, "GET", "/screenshot", nil, &image)
}

func (p *webKitPage) runOnNewPages(_ context.Context, script string) error {
	p.profile.proxy.runOnNewPages(script)
	return nil
}

func (p *webKitPage) popup(ctx context.Context, open func() error) (page, error) {
	before, err := p.windows(ctx)
	if err != nil {
		return nil, err
	}
	if err := open(); err != nil {
		return nil, err
	}
	for {
		after, err := p.windows(ctx)
		if err != nil {
			return nil, err
		}
		for _, window := range after {
			if !slices.Contains(before, window) {
				return &webKitPage{profile: p.profile, window: window}, nil
			}
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("no popup: %w", ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (p *webKitPage) windows(ctx context.Context) (handles []string, err error) {
	return handles, p.call(ctx, "GET", "/window/handles", nil, &handles)
}
