package parity

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

const project = "demo-latchkey"

// A scenario is a story told in calls. It begins with no accounts and with email enumeration protection on, on both
// sides, and every call may use what an earlier one answered.
type scenario struct {
	name  string
	steps []step
}

// A step is one call: what is sent, what must come of it, and what later steps need of the answer.
type step struct {
	name         string
	method, path string
	owner        bool              // sent as the Admin SDK does in emulator mode
	form         bool              // body is form-encoded, as securetoken wants it
	body         string            // {{name}} stands for something kept
	want         string            // outcome: "200", or status and error code
	keep         map[string]string // name → field of the answer, such as users[0].localId
	lastOf       string            // compare only the last element of this list
	pause        time.Duration     // before the call, where one-second granularity matters
}

// client is a call as the JS SDK sends it; op is for example v1/accounts:signUp.
func client(name, op, body string) step {
	return step{name: name, method: http.MethodPost, path: "/identitytoolkit.googleapis.com/" + op + "?key=local",
		body: body, want: "200"}
}

// clientGet is a question of the JS SDK that has no body.
func clientGet(name, op string) step {
	s := client(name, op, "")
	s.method = http.MethodGet
	return s
}

// admin is a call as the Admin SDK sends it; op is relative to the project, for example /accounts:lookup.
func admin(name, op, body string) step {
	return step{name: name, method: http.MethodPost, owner: true, body: body, want: "200",
		path: "/identitytoolkit.googleapis.com/v1/projects/" + project + op}
}

// refresh exchanges a refresh token; form is the encoded body.
func refresh(name, form string) step {
	return step{name: name, method: http.MethodPost, path: "/securetoken.googleapis.com/v1/token?key=local",
		body: form, form: true, want: "200"}
}

// helper is a call of the emulators' own interface, which test helpers use; op is for example GET /oobCodes.
func helper(name, op, body string) step {
	method, path, _ := strings.Cut(op, " ")
	return step{name: name, method: method, path: "/emulator/v1/projects/" + project + path, owner: true, body: body,
		want: "200"}
}

// emailed reads the code of the newest email and keeps it under the given name.
func emailed(as string) step {
	return helper("the newest email", "GET /oobCodes", "").lastIn("oobCodes").keeping(as, "oobCodes[0].oobCode")
}

func (s step) at(path string) step        { s.path = path; return s }
func (s step) anonymously() step          { s.owner = false; return s }
func (s step) asGet() step                { s.method = http.MethodGet; return s }
func (s step) after(d time.Duration) step { s.pause = d; return s }
func (s step) lastIn(list string) step    { s.lastOf = list; return s }

// failing expects a code of an error; such an answer has nothing to keep.
func (s step) failing(code string) step { return s.ending("400 " + code) }
func (s step) ending(outcome string) step {
	s.want, s.keep = outcome, nil
	return s
}

func (s step) keeping(nameAndField ...string) step {
	s.keep = map[string]string{}
	for i := 0; i < len(nameAndField); i += 2 {
		s.keep[nameAndField[i]] = nameAndField[i+1]
	}
	return s
}

// play runs a scenario against one emulator and returns the answer of every step.
func (sc scenario) play(t *testing.T, base string) []answer {
	t.Helper()
	steps := append([]step{
		helper("no accounts", "DELETE /accounts", ""),
		helper("enumeration protection", "PATCH /config", `{"emailPrivacyConfig":{"enableImprovedEmailPrivacy":true}}`),
	}, sc.steps...)
	kept := map[string]string{"later": strconv.FormatInt(time.Now().Add(nextSecond).Unix(), 10)}
	answers := make([]answer, 0, len(steps))
	for _, s := range steps {
		a := s.send(t, base, kept)
		for name, field := range s.keep {
			kept[name] = a.raw[field]
		}
		answers = append(answers, a)
	}
	return answers[2:]
}

// send makes the call of one step.
func (s step) send(t *testing.T, base string, kept map[string]string) answer {
	t.Helper()
	time.Sleep(s.pause)
	req, err := http.NewRequest(s.method, base+fill(s.path, kept), strings.NewReader(fill(s.body, kept)))
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
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s: reading the answer: %v", s.name, err)
	}
	return s.read(t, resp, body)
}

// read turns a response into an answer that can be compared.
func (s step) read(t *testing.T, resp *http.Response, body []byte) answer {
	t.Helper()
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return newAnswer(resp.StatusCode, map[string]any{"notJSON": fmt.Sprintf("%T", err)})
	}
	if object, ok := value.(map[string]any); ok && s.lastOf != "" {
		if list, ok := object[s.lastOf].([]any); ok && len(list) > 0 {
			object[s.lastOf] = list[len(list)-1:]
		}
	}
	return newAnswer(resp.StatusCode, value)
}

// fill replaces every {{name}} by what was kept under it.
func fill(text string, kept map[string]string) string {
	for name, value := range kept {
		text = strings.ReplaceAll(text, "{{"+name+"}}", value)
	}
	return text
}
