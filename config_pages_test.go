package main

import (
	"strings"
	"testing"
)

func TestTheContactIsAnAddressThatCanBeALink(t *testing.T) {
	for value, want := range map[string]string{
		"":                             "",
		"help@example.com":             "mailto:help@example.com",
		"https://example.com/help?a=b": "https://example.com/help?a=b",
	} {
		cfg, err := loadConfig([]string{"SUPPORT_CONTACT=" + value})
		if err != nil || cfg.webConfig().Support != want {
			t.Errorf("%q: got %q, %v; want %q", value, cfg.webConfig().Support, err, want)
		}
	}
	for _, value := range []string{
		"javascript:alert(1)", "http://example.com", "//example.com", "https://", "somebody", "Help <help@example.com>",
		"help@example.com?bcc=all@example.com", "https://user@example.com/",
	} {
		if _, err := loadConfig([]string{"SUPPORT_CONTACT=" + value}); err == nil || !strings.Contains(err.Error(), "set SUPPORT_CONTACT") {
			t.Errorf("%q: got %v, want to be told", value, err)
		}
	}
}

func TestTheSessionPanelIsThereUnlessSwitchedOff(t *testing.T) {
	for value, want := range map[string]bool{"": true, "on": true, "off": false} {
		cfg, err := loadConfig([]string{"SESSION_PANEL=" + value})
		if err != nil || cfg.pages.sessionPanel != want {
			t.Errorf("%q: got %v, %v; want %v", value, cfg.pages.sessionPanel, err, want)
		}
	}
	if _, err := loadConfig([]string{"SESSION_PANEL=maybe"}); err == nil {
		t.Error("maybe: got no error")
	}
}
