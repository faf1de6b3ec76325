package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// 320 px is what WCAG 1.4.10 (reflow) asks for.
func TestJourneyOnANarrowScreenTheHeaderHasNoEmptyRow(t *testing.T) {
	tab := openBrowser(t, startApp(t))
	tab.do("narrow the screen", chromedp.EmulateViewport(320, 640))
	tab.open("/signin")
	tab.sees("New here?")
	tab.until("a header of one row", `document.querySelector('header').offsetHeight <=
		1.5 * document.querySelector('.brand').offsetHeight && document.documentElement.scrollWidth <= 320`)
}
