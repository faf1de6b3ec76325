package main

import (
	"slices"
	"strings"
	"testing"
)

// TestSettingsThatContradictEachOtherEndTheStart covers R11: what would make a deployed service accept forged tokens
// never gets as far as listening.
func TestSettingsThatContradictEachOtherEndTheStart(t *testing.T) {
	tests := []struct {
		name    string
		environ []string
		want    string // in the sentence
	}{
		{"R11: Cloud Run with the Auth emulator",
			[]string{"K_SERVICE=app", "FIREBASE_API_KEY=k", "FIREBASE_AUTH_EMULATOR_HOST=localhost:9099"}, "unset FIREBASE_AUTH_EMULATOR_HOST"},
		{"R11: Cloud Run with the Firestore emulator",
			[]string{"K_SERVICE=app", "FIREBASE_API_KEY=k", "FIRESTORE_EMULATOR_HOST=localhost:8081"}, "unset FIRESTORE_EMULATOR_HOST"},
		{"R11: Cloud Run with any other emulator",
			[]string{"K_SERVICE=app", "FIREBASE_API_KEY=k", "PUBSUB_EMULATOR_HOST=localhost:1"}, "unset PUBSUB_EMULATOR_HOST"},
		{"a real project and an emulator",
			[]string{"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p", "FIREBASE_AUTH_EMULATOR_HOST=a:1", "FIRESTORE_EMULATOR_HOST=b:1"}, "FIREBASE_API_KEY"},
		{"half of the Emulator Suite", []string{"FIREBASE_AUTH_EMULATOR_HOST=localhost:9099"}, "set both"},
		{"Cloud Run without an API key", []string{"K_SERVICE=app"}, "set FIREBASE_API_KEY"},
		{"an API key without a project", []string{"FIREBASE_API_KEY=k"}, "set GOOGLE_CLOUD_PROJECT"},
		{"a port that is none", []string{"PORT=http"}, "set PORT"},
		{"a port out of range", []string{"PORT=65536"}, "set PORT"},
		{"a method that is none", []string{"SIGN_IN_METHODS=password,telepathy"}, "set SIGN_IN_METHODS"},
		{"an auth domain with a path", []string{"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p", "FIREBASE_AUTH_DOMAIN=https://a.example/"}, "set FIREBASE_AUTH_DOMAIN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadConfig(tt.environ)
			if err == nil {
				t.Fatal("the settings were accepted")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %q, want it to contain %q", err, tt.want)
			}
			if strings.ContainsAny(err.Error(), "\n") {
				t.Errorf("got more than one sentence: %q", err)
			}
		})
	}
}

func TestWhichFirebaseIsUsed(t *testing.T) {
	tests := []struct {
		name    string
		environ []string
		mode    mode
		project string
		host    string
	}{
		{"nothing is set", nil, local, "demo-latchkey", "127.0.0.1"},
		{"a project left in the shell", []string{"GOOGLE_CLOUD_PROJECT=somebodys-prod"}, local, "demo-latchkey", "127.0.0.1"},
		{"an address of one's own", []string{"HOST=0.0.0.0"}, local, "demo-latchkey", "0.0.0.0"},
		{"empty variables count as unset", []string{"FIREBASE_API_KEY=", "K_SERVICE="}, local, "demo-latchkey", "127.0.0.1"},
		{"the Emulator Suite", []string{"FIREBASE_AUTH_EMULATOR_HOST=a:1", "FIRESTORE_EMULATOR_HOST=b:1", "GCLOUD_PROJECT=demo-x"}, emulators, "demo-x", "127.0.0.1"},
		{"a real project", []string{"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p"}, production, "p", ""},
		{"FIREBASE_PROJECT wins", []string{"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p", "FIREBASE_PROJECT=f"}, production, "f", ""},
		{"Cloud Run finds the project by itself", []string{"K_SERVICE=app", "FIREBASE_API_KEY=k"}, production, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg, err := loadConfig(tt.environ)
			if err != nil {
				t.Fatal(err)
			}
			if cfg.mode != tt.mode || cfg.projectID != tt.project || cfg.host != tt.host {
				t.Errorf("got mode %v, project %q, host %q; want %v, %q, %q", cfg.mode, cfg.projectID, cfg.host, tt.mode, tt.project, tt.host)
			}
		})
	}
}

func TestTheAuthDomainIsTheProjectsUnlessSaidOtherwise(t *testing.T) {
	environ := []string{"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p"}
	for want, env := range map[string][]string{
		"p.firebaseapp.com": environ,
		"app.example.com":   append(slices.Clone(environ), "FIREBASE_AUTH_DOMAIN=app.example.com"),
	} {
		cfg, err := loadConfig(env)
		if err != nil {
			t.Fatal(err)
		}
		if got := cfg.webConfig().AuthDomain; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestStateIsKeptUnlessSwitchedOff(t *testing.T) {
	for value, want := range map[string]string{"": ".local", "off": "", "/somewhere": "/somewhere"} {
		cfg, err := loadConfig([]string{"LOCAL_STATE=" + value})
		if err != nil {
			t.Fatal(err)
		}
		if cfg.stateFolder != want {
			t.Errorf("LOCAL_STATE=%q: got %q, want %q", value, cfg.stateFolder, want)
		}
	}
}

func TestWhichMethodsAreOffered(t *testing.T) {
	production := []string{"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p"}
	all := "password,emailLink,google.com,apple.com,microsoft.com,facebook.com,github.com,twitter.com,yahoo.com,phone,anonymous"
	for _, tt := range []struct {
		name    string
		environ []string
		want    string
	}{
		{"a real project", production, "password"},
		{"without a project", nil, "password,emailLink,google.com,github.com,facebook.com,phone,anonymous"},
		{"the Emulator Suite", []string{"FIREBASE_AUTH_EMULATOR_HOST=a:1", "FIRESTORE_EMULATOR_HOST=b:1"},
			"password,emailLink,google.com,github.com,facebook.com,phone,anonymous"},
		{"in one's own order, each once", append(slices.Clone(production), "SIGN_IN_METHODS=phone, github.com,phone"), "phone,github.com"},
		{"every method there is", []string{"SIGN_IN_METHODS=" + all}, all},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, err := loadConfig(tt.environ)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(cfg.webConfig().Methods, ","); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
