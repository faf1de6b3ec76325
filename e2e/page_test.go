package e2e

// What a person does on a page and what they see, for the journeys. Things are found by the words that a person reads.

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

// enter replaces what is in the field with this label.
func (b *tab) enter(label, text string) {
	b.t.Helper()
	b.until("a field "+label, `control(`+quote(label)+`)`)
	b.evaluate("focus "+label, `(e => { e.focus(); e.select(); })(control(`+quote(label)+`))`)
	if text == "" {
		b.do("empty "+label, chromedp.KeyEvent("\b"))
		return
	}
	b.do("type into "+label, func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return chromedp.Void{}, err
	})
}

// choose picks the option of the select with this label that has this value.
func (b *tab) choose(label, value string) {
	b.t.Helper()
	b.until("a choice "+value+" in "+label,
		`control(`+quote(label)+`) && [...control(`+quote(label)+`).options].some(o => o.value === `+quote(value)+`)`)
	b.evaluate("choose "+value, `(e => { e.focus(); e.value = `+quote(value)+`;
		e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true}));
	})(control(`+quote(label)+`))`)
}

// press clicks the button that has exactly these words or, where there is none, the link or checkbox.
func (b *tab) press(words string) {
	b.t.Helper()
	b.until("something to press that says "+words, `pressable(`+quote(words)+`)`)
	b.evaluate("mark "+words, `document.querySelectorAll('[data-journey]').forEach(e => e.removeAttribute('data-journey')),
		pressable(`+quote(words)+`).setAttribute('data-journey', '')`)
	b.do("press "+words, chromedp.Click(chromedp.CSS("[data-journey]")))
}

// sees waits until the page shows these words.
func (b *tab) sees(words string) {
	b.t.Helper()
	b.until("the words "+words, `shown().includes(`+quote(words)+`)`)
}

// doesNotSee waits until the page does not show these words any more.
func (b *tab) doesNotSee(words string) {
	b.t.Helper()
	b.until("no words "+words, `document.readyState === 'complete' && !shown().includes(`+quote(words)+`)`)
}

// has waits until the field with this label holds the text.
func (b *tab) has(label, text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("%q in %s", text, label), `control(`+quote(label)+`)?.value === `+quote(text))
}

// isAt waits until the tab is at a path of the program.
func (b *tab) isAt(path string) {
	b.t.Helper()
	b.until("the page "+path, `location.pathname === `+quote(path))
}

// complaint waits for the sentence that the page shows beside the field with this label.
func (b *tab) complaint(label, words string) {
	b.t.Helper()
	b.until("a complaint about "+label+": "+words, `(e => e && e.getAttribute('aria-invalid') === 'true' &&
		e.getAttribute('aria-describedby').split(' ').some(id => document.getElementById(id)?.innerText.includes(`+
		quote(words)+`)))(control(`+quote(label)+`))`)
}

// lookup is JavaScript that finds things as a person does: among what is visible, by the words on it.
const lookup = `
const visible = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true});
const words = e => (e.ariaLabel || e.textContent).trim().replace(/\s+/g, ' ');
const control = label => [...document.querySelectorAll('label')]
	.filter(l => visible(l) && words(l) === label).map(l => l.control).find(c => c && !c.matches(':disabled'));
const pressable = label => ['button', 'a[href], summary, input + label']
	.flatMap(kind => [...document.querySelectorAll(kind)])
	.find(e => visible(e) && !e.matches(':disabled') && words(e) === label);
const shown = () => document.body.innerText.replace(/\s+/g, ' ');
`

// until waits for an expression to become true. A page that is just being replaced counts as not yet.
func (b *tab) until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
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

// evaluate runs an expression for its effect.
func (b *tab) evaluate(what, expression string) {
	b.t.Helper()
	b.do(what, chromedp.Evaluate[chromedp.Void](`{`+lookup+expression+`}`))
}

// text is what the page shows, for messages.
func (b *tab) text() string {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + '\n' + document.body?.innerText`))
	return strings.TrimSpace(errors.Join(err, errors.New(text)).Error())
}

// do runs actions and ends the journey where one fails.
func (b *tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
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
