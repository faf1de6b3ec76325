package static

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

type errorDescription struct {
	Message string            `json:"message"`
	Fields  map[string]string `json:"fields"`
}

// describeErrors returns what users read for the SDK's error codes.
func describeErrors(t *testing.T, codes ...string) []errorDescription {
	t.Helper()
	const body = `return input.map((code) => m.describeError(
		Object.assign(new Error('Firebase: text for developers'), { code })))`
	return evaluate[[]errorDescription](t, openPage(t, nil), "js/ui/error-messages.js", codes, body)
}

func TestErrorsAboutAFieldNameTheField(t *testing.T) {
	codes := []string{"auth/email-already-in-use", "auth/invalid-email", "auth/weak-password"}
	fields := []string{"email", "email", "password"}
	for i, got := range describeErrors(t, codes...) {
		if got.Message != "" || !strings.HasSuffix(got.Fields[fields[i]], ".") {
			t.Errorf("%s: got %+v, want a sentence about %s", codes[i], got, fields[i])
		}
	}
}

func TestKnownErrorsAreSentencesWithoutTheCode(t *testing.T) {
	codes := []string{"auth/too-many-requests", "auth/user-disabled", "auth/network-request-failed"}
	for i, got := range describeErrors(t, codes...) {
		if !strings.HasSuffix(got.Message, ".") || strings.Contains(got.Message, "auth/") {
			t.Errorf("%s: got %q, want a sentence without the code", codes[i], got.Message)
		}
	}
}

func TestUnknownErrorsIncludeTheCodeSoThatUsersCanReportIt(t *testing.T) {
	codes := []string{"auth/never-heard-of", "auth/unauthorized-domain", "constructor"}
	for i, got := range describeErrors(t, codes...) {
		if !strings.Contains(got.Message, codes[i]) || strings.Contains(got.Message, "developers") {
			t.Errorf("%s: got %q, want a sentence with the code", codes[i], got.Message)
		}
	}
}

func TestErrorsDoNotRevealWhichEmailAddressesHaveAccounts_R49(t *testing.T) {
	codes := []string{
		"auth/invalid-credential", "auth/invalid-login-credentials",
		"auth/wrong-password", "auth/user-not-found",
	}
	got := describeErrors(t, codes...)
	for i := range got {
		if !reflect.DeepEqual(got[i], got[0]) {
			t.Errorf("%s: got %+v, want %+v as for %s", codes[i], got[i], got[0], codes[0])
		}
	}
}

// impossibleCodes are the SDK's codes that this app's calls can't cause, with the reason. A
// user who got one anyway would read the general sentence with the code.
var impossibleCodes = map[string]string{
	"auth/app-not-installed":                     "native apps only",
	"auth/cordova-not-ready":                     "Cordova only",
	"auth/invalid-app-id":                        "native apps only",
	"auth/invalid-cert-hash":                     "native apps only",
	"auth/invalid-cordova-configuration":         "Cordova only",
	"auth/missing-android-pkg-name":              "native apps only",
	"auth/missing-ios-bundle-id":                 "native apps only",
	"auth/missing-iframe-start":                  "Google's own sign-in pages only",
	"auth/already-initialized":                   "a bug: only js/auth/session.js starts the SDK",
	"auth/app-deleted":                           "a bug: nothing deletes the SDK's app",
	"auth/argument-error":                        "a bug",
	"auth/dependent-sdk-initialized-before-auth": "a bug",
	"auth/invalid-emulator-scheme":               "a bug: the address is this page's own",
	"auth/invalid-persistence-type":              "a bug",
	"auth/unsupported-persistence-type":          "a bug",
	"auth/invalid-multi-factor-session":          "second factors, which this app doesn't enroll",
	"auth/maximum-second-factor-count-exceeded":  "second factors",
	"auth/missing-multi-factor-info":             "second factors",
	"auth/missing-multi-factor-session":          "second factors",
	"auth/multi-factor-info-not-found":           "second factors",
	"auth/second-factor-already-in-use":          "second factors",
}

// sdkErrorCodes returns all error codes of the SDK.
func sdkErrorCodes(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile("testdata/auth_errors.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, codes, _ := strings.Cut(string(content), "\n")
	return strings.Fields(codes)
}

func TestEveryPossibleErrorCodeHasASentence(t *testing.T) {
	codes := sdkErrorCodes(t)
	for i, got := range describeErrors(t, codes...) {
		sentence := got.Message
		for _, text := range got.Fields {
			sentence = text
		}
		isGeneral := strings.HasPrefix(sentence, "Something went wrong (")
		if _, impossible := impossibleCodes[codes[i]]; impossible != isGeneral {
			t.Errorf("%s: got %q; add it to error-messages.js or to impossibleCodes",
				codes[i], sentence)
		}
		if !strings.HasSuffix(sentence, ".") || strings.Contains(sentence, "developers") {
			t.Errorf("%s: got %q, want a sentence", codes[i], sentence)
		}
	}
}

// The list of codes must be from the bundled version of the SDK. If the SDK is installed, the
// list is compared with its source.
func TestErrorCodesAreThoseOfTheBundledSDK(t *testing.T) {
	manifest, err := os.ReadFile("firebase/package.json")
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile("testdata/auth_errors.txt")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`"firebase": "([\d.]+)"`).FindSubmatch(manifest)
	if version == nil {
		t.Fatal("package.json has no version of firebase")
	}
	firstLine := "# Every code of AuthErrorCodes in firebase " + string(version[1]) + ","
	if !strings.HasPrefix(string(list), firstLine) {
		t.Errorf("static/testdata/auth_errors.txt isn't from firebase %s: "+
			"check the codes, and put the version into the first line", version[1])
	}
	sources, _ := filepath.Glob("firebase/node_modules/@firebase/auth/dist/esm/index-*.js")
	if len(sources) == 0 && os.Getenv("CI") != "" {
		t.Fatal("the SDK isn't installed: npm ci --prefix static/firebase")
	}
	if len(sources) == 0 {
		t.Skip("the SDK isn't installed in static/firebase")
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
	want = slices.Compact(want)
	got := sdkErrorCodes(t)
	if !slices.IsSorted(got) {
		t.Error("static/testdata/auth_errors.txt isn't sorted")
	}
	for _, code := range want {
		if !slices.Contains(got, code) {
			t.Errorf("add %s to static/testdata/auth_errors.txt", code)
		}
	}
	for _, code := range got {
		if !slices.Contains(want, code) {
			t.Errorf("remove %s from static/testdata/auth_errors.txt", code)
		}
	}
	if len(want) != len(got) {
		t.Errorf("static/testdata/auth_errors.txt has %d codes, the SDK %d", len(got), len(want))
	}
}
