package e2e

// What the journeys of the sign-in methods share: the provider's page in a window of its own or in the same tab, a
// browser that blocks such windows, and the outbox of the local Firebase.

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// popup presses something that opens a provider's page in a window, and returns that window.
func (b *tab) popup(words string) *tab {
	b.t.Helper()
	opened := chromedp.WaitNewTarget(b.ctx, func(i *target.Info) bool { return strings.Contains(i.URL, "/emulator/auth/handler") })
	b.press(words)
	select {
	case id := <-opened:
		window := newTab(b.t, b.app, b.ctx, chromedp.WithTargetID(id))
		window.until("the provider's page", `document.readyState === 'complete'`)
		return window
	case <-time.After(patience):
		b.t.Fatalf("no window opened after pressing %s\nthe page shows:\n%s", words, b.text())
		return nil
	}
}

// person is who signs in at a provider.
type person struct {
	email      string // "" does not share it
	name       string
	picture    string
	unverified bool
}

// makesUp fills the provider's page in as the person and goes back to the app. b is the popup, or the tab itself.
func (b *tab) makesUp(p person) {
	b.t.Helper()
	b.until("the provider's page", `location.pathname === '/emulator/auth/handler' && document.readyState === 'complete'`)
	if p.email == "" {
		b.press("No email, as when a person does not share it")
	} else {
		b.enter("Email", p.email)
	}
	if p.unverified {
		b.evaluate("not verified", `document.getElementById('verified').click()`)
	}
	if p.name != "" {
		b.enter("Name (optional)", p.name)
	}
	if p.picture != "" {
		b.enter("Picture (optional, an https address)", p.picture)
	}
	b.pressAndLeave("Continue")
}

// picks chooses an account that the provider knows already.
func (b *tab) picks(name string) {
	b.t.Helper()
	account := `[...document.querySelectorAll('.accounts button')].find(e => e.innerText.includes(` + quote(name) + `))`
	b.until("an account of "+name, account)
	b.evaluate("name the account", account+`.ariaLabel = `+quote(name))
	b.pressAndLeave(name)
}

// pressAndLeave presses something after which the window closes, or the page goes away: the browser may not answer.
func (b *tab) pressAndLeave(words string) {
	b.t.Helper()
	b.until("something to press that says "+words, `pressable(`+quote(words)+`)`)
	b.evaluate("mark "+words, `pressable(`+quote(words)+`).setAttribute('data-journey', 'leave')`)
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	_ = chromedp.Do(ctx, chromedp.Click(chromedp.CSS("[data-journey=leave]")))
}

// withProvider signs in, or links, with a provider's page in a window.
func (b *tab) withProvider(words string, p person) {
	b.t.Helper()
	b.popup(words).makesUp(p)
}

// blocksWindows makes the tab a browser that opens no windows, from the next page on.
func (b *tab) blocksWindows() {
	b.t.Helper()
	b.do("block windows", func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument,
			page.AddScriptToEvaluateOnNewDocumentParams{Source: `window.open = () => null`})
		return chromedp.Void{}, err
	})
}

// message is one email or text message in the outbox.
type message struct {
	Kind, Purpose, To, Subject, Text, Link, Code string
}

// newest returns the newest message to an address or number, and waits until there is one with the given purpose.
func (a *app) newest(to, purpose string) message {
	a.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		for _, m := range a.outbox() {
			if m.To == to && m.Purpose == purpose {
				return m
			}
		}
	}
	a.t.Fatalf("nothing was sent to %s for %q: %+v", to, purpose, a.outbox())
	return message{}
}

func (a *app) outbox() []message {
	a.t.Helper()
	response, err := http.Get(a.url + "/emulator/outbox.json")
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	var box struct{ Messages []message }
	if err := json.NewDecoder(response.Body).Decode(&box); err != nil {
		a.t.Fatalf("read the outbox: %v", err)
	}
	return box.Messages
}

// path returns an address of the program without its origin, for tab.open.
func (a *app) path(address string) string { return strings.TrimPrefix(address, a.url) }

// admin makes a call to the local Firebase as its administrator.
func (a *app) admin(method, path, body string) {
	a.t.Helper()
	r, err := http.NewRequest(method, a.url+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer owner")
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		a.t.Fatalf("%s %s: got %s", method, path, response.Status)
	}
}

// logs waits until the program's log contains the words.
func (a *app) logs(words string) {
	a.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if strings.Contains(a.log.text(), words) {
			return
		}
	}
	a.t.Errorf("the program's log does not say %q", words)
}

// useUp signs in elsewhere with the code that was sent to the number.
func (a *app) useUp(number string) {
	a.t.Helper()
	response, err := http.Get(a.url + "/emulator/v1/projects/demo-latchkey/verificationCodes")
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	var list struct {
		VerificationCodes []struct{ PhoneNumber, SessionInfo, Code string }
	}
	if err := json.NewDecoder(response.Body).Decode(&list); err != nil {
		a.t.Fatalf("read the codes: %v", err)
	}
	for _, sent := range list.VerificationCodes {
		if sent.PhoneNumber == number {
			a.admin("POST", "/identitytoolkit.googleapis.com/v1/accounts:signInWithPhoneNumber",
				`{"sessionInfo":`+quote(sent.SessionInfo)+`,"code":`+quote(sent.Code)+`}`)
			return
		}
	}
	a.t.Fatalf("no code was sent to %s", number)
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
