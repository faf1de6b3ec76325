package e2e

// What the journeys about an account's life need besides the browser: the local Firebase's helpers for tests.

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"example.com/latchkey/config"
)

const localFirebase = "/emulator/v1/projects/" + config.LocalProjectID

// send calls the local Firebase, as an administrator where the call is for one, and returns the body of its answer.
func (a *app) send(method, path string, body any) []byte {
	a.t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		a.t.Fatal(err)
	}
	request, err := http.NewRequest(method, cmp.Or(a.firebase, a.url)+path, bytes.NewReader(encoded))
	if err != nil {
		a.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer owner")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		a.t.Fatalf("%s %s: got %d %s %v", method, path, response.StatusCode, answer, err)
	}
	return answer
}

// age makes every sign-in and every emailed link that much older.
func (a *app) age(by time.Duration) {
	a.t.Helper()
	a.send("POST", localFirebase+":age", map[string]int64{"seconds": int64(by.Seconds())})
}

// configure changes the project's settings, under their production names.
func (a *app) configure(settings string) {
	a.t.Helper()
	a.send("PATCH", localFirebase+"/config", json.RawMessage(settings))
}

// emailed returns the path of the link in the newest email of a kind, such as "VERIFY_EMAIL". It waits for one.
func (a *app) emailed(purpose, to string) string {
	a.t.Helper()
	var outbox struct {
		Messages []struct{ Purpose, To, Link string }
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if err := json.Unmarshal(a.send("GET", "/emulator/outbox.json?key=local", nil), &outbox); err != nil {
			a.t.Fatal(err)
		}
		for _, m := range outbox.Messages {
			if m.Purpose == purpose && m.To == to {
				return m.Link[strings.Index(m.Link, "/auth/action?"):] // the page is the program's, whatever the host
			}
		}
	}
	a.t.Fatalf("no email %s to %s: %+v", purpose, to, outbox)
	return ""
}

// pending says whether an emailed link can still be used.
func (a *app) pending(link string) bool {
	a.t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		a.t.Fatal(err)
	}
	code := u.Query().Get("oobCode")
	if strings.Contains(a.log.text(), code) {
		a.t.Error("R55: the program's log contains the code of a link")
	}
	return bytes.Contains(a.send("GET", localFirebase+"/oobCodes", nil), []byte(code))
}

// tolerates forgives an error that may or may not come: which of two tabs hears first that a session has ended is not
// for the story to say.
func (b *tab) tolerates(pattern string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, &expectation{pattern: regexp.MustCompile(pattern), seen: true})
}

// nextSecond waits until the clock shows another second. The platform revokes by the second, so a sign-in of the same
// second outlives the revocation; and the local Firebase's tokens of one second are the same.
func nextSecond() { time.Sleep(1100 * time.Millisecond) }

// comesBack is what the browser does when a person returns to the tab from another window.
func (b *tab) comesBack() {
	b.t.Helper()
	b.evaluate("come back", `dispatchEvent(new Event('focus'))`)
}

// keys types on the keyboard, wherever the focus is.
func (b *tab) keys(keys string) {
	b.t.Helper()
	b.do(fmt.Sprintf("keys %q", keys), chromedp.KeyEvent(keys))
}

// tabTo presses Tab until the focus is on what has these words, or is labelled with them.
func (b *tab) tabTo(words string) {
	b.t.Helper()
	for range 60 {
		b.keys("\t")
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

// signInIsOld makes the sign-in of the tab older than the five minutes for which it counts as recent.
func (b *tab) signInIsOld() {
	b.t.Helper()
	b.app.age(10 * time.Minute)
	b.press("Refresh the token now")
	b.sees("The ID token was refreshed")
}
