package e2e

// What a user does on a page and what they see, for the journeys. Things are found by the words that a user reads.

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// open loads a page of the program, and waits until it is there.
func (b *tab) open(path string) {
	b.t.Helper()
	b.do("open "+path, chromedp.Navigate(b.app.url+path))
}

func (b *tab) reload() {
	b.t.Helper()
	b.do("reload", chromedp.Reload())
}

// fill replaces what is in the field with this label.
func (b *tab) fill(label, text string) {
	b.t.Helper()
	b.waitUntil("a field "+label, `control(`+quote(label)+`)`)
	b.runScript("focus "+label, `(e => { e.focus(); e.select(); })(control(`+quote(label)+`))`)
	if text == "" {
		b.do("empty "+label, chromedp.KeyEvent("\b"))
		return
	}
	b.do("type into "+label, func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return chromedp.Void{}, err
	})
}

// selectOption picks the option of the select with this label that has this value.
func (b *tab) selectOption(label, value string) {
	b.t.Helper()
	b.waitUntil("a choice "+value+" in "+label,
		`control(`+quote(label)+`) && [...control(`+quote(label)+`).options].some(o => o.value === `+quote(value)+`)`)
	b.runScript("choose "+value, `(e => { e.focus(); e.value = `+quote(value)+`;
		e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true}));
	})(control(`+quote(label)+`))`)
}

// click clicks the button that has exactly these words or, where there is none, the link or checkbox.
func (b *tab) click(words string) {
	b.t.Helper()
	b.waitUntil("something to press that says "+words, `clickable(`+quote(words)+`)`)
	b.runScript("mark "+words, `document.querySelectorAll('[data-journey]').forEach(e => e.removeAttribute('data-journey')),
		clickable(`+quote(words)+`).setAttribute('data-journey', '')`)
	b.do("press "+words, chromedp.Click(chromedp.CSS("[data-journey]")))
}

// waitForText waits until the page shows these words.
func (b *tab) waitForText(words string) {
	b.t.Helper()
	b.waitUntil("the words "+words, `shown().includes(`+quote(words)+`)`)
}

// waitForNoText waits until the page does not show these words any more.
func (b *tab) waitForNoText(words string) {
	b.t.Helper()
	b.waitUntil("no words "+words, `document.readyState === 'complete' && !shown().includes(`+quote(words)+`)`)
}

// waitForValue waits until the field with this label holds the text.
func (b *tab) waitForValue(label, text string) {
	b.t.Helper()
	b.waitUntil(fmt.Sprintf("%q in %s", text, label), `control(`+quote(label)+`)?.value === `+quote(text))
}

// waitForPath waits until the tab is at a path of the program.
func (b *tab) waitForPath(path string) {
	b.t.Helper()
	b.waitUntil("the page "+path, `location.pathname === `+quote(path))
}

// waitForFieldError waits for the sentence that the page shows beside the field with this label.
func (b *tab) waitForFieldError(label, words string) {
	b.t.Helper()
	b.waitUntil("a complaint about "+label+": "+words, `(e => e && e.getAttribute('aria-invalid') === 'true' &&
		e.getAttribute('aria-describedby').split(' ').some(id => document.getElementById(id)?.innerText.includes(`+
		quote(words)+`)))(control(`+quote(label)+`))`)
}

// lookup is JavaScript that finds things as a user does: among what is visible, by the words on it.
const lookup = `
const visible = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true});
const words = e => (e.ariaLabel || e.textContent).trim().replace(/\s+/g, ' ');
const control = label => [...document.querySelectorAll('label')]
	.filter(l => visible(l) && words(l) === label).map(l => l.control).find(c => c && !c.matches(':disabled'));
const clickable = label => ['button', 'a[href], summary, input + label']
	.flatMap(kind => [...document.querySelectorAll(kind)])
	.find(e => visible(e) && !e.matches(':disabled') && words(e) === label);
const shown = () => document.body.innerText.replace(/\s+/g, ' ');
`

// waitUntil waits for an expression to become true. A page that is just being replaced counts as not yet.
func (b *tab) waitUntil(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, waitTimeout)
	defer cancel()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`{`+lookup+`!!(`+expression+`)}`))
		if ok && err == nil {
			return
		}
		select {
		case <-ctx.Done():
			b.t.Fatalf("waited in vain for %s (%v)\nthe page shows:\n%s", what, err, b.text())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// runScript runs an expression for its effect.
func (b *tab) runScript(what, expression string) {
	b.t.Helper()
	b.do(what, chromedp.Evaluate[chromedp.Void](`{`+lookup+expression+`}`))
}

// text is what the page shows, for messages.
func (b *tab) text() string {
	ctx, cancel := context.WithTimeout(b.ctx, waitTimeout)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + '\n' + document.body?.innerText`))
	return strings.TrimSpace(errors.Join(err, errors.New(text)).Error())
}

// do runs actions and ends the journey where one fails.
func (b *tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, waitTimeout)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // strings can always be marshalled
	}
	return string(quoted)
}

// location is what the address bar shows after the host.
func (b *tab) location() string {
	b.t.Helper()
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.href.slice(location.origin.length)`))
	if err != nil {
		b.t.Fatal(err)
	}
	return got
}

// refocus is what the browser does when a user returns to the tab from another window.
func (b *tab) refocus() {
	b.t.Helper()
	b.runScript("come back", `dispatchEvent(new Event('focus'))`)
}

// typeKeys types on the keyboard, wherever the focus is.
func (b *tab) typeKeys(keys string) {
	b.t.Helper()
	b.do(fmt.Sprintf("keys %q", keys), chromedp.KeyEvent(keys))
}

// tabTo presses Tab until the focus is on what has these words, or is labelled with them.
func (b *tab) tabTo(words string) {
	b.t.Helper()
	for range 60 {
		b.typeKeys("\t")
		at, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`{`+lookup+`
			const e = document.activeElement; e.labels?.[0] ? words(e.labels[0]) : words(e)}`))
		if err != nil {
			b.t.Fatal(err)
		}
		if at == words {
			return
		}
	}
	b.t.Fatalf("the keyboard does not reach %s", words)
}

// ask returns what an expression gives in the page.
func (b *tab) ask(expression string) string {
	b.t.Helper()
	answer, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return answer
}
