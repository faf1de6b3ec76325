package e2e

// What the journeys about an account's life need besides the browser: the local Firebase's helpers for tests.

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/latchkey/config"
)

const localFirebase = "/emulator/v1/projects/" + config.LocalProjectID

// callFirebase calls the local Firebase, as an administrator where the call is for one, and returns the body of its answer.
func (a *app) callFirebase(method, path string, body any) []byte {
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
	a.callFirebase("POST", localFirebase+":age", map[string]int64{"seconds": int64(by.Seconds())})
}

// configureProject changes the project's settings, under their production names.
func (a *app) configureProject(settings string) {
	a.t.Helper()
	a.callFirebase("PATCH", localFirebase+"/config", json.RawMessage(settings))
}

// emailLink returns the path of the link in the newest email of a kind, such as "VERIFY_EMAIL". It waits for one.
func (a *app) emailLink(purpose, to string) string {
	a.t.Helper()
	var outbox struct {
		Messages []struct{ Purpose, To, Link string }
	}
	for deadline := time.Now().Add(waitTimeout); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if err := json.Unmarshal(a.callFirebase("GET", "/emulator/outbox.json?key=local", nil), &outbox); err != nil {
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

// isUnused says whether an emailed link can still be used.
func (a *app) isUnused(link string) bool {
	a.t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		a.t.Fatal(err)
	}
	code := u.Query().Get("oobCode")
	if strings.Contains(a.log.text(), code) {
		a.t.Error("R55: the program's log contains the code of a link")
	}
	return bytes.Contains(a.callFirebase("GET", localFirebase+"/oobCodes", nil), []byte(code))
}

// waitForNextSecond waits until the clock shows another second. The platform revokes by the second, so a sign-in of the same
// second outlives the revocation; and the local Firebase's tokens of one second are the same.
func waitForNextSecond() { time.Sleep(1100 * time.Millisecond) }

// message is one email or text message in the outbox.
type message struct {
	Kind, Purpose, To, Subject, Text, Link, Code string
}

// newestMessage returns the newest message to an address or number, and waits until there is one with the given purpose.
func (a *app) newestMessage(to, purpose string) message {
	a.t.Helper()
	for deadline := time.Now().Add(waitTimeout); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
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

// useCode signs in elsewhere with the code that was sent to the number.
func (a *app) useCode(number string) {
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
