package main

import (
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestThePlatformsSettingsAreOffUnlessSet(t *testing.T) {
	cfg, err := loadConfig([]string{"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p"})
	if err != nil {
		t.Fatal(err)
	}
	staff, err := cfg.platform.staff()
	if err != nil || staff != nil {
		t.Errorf("R50: got %v, %v; want no internal area", staff, err)
	}
	google, err := cfg.platform.google()
	if err != nil || google != nil {
		t.Errorf("got %v, %v; want no route for Google ID tokens", google, err)
	}
	if len(cfg.platform.origins) != 0 || cfg.webConfig().TenantID != "" {
		t.Errorf("got %+v", cfg.platform)
	}
}

func TestThePlatformsSettingsAreTaken(t *testing.T) {
	cfg, err := loadConfig([]string{"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p", "TENANT_ID=customers-x1y2z",
		"CORS_ORIGINS=https://app.example.com, http://localhost:3000,",
		"IAP_AUDIENCE=/projects/12/locations/europe-west1/services/latchkey,/projects/12/global/backendServices/34",
		"GOOGLE_CLIENT_IDS=1-a.apps.googleusercontent.com"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"https://app.example.com", "http://localhost:3000"}; !slices.Equal(cfg.platform.origins, want) {
		t.Errorf("got %q, want %q", cfg.platform.origins, want)
	}
	if staff, err := cfg.platform.staff(); err != nil || staff == nil {
		t.Errorf("got %v, %v; want an internal area", staff, err)
	}
	if google, err := cfg.platform.google(); err != nil || google == nil {
		t.Errorf("got %v, %v; want a route for Google ID tokens", google, err)
	}
	if cfg.webConfig().TenantID != "customers-x1y2z" {
		t.Errorf("the browser does not learn the tenant: %+v", cfg.webConfig())
	}
}

func TestWrongSettingsOfThePlatformAreNamed(t *testing.T) {
	for _, setting := range []string{
		"CORS_ORIGINS=*", "CORS_ORIGINS=null", "CORS_ORIGINS=https://app.example.com/", "CORS_ORIGINS=http://app.example.com",
		"CORS_ORIGINS=https://*.example.com", "CORS_ORIGINS=https://app.example.com,example.com",
		"IAP_AUDIENCE=latchkey", "IAP_AUDIENCE=/projects/my-project/locations/europe-west1/services/latchkey",
		"IAP_AUDIENCE=/projects/12/locations/europe-west1/services/latchkey/",
		"GOOGLE_CLIENT_IDS=*", "GOOGLE_CLIENT_IDS=latchkey", "TENANT_ID=a/b",
	} {
		_, err := loadConfig([]string{"FIREBASE_API_KEY=k", "GOOGLE_CLOUD_PROJECT=p", setting})
		name, _, _ := strings.Cut(setting, "=")
		if err == nil || !strings.Contains(err.Error(), "set "+name) {
			t.Errorf("%s: got %v, want to be told what to set", setting, err)
		}
	}
	if _, err := loadConfig([]string{"TENANT_ID=customers-x1y2z"}); err == nil {
		t.Error("a tenant of the local Firebase: got no error, want to be told that it has none")
	}
}

// TestASilentMetadataServerDoesNotHoldUpTheStart uses a listener that accepts and never answers.
func TestASilentMetadataServerDoesNotHoldUpTheStart(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	t.Setenv("GCE_METADATA_HOST", silent.Addr().String())
	ended := make(chan error, 1)
	go func() {
		ended <- run(t.Context(), nil, []string{"K_SERVICE=app", "FIREBASE_API_KEY=k"}, io.Discard, io.Discard)
	}()
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "set GOOGLE_CLOUD_PROJECT") {
			t.Errorf("got %v, want to be told what to set", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the program still waits after 20 s")
	}
}
