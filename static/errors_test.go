package static

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

type problem struct {
	Message string            `json:"message"`
	Fields  map[string]string `json:"fields"`
}

// withoutFirebase opens a page whose js/auth/session.js does nothing.
func withoutFirebase(t *testing.T) context.Context {
	t.Helper()
	return openPage(t, map[string]http.HandlerFunc{
		"GET /auth.js": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, `export const idToken = async () => null;`)
		},
	})
}

func TestAnErrorOfTheSDKIsASentence(t *testing.T) {
	page := withoutFirebase(t)
	describe := func(code string) problem {
		const body = `return m.describe(Object.assign(new Error('Firebase: text for programmers'), { code: input }))`
		return evaluate[problem](t, page, "js/ui/error-messages.js", code, body)
	}
	for code, field := range map[string]string{
		"auth/email-already-in-use": "email", "auth/invalid-email": "email", "auth/weak-password": "password",
	} {
		if got := describe(code); got.Message != "" || !strings.HasSuffix(got.Fields[field], ".") {
			t.Errorf("%s: got %+v, want a sentence about %s", code, got, field)
		}
	}
	for _, code := range []string{"auth/too-many-requests", "auth/user-disabled", "auth/network-request-failed"} {
		if got := describe(code); !strings.HasSuffix(got.Message, ".") || strings.Contains(got.Message, "auth/") {
			t.Errorf("%s: got %q, want a sentence without the code", code, got.Message)
		}
	}
	for _, code := range []string{"auth/never-heard-of", "auth/unauthorized-domain", "constructor"} {
		if got := describe(code); !strings.Contains(got.Message, code) || strings.Contains(got.Message, "programmers") {
			t.Errorf("%s: got %q, want a sentence with the code, which the person can report", code, got.Message)
		}
	}
}

func TestNoErrorTellsWhetherAnAddressHasAnAccount_R49(t *testing.T) {
	page := withoutFirebase(t)
	const body = `return input.map((code) => m.describe(Object.assign(new Error(), { code })))`
	codes := []string{
		"auth/invalid-credential", "auth/invalid-login-credentials", "auth/wrong-password", "auth/user-not-found",
	}
	got := evaluate[[]problem](t, page, "js/ui/error-messages.js", codes, body)
	for i := range got {
		if !reflect.DeepEqual(got[i], got[0]) {
			t.Errorf("%s: got %+v, want what %s says: %+v", codes[i], got[i], codes[0], got[0])
		}
	}
}

// notHere are the codes that none of this app's calls can raise, with the reason. A person who met one all the same would
// read the general sentence with the code.
var notHere = map[string]string{
	"auth/app-not-installed":                     "of native apps",
	"auth/cordova-not-ready":                     "of Cordova",
	"auth/invalid-app-id":                        "of native apps",
	"auth/invalid-cert-hash":                     "of native apps",
	"auth/invalid-cordova-configuration":         "of Cordova",
	"auth/missing-android-pkg-name":              "of native apps",
	"auth/missing-ios-bundle-id":                 "of native apps",
	"auth/missing-iframe-start":                  "of Google's own sign-in pages",
	"auth/already-initialized":                   "a mistake in the code: js/auth/session.js starts the SDK once",
	"auth/app-deleted":                           "a mistake in the code: nothing deletes the SDK's app",
	"auth/argument-error":                        "a mistake in the code",
	"auth/dependent-sdk-initialized-before-auth": "a mistake in the code",
	"auth/invalid-emulator-scheme":               "a mistake in the code: the address is this page's own",
	"auth/invalid-persistence-type":              "a mistake in the code",
	"auth/unsupported-persistence-type":          "a mistake in the code",
	"auth/invalid-multi-factor-session":          "of second factors, which this app does not enrol",
	"auth/maximum-second-factor-count-exceeded":  "of second factors",
	"auth/missing-multi-factor-info":             "of second factors",
	"auth/missing-multi-factor-session":          "of second factors",
	"auth/multi-factor-info-not-found":           "of second factors",
	"auth/second-factor-already-in-use":          "of second factors",
}

// sdkCodes is the SDK's own list of error codes.
func sdkCodes(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile("testdata/autherrors.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, codes, _ := strings.Cut(string(content), "\n")
	return strings.Fields(codes)
}

func TestEveryErrorOfTheSDKHasASentenceOfItsOwn(t *testing.T) {
	const body = `return input.map((code) => m.describe(Object.assign(new Error('for programmers'), { code })))`
	codes := sdkCodes(t)
	for i, got := range evaluate[[]problem](t, withoutFirebase(t), "js/ui/error-messages.js", codes, body) {
		sentence := got.Message
		for _, about := range got.Fields {
			sentence = about
		}
		general := strings.HasPrefix(sentence, "Something went wrong that this page does not know")
		if _, excused := notHere[codes[i]]; excused != general {
			t.Errorf("%s: got %q; is it to be explained, or listed with a reason?", codes[i], sentence)
		}
		if sentence == "" || !strings.HasSuffix(sentence, ".") || strings.Contains(sentence, "programmers") {
			t.Errorf("%s: got %q, want a sentence", codes[i], sentence)
		}
	}
}

// The list belongs to the SDK that is bundled. Where the SDK is installed, it is read again.
func TestTheListOfErrorsIsTheOneOfTheBundledSDK(t *testing.T) {
	manifest, err := os.ReadFile("firebase/package.json")
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile("testdata/autherrors.txt")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`"firebase": "([\d.]+)"`).FindSubmatch(manifest)
	if version == nil || !strings.HasPrefix(string(list), "# Every code of AuthErrorCodes in firebase "+string(version[1])+",") {
		t.Errorf("the list is not the one of firebase %s", version[1])
	}
	sources, _ := filepath.Glob("firebase/node_modules/@firebase/auth/dist/esm/index-*.js")
	if len(sources) == 0 {
		t.Skip("the SDK is not installed in static/firebase")
	}
	source, err := os.ReadFile(sources[0])
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(source), "AUTH_ERROR_CODES_MAP_DO_NOT_USE_INTERNALLY = {")
	table, _, _ = strings.Cut(table, "};")
	var want []string
	for _, code := range regexp.MustCompile(`'(auth/[^']+)'`).FindAllStringSubmatch(table, -1) {
		want = append(want, code[1])
	}
	slices.Sort(want)
	if got := sdkCodes(t); !slices.Equal(got, slices.Compact(want)) {
		t.Errorf("got %d codes, want the %d of the SDK: %v", len(got), len(want), want)
	}
}
