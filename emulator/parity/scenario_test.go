package parity

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const project = "demo-latchkey"

// A scenario is a sequence of calls. On both emulators it starts with no accounts and with email
// enumeration protection on. A call can use values from earlier responses.
type scenario struct {
	name  string
	steps []step
}

// A step is one call: the request, the expected outcome, and the values that later steps need.
type step struct {
	name         string
	method, path string
	owner        bool              // authenticated as the Admin SDK does in emulator mode
	form         bool              // the body is form-encoded, as Secure Token expects
	body         string            // {{name}} is replaced by a kept value
	want         string            // outcome: "200", or an HTTP status and an error code
	keep         map[string]string // name → field of the response, such as users[0].localId
	lastOf       string            // compare only the last element of this list
	pause        time.Duration     // wait before the call, where times have one-second granularity
}

// client returns a call as the JS SDK sends it. op is, for example, v1/accounts:signUp.
func client(name, op, body string) step {
	return step{
		name:   name,
		method: http.MethodPost,
		path:   "/identitytoolkit.googleapis.com/" + op + "?key=local",
		body:   body,
		want:   "200",
	}
}

// clientGet returns a GET request of the JS SDK.
func clientGet(name, op string) step {
	s := client(name, op, "")
	s.method = http.MethodGet
	return s
}

// admin returns a call as the Admin SDK sends it. op is relative to the project, for example
// /accounts:lookup.
func admin(name, op, body string) step {
	return step{
		name:   name,
		method: http.MethodPost,
		path:   "/identitytoolkit.googleapis.com/v1/projects/" + project + op,
		owner:  true,
		body:   body,
		want:   "200",
	}
}

// refresh returns a call to Secure Token that exchanges a refresh token. form is the encoded body.
func refresh(name, form string) step {
	return step{
		name:   name,
		method: http.MethodPost,
		path:   "/securetoken.googleapis.com/v1/token?key=local",
		form:   true,
		body:   form,
		want:   "200",
	}
}

// emulator returns a call to the API that only emulators have. op is, for example, GET /oobCodes.
func emulator(name, op, body string) step {
	method, path, _ := strings.Cut(op, " ")
	return step{
		name:   name,
		method: method,
		path:   "/emulator/v1/projects/" + project + path,
		owner:  true,
		body:   body,
		want:   "200",
	}
}

// newestEmail reads the newest email.
func newestEmail(name string) step {
	return emulator(name, "GET /oobCodes", "").lastIn("oobCodes")
}

// receiveEmail reads the code of the newest email and keeps it under the given name.
func receiveEmail(keepAs string) step {
	return newestEmail("the newest email").keeping(keepAs, "oobCodes[0].oobCode")
}

func (s step) at(path string) step        { s.path = path; return s }
func (s step) withoutCredentials() step   { s.owner = false; return s }
func (s step) asGet() step                { s.method = http.MethodGet; return s }
func (s step) after(d time.Duration) step { s.pause = d; return s }
func (s step) lastIn(list string) step    { s.lastOf = list; return s }

// failing expects HTTP status 400 with an error code.
func (s step) failing(code string) step { return s.expecting("400 " + code) }

// expecting expects an error, such as "403 CODE". There is nothing to keep from an error.
func (s step) expecting(outcome string) step {
	s.want, s.keep = outcome, nil
	return s
}

// keeping keeps fields of the response for later steps. It takes pairs of a name and a field.
func (s step) keeping(nameAndField ...string) step {
	s.keep = map[string]string{}
	for i := 0; i < len(nameAndField); i += 2 {
		s.keep[nameAndField[i]] = nameAndField[i+1]
	}
	return s
}

// run plays a scenario on one emulator and returns the response of every step.
func (sc scenario) run(t *testing.T, base string) []response {
	t.Helper()
	setUp := []step{
		emulator("delete the accounts", "DELETE /accounts", ""),
		setEnumerationProtection(true),
	}
	steps := slices.Concat(setUp, sc.steps)
	later := time.Now().Add(nextSecond).Unix()
	kept := map[string]string{"later": strconv.FormatInt(later, 10)}
	responses := make([]response, 0, len(steps))
	for _, s := range steps {
		r := s.send(t, base, kept)
		for name, field := range s.keep {
			kept[name] = r.raw[field]
		}
		responses = append(responses, r)
	}
	return responses[len(setUp):]
}

// setEnumerationProtection switches email enumeration protection on or off.
func setEnumerationProtection(on bool) step {
	name := "protection off"
	if on {
		name = "protection on"
	}
	return emulator(name, "PATCH /config",
		fmt.Sprintf(`{"emailPrivacyConfig":{"enableImprovedEmailPrivacy":%t}}`, on))
}

// send makes the call of one step.
func (s step) send(t *testing.T, base string, kept map[string]string) response {
	t.Helper()
	time.Sleep(s.pause)
	body := strings.NewReader(fill(s.body, kept))
	req, err := http.NewRequest(s.method, base+fill(s.path, kept), body)
	if err != nil {
		t.Fatal(err)
	}
	if s.owner {
		req.Header.Set("Authorization", "Bearer owner")
	}
	switch {
	case s.form:
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case s.body != "":
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s: reading the response: %v", s.name, err)
	}
	return s.parse(resp.StatusCode, content)
}

// parse turns the body of an HTTP response into a response that can be compared.
func (s step) parse(status int, body []byte) response {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return newResponse(status, map[string]any{"notJSON": fmt.Sprintf("%T", err)})
	}
	if object, ok := value.(map[string]any); ok && s.lastOf != "" {
		if list, ok := object[s.lastOf].([]any); ok && len(list) > 0 {
			object[s.lastOf] = list[len(list)-1:]
		}
	}
	return newResponse(status, value)
}

// fill replaces every {{name}} with the value kept under that name.
func fill(text string, kept map[string]string) string {
	for name, value := range kept {
		text = strings.ReplaceAll(text, "{{"+name+"}}", value)
	}
	return text
}
