package e2e

// What journeys do with the local Firebase besides using it through the pages: read its outbox,
// change its settings, and make sign-ins older.

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

const (
	identityToolkit = "/identitytoolkit.googleapis.com/v1/"
	localUsers      = identityToolkit + "projects/" + config.LocalProjectID + "/accounts:"
	providerConfigs = "/identitytoolkit.googleapis.com/v2/projects/" + config.LocalProjectID +
		"/defaultSupportedIdpConfigs/"
	emulatorProject = "/emulator/v1/projects/" + config.LocalProjectID
)

// callFirebase calls the local Firebase with the credentials of an administrator and returns the
// response body. Any status but 200 fails the test.
func (a *app) callFirebase(method, path string, body any) []byte {
	a.t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		a.t.Fatal(err)
	}
	r, err := http.NewRequest(method, cmp.Or(a.firebaseURL, a.url)+path, bytes.NewReader(encoded))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer owner")
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		a.t.Fatalf("%s %s: got %d %s %v", method, path, resp.StatusCode, content, err)
	}
	return content
}

// readFirebase calls the local Firebase and decodes the JSON response into result.
func (a *app) readFirebase(method, path string, body, result any) {
	a.t.Helper()
	content := a.callFirebase(method, path, body)
	if err := json.Unmarshal(content, result); err != nil {
		a.t.Fatalf("%s %s: %v in %s", method, path, err, content)
	}
}

// configureProject changes the project's settings. Their names are those of the production API.
func (a *app) configureProject(settings string) {
	a.t.Helper()
	a.callFirebase("PATCH", emulatorProject+"/config", json.RawMessage(settings))
}

// age makes every sign-in and every emailed link older by this much.
func (a *app) age(by time.Duration) {
	a.t.Helper()
	seconds := map[string]int64{"seconds": int64(by.Seconds())}
	a.callFirebase("POST", emulatorProject+":age", seconds)
}

// waitForNextSecond waits until the clock shows another second. Identity Platform revokes
// sessions by the second, so a sign-in in the same second survives the revocation. Tokens that
// the local Firebase issues to a user in the same second are equal.
func waitForNextSecond() {
	next := time.Now().Truncate(time.Second).Add(time.Second)
	time.Sleep(time.Until(next) + 10*time.Millisecond)
}

// message is an email or text message in the outbox.
type message struct {
	Purpose string // such as "VERIFY_EMAIL"; empty for a text message
	To      string
	Link    string
	Code    string
}

// newestMessage waits for a message with this purpose to this email address or phone number, and
// returns the newest one.
func (a *app) newestMessage(purpose, to string) message {
	a.t.Helper()
	var newest message
	var outbox struct{ Messages []message }
	found := eventually(func() bool {
		a.readFirebase("GET", "/emulator/outbox.json?key=local", nil, &outbox)
		for _, m := range outbox.Messages { // the newest message comes first
			if m.Purpose == purpose && m.To == to {
				newest = m
				return true
			}
		}
		return false
	})
	if !found {
		a.t.Fatalf("no message %q to %s in the outbox: %+v", purpose, to, outbox)
	}
	return newest
}

// emailLink waits for an email and returns the path of the link in it. The purpose is a type of
// email action code, such as "VERIFY_EMAIL".
func (a *app) emailLink(purpose, to string) string {
	a.t.Helper()
	link := a.newestMessage(purpose, to).Link
	return link[strings.Index(link, "/auth/action?"):] // in the rehearsal, the origin differs
}

// textCode waits for a text message and returns the code in it.
func (a *app) textCode(to string) string {
	a.t.Helper()
	return a.newestMessage("", to).Code
}

// isUnused reports whether an emailed link can still be used.
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
	return bytes.Contains(a.callFirebase("GET", emulatorProject+"/oobCodes", nil), []byte(code))
}

// useTextCode signs in outside the browser with the code that was sent to the phone number.
func (a *app) useTextCode(to string) {
	a.t.Helper()
	var codes struct {
		VerificationCodes []struct{ PhoneNumber, SessionInfo, Code string }
	}
	a.readFirebase("GET", emulatorProject+"/verificationCodes", nil, &codes)
	for _, sent := range codes.VerificationCodes {
		if sent.PhoneNumber == to {
			a.callFirebase("POST", identityToolkit+"accounts:signInWithPhoneNumber",
				map[string]string{"sessionInfo": sent.SessionInfo, "code": sent.Code})
			return
		}
	}
	a.t.Fatalf("no code was sent to %s", to)
}
