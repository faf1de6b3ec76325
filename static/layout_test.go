package static

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestTheAccountPageIsInLineWithTheHeader has the structure of views/account.templ.
func TestTheAccountPageIsInLineWithTheHeader(t *testing.T) {
	page := openPage(t, nil)
	build := fmt.Sprintf(`document.body.innerHTML = '<header></header><div class="with-jumps">' +
		'<nav class="jumps"><ul><li><a>Sign-in methods</a></li></ul></nav><main></main></div>';
		Promise.all(['%s', '%s'].map((href) => new Promise((onload) => document.head.append(
			Object.assign(document.createElement('link'), { rel: 'stylesheet', href, onload }),
		)))).then(() => undefined)`, Path("app.css"), Path("account.css"))
	if _, err := chromedp.Run(page,
		chromedp.Evaluate[chromedp.Void](build, chromedp.EvalAwaitPromise)); err != nil {
		t.Fatal(err)
	}
	type place struct{ Left, Right float64 }
	const measure = `['header', 'main', '.jumps ul'].map((selector) => {
		const { left, right } = document.querySelector(selector).getBoundingClientRect();
		return { Left: left, Right: right };
	})`
	shown := 0
	for _, width := range []int64{360, 1023, 1024, 1080, 1130, 1183, 1184, 1280, 1600} {
		if err := chromedp.Do(page, chromedp.EmulateViewport(width, 900)); err != nil {
			t.Fatal(err)
		}
		places, err := chromedp.Run(page, chromedp.Evaluate[[]place](measure))
		if err != nil {
			t.Fatal(err)
		}
		header, main, jumps := places[0], places[1], places[2]
		if header != main {
			t.Errorf("%d px: the header is at %v, the content at %v", width, header, main)
		}
		if hidden := jumps == (place{}); !hidden {
			shown++
			if jumps.Left < 16 || jumps.Right > main.Left {
				t.Errorf("%d px: the jump list is at %v, the content at %v", width, jumps, main)
			}
		}
	}
	if shown != 3 {
		t.Errorf("the jump list was shown at %d widths, want 3", shown)
	}
}
