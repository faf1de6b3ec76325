package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// notSettings are the variables of package config that a deployment doesn't pass through: the
// program sets them itself, Cloud Run does, or they are for local development.
var notSettings = []string{
	"FIREBASE_API_KEY", "GOOGLE_CLOUD_PROJECT", // set by the program
	"K_SERVICE", "PORT", "HOST", // set by Cloud Run, or pointless there
	"FIREBASE_PROJECT", "GCLOUD_PROJECT", // other names of GOOGLE_CLOUD_PROJECT
	"FIREBASE_AUTH_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST", "LOCAL_HOSTS", "LOCAL_STATE",
}

// TestEverySettingOfTheServiceCanBeGiven finds the variables that package config reads in its
// source.
func TestEverySettingOfTheServiceCanBeGiven(t *testing.T) {
	files, err := filepath.Glob("../config/*.go")
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]bool{}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		variable := regexp.MustCompile(`"([A-Z][A-Z_]+)"`)
		for _, found := range variable.FindAllStringSubmatch(string(content), -1) {
			read[found[1]] = true
		}
	}
	given := slices.Clone(notSettings)
	for _, setting := range serviceSettings {
		given = append(given, setting.variable)
	}
	slices.Sort(given)
	if got := slices.Sorted(maps.Keys(read)); !slices.Equal(got, given) {
		t.Errorf("package config reads %q,\nwant %q", got, given)
	}
}

func TestInvalidSettingsAreRejectedInOneSentence(t *testing.T) {
	for _, tt := range []struct{ environ, want string }{
		{"PROJECT=", "set PROJECT"},
		{"PROJECT=My Project", "set PROJECT"},
		{"PROJECT=123456789", "set PROJECT"},
		{"SERVICE=short", "set SERVICE"},
		{"SERVICE=latchkey-with-25-letters-x", "set SERVICE"},
		{"SERVICE=Latchkey", "set SERVICE"},
		{"SERVICE=latchkey-", "set SERVICE"},
		{"REGION=global", "set REGION"},
		{"REGION=us-central1-a", "set REGION"},
		{"BUILD_REGION=anywhere", "set BUILD_REGION"},
		{"ACCESS=open", "set ACCESS"},
		{"DEVELOPERS=dev@example.com", "set DEVELOPERS"},
		{"DEVELOPERS=allUsers", "set DEVELOPERS"},
		{"STAFF=group:", "set STAFF"},
		{"DOMAINS=https://app.example.com", "set DOMAINS"},
		{"AUTH_DOMAIN=app.example.com/", "set AUTH_DOMAIN to a host name"},
		{"LOAD_BALANCER=203.0.113.10", "also set DOMAINS"},
		{"LOAD_BALANCER=1", "set LOAD_BALANCER"},
		{"LOAD_BALANCER=lb.example.com DOMAINS=app.example.com", "set LOAD_BALANCER"},
		{"MIN_INSTANCES=-1", "set MIN_INSTANCES"},
		{"MAX_INSTANCES=0", "set MAX_INSTANCES"},
		{"SIGN_IN_METHODS=telepathy", "set SIGN_IN_METHODS"},
		{"SUPPORT_CONTACT=https://example.com/$HOME", "dollar sign"},
	} {
		t.Run(tt.environ, func(t *testing.T) {
			environ := append([]string{"PROJECT=my-project"}, strings.Split(tt.environ, " ")...)
			if tt.environ == "PROJECT=My Project" {
				environ = []string{tt.environ}
			}
			_, err := loadSettings(environ)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want an error that contains %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want one line", err)
			}
		})
	}
}

func TestASettingThatIsLeftOutKeepsItsValueAndAnEmptyOneIsRemoved(t *testing.T) {
	s, err := loadSettings([]string{
		"PROJECT=my-project", "SIGN_IN_METHODS=phone", "SUPPORT_CONTACT=", "CORS_ORIGINS=",
	})
	if err != nil {
		t.Fatal(err)
	}
	got := s.environment(map[string]string{
		"SIGN_IN_METHODS": "password", "SUPPORT_CONTACT": "help@example.com",
		"RATE_LIMIT_ADDRESS": "50", "OF_THE_OPERATOR": "x",
	})
	want := map[string]string{
		"SIGN_IN_METHODS": "phone", "RATE_LIMIT_ADDRESS": "50", "OF_THE_OPERATOR": "x",
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAListHasASeparatorThatIsNotInItsValues(t *testing.T) {
	for _, tt := range []struct {
		value, want string
	}{
		{"a,b", "^|^A=a,b|B=2"},
		{"a|b", "^~^A=a|b~B=2"},
		{"a|~b", ""},
	} {
		got, err := join(map[string]string{"B": "2", "A": tt.value}, "|", "~")
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s: got %q, %v; want %q", tt.value, got, err, tt.want)
		}
	}
}
