package e2e

// What a user does and sees on a page. Elements are found by the text that a user reads on them.

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// findElements is JavaScript that finds visible elements by their text. fieldWithLabel returns
// the form field that has a label; clickable returns a button or, if there is none, a link or
// checkbox.
const findElements = `
const visible = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true});
const textOf = e => (e.ariaLabel || e.textContent).trim().replace(/\s+/g, ' ');
const fieldWithLabel = label => [...document.querySelectorAll('label')]
	.filter(l => visible(l) && textOf(l) === label)
	.map(l => l.control)
	.find(field => field && !field.matches(':disabled'));
const clickable = text => ['button', 'a[href], summary, input + label']
	.flatMap(kind => [...document.querySelectorAll(kind)])
	.find(e => visible(e) && !e.matches(':disabled') && textOf(e) === text);
const pageText = () => document.body.innerText.replace(/\s+/g, ' ');
`

// open loads a page of the app and waits until it has loaded.
func (b *tab) open(path string) {
	b.t.Helper()
	b.do("open "+path, func(ctx context.Context) error {
		return b.page.navigate(ctx, b.app.url+path)
	})
}

func (b *tab) reload() {
	b.t.Helper()
	b.do("reload", b.page.reload)
}

// back goes back in the tab's history.
func (b *tab) back() {
	b.t.Helper()
	b.do("go back", b.page.back)
}

// resize sets the size of the page, in CSS pixels.
func (b *tab) resize(width, height int) {
	b.t.Helper()
	b.do("resize", func(ctx context.Context) error { return b.page.resize(ctx, width, height) })
}

// refocus does what the browser does when the user returns to the tab from another window.
func (b *tab) refocus() {
	b.t.Helper()
	b.runScript("return to the tab", `dispatchEvent(new Event('focus'))`)
}

// waitForFocus waits until the element with this text or label has the focus.
func (b *tab) waitForFocus(text string) {
	b.t.Helper()
	b.waitUntil("the focus on "+text, `textOf(document.activeElement) === `+quote(text))
}

// fill replaces the text in the field with this label.
func (b *tab) fill(label, text string) {
	b.t.Helper()
	field := `fieldWithLabel(` + quote(label) + `)`
	b.waitUntil("a field "+label, field)
	b.runScript("focus "+label, `(e => { e.focus(); e.select(); })(`+field+`)`)
	if text == "" {
		b.typeKeys("\b")
		return
	}
	b.do("type into "+label, func(ctx context.Context) error {
		return b.page.insertText(ctx, text)
	})
}

// selectOption selects the option with this value in the select element with this label.
func (b *tab) selectOption(label, value string) {
	b.t.Helper()
	field := `fieldWithLabel(` + quote(label) + `)`
	b.waitUntil("an option "+value+" in "+label,
		field+` && [...`+field+`.options].some(o => o.value === `+quote(value)+`)`)
	b.runScript("select "+value, `(e => {
		e.focus();
		e.value = `+quote(value)+`;
		e.dispatchEvent(new Event('input', {bubbles: true}));
		e.dispatchEvent(new Event('change', {bubbles: true}));
	})(`+field+`)`)
}

// click clicks the button with exactly this text or, if there is none, the link or checkbox.
func (b *tab) click(text string) {
	b.t.Helper()
	selector := b.markClickable(text)
	b.do("click "+text, func(ctx context.Context) error { return b.page.click(ctx, selector) })
}

// clickByScript is click from a script. Browsers block the popups that such a click opens, unless
// the user has just clicked or typed.
func (b *tab) clickByScript(text string) {
	b.t.Helper()
	b.waitUntil("a button or link "+text, `clickable(`+quote(text)+`)`)
	b.runScript("click "+text, `clickable(`+quote(text)+`).click();`)
}

// markClickable waits for something to click that has this text, and returns a selector for it.
func (b *tab) markClickable(text string) string {
	b.t.Helper()
	b.waitUntil("a button or link "+text, `clickable(`+quote(text)+`)`)
	b.runScript("mark "+text, `
		document.querySelectorAll('[data-journey]').forEach(e => e.removeAttribute('data-journey'));
		clickable(`+quote(text)+`).setAttribute('data-journey', '')`)
	return "[data-journey]"
}

// typeKeys types on the keyboard, wherever the focus is.
func (b *tab) typeKeys(keys string) {
	b.t.Helper()
	b.do(fmt.Sprintf("type %q", keys), func(ctx context.Context) error {
		return b.page.typeKeys(ctx, keys)
	})
}

// tabTo types Tab until the focus is on the element with this text or label.
func (b *tab) tabTo(text string) {
	b.t.Helper()
	for range 60 {
		b.typeKeys("\t")
		focused := evaluate[string](b, function(`
			const e = document.activeElement;
			return e.labels?.[0] ? textOf(e.labels[0]) : textOf(e);`))
		if focused == text {
			return
		}
	}
	b.t.Fatalf("the keyboard does not reach %s", text)
}

// waitForText waits until the page shows this text.
func (b *tab) waitForText(text string) {
	b.t.Helper()
	b.waitUntil("the text "+text, `pageText().includes(`+quote(text)+`)`)
}

// waitForNoText waits until the page has loaded and does not show this text.
func (b *tab) waitForNoText(text string) {
	b.t.Helper()
	b.waitUntil("the absence of "+text,
		`document.readyState === 'complete' && !pageText().includes(`+quote(text)+`)`)
}

// waitForValue waits until the field with this label holds the text.
func (b *tab) waitForValue(label, text string) {
	b.t.Helper()
	b.waitUntil(fmt.Sprintf("%q in %s", text, label),
		`fieldWithLabel(`+quote(label)+`)?.value === `+quote(text))
}

// waitForPath waits until the tab is at a path of the app.
func (b *tab) waitForPath(path string) {
	b.t.Helper()
	b.waitUntil("the page "+path, `location.pathname === `+quote(path))
}

// waitForFieldError waits until the page marks the field with this label as invalid and describes
// it with this text.
func (b *tab) waitForFieldError(label, text string) {
	b.t.Helper()
	b.waitUntil("an error for "+label+": "+text, `(field =>
		field?.getAttribute('aria-invalid') === 'true' &&
		field.getAttribute('aria-describedby').split(' ').some(
			id => document.getElementById(id)?.innerText.includes(`+quote(text)+`))
	)(fieldWithLabel(`+quote(label)+`))`)
}

// waitUntil waits until a JavaScript expression is true. It tries again if evaluating the
// expression fails, because the page may just be loading.
func (b *tab) waitUntil(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	script := function(`return !!(` + expression + `);`)
	for {
		value, err := b.page.evaluate(ctx, script)
		if string(value) == "true" && err == nil {
			return
		}
		select {
		case <-ctx.Done():
			b.t.Fatalf("timed out waiting for %s (%v)\nthe page shows:\n%s", what, err, b.text())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// runScript runs JavaScript that may use findElements.
func (b *tab) runScript(what, script string) {
	b.t.Helper()
	b.do(what, func(ctx context.Context) error {
		_, err := b.page.evaluate(ctx, function(script))
		return err
	})
}

// function returns an expression that calls a function with this body, which may use findElements.
func function(body string) string { return `(() => {` + findElements + body + `})()` }

// evaluate returns the value of a JavaScript expression. If the value is a promise, it waits for
// the result.
func evaluate[T any](b *tab, expression string) T {
	b.t.Helper()
	var value T
	b.do("evaluate "+expression, func(ctx context.Context) error {
		encoded, err := b.page.evaluate(ctx, expression)
		if err != nil {
			return err
		}
		return json.Unmarshal(encoded, &value)
	})
	return value
}

// location returns what the address bar shows after the host.
func (b *tab) location() string {
	b.t.Helper()
	return evaluate[string](b, `location.href.slice(location.origin.length)`)
}

// text returns the URL and the text of the page, for failure messages.
func (b *tab) text() string {
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	encoded, err := b.page.evaluate(ctx, `location.href + '\n' + document.body?.innerText`)
	if err != nil {
		return err.Error()
	}
	var text string
	if err := json.Unmarshal(encoded, &text); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(text)
}

// do runs a step and ends the journey if it fails.
func (b *tab) do(what string, step func(context.Context) error) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	if err := step(ctx); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

// quote returns the text as a JavaScript string literal.
func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // strings can always be encoded
	}
	return string(quoted)
}
