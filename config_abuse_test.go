package main

import (
	"strings"
	"testing"

	"example.com/latchkey/handlers"
)

func TestR52R54LimitsAndProxiesFollowWhereTheProgramRuns(t *testing.T) {
	cloudRun := []string{"K_SERVICE=app", "FIREBASE_API_KEY=k"}
	for _, tt := range []struct {
		name    string
		environ []string
		want    abuse
	}{
		{"on one's own machine", nil, abuse{0, handlers.Limit{PerSecond: 100, Burst: 1000}, handlers.Limit{PerSecond: 20, Burst: 200}}},
		{"on Cloud Run", cloudRun, abuse{1, handlers.Limit{PerSecond: 100, Burst: 1000}, handlers.Limit{PerSecond: 20, Burst: 200}}},
		{"as set", append(cloudRun, "TRUSTED_PROXIES=2", "RATE_LIMIT_ADDRESS=off", "RATE_LIMIT_ACCOUNT=3"),
			abuse{2, handlers.Limit{}, handlers.Limit{PerSecond: 3, Burst: 30}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, err := loadConfig(tt.environ)
			if err != nil {
				t.Fatal(err)
			}
			if cfg.abuse != tt.want {
				t.Errorf("got %+v, want %+v", cfg.abuse, tt.want)
			}
		})
	}
}

func TestLimitsThatMakeNoSenseEndTheStart(t *testing.T) {
	for _, setting := range []string{
		"TRUSTED_PROXIES=-1", "TRUSTED_PROXIES=11", "TRUSTED_PROXIES=all", "RATE_LIMIT_ADDRESS=0", "RATE_LIMIT_ACCOUNT=-5",
		"RATE_LIMIT_ACCOUNT=10/s",
	} {
		name, _, _ := strings.Cut(setting, "=")
		if _, err := loadConfig([]string{setting}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v, want an error that names it", setting, err)
		}
	}
}
