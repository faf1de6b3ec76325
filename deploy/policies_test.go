package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// TestThePolicyOfLocations distinguishes what is certain from what this program can't know.
func TestThePolicyOfLocations(t *testing.T) {
	for _, tt := range []struct {
		policy       string
		fails, notes bool
	}{
		{policy: `{"allValues": "ALLOW"}`},
		{policy: `{"allValues": "DENY"}`, fails: true},
		{policy: `{"allowedValues": ["us-central1"]}`},
		{policy: `{"allowedValues": ["is:us-central1"]}`},
		{policy: `{"allowedValues": ["in:us-central1-locations", "in:eu-locations"]}`},
		{policy: `{"allowedValues": ["europe-west1"]}`, fails: true},
		{policy: `{"allowedValues": ["in:us-locations"]}`, notes: true},
		{policy: `{"deniedValues": ["in:us-central1-locations"]}`, fails: true},
		{policy: `{"allowedValues": ["us-central1"], "deniedValues": ["us-central1"]}`,
			fails: true},
		{policy: `{"deniedValues": ["in:eu-locations"]}`, notes: true},
	} {
		t.Run(tt.policy, func(t *testing.T) {
			var out bytes.Buffer
			d := &deployment{google: google{host: host{out: &out}}}
			d.region = "us-central1"
			var p policy
			if err := json.Unmarshal([]byte(tt.policy), &p.ListPolicy); err != nil {
				t.Fatal(err)
			}
			err := d.checkLocationPolicy(p)
			if (err != nil) != tt.fails || strings.Contains(out.String(), "Make sure") != tt.notes {
				t.Errorf("got error %v and note %q", err, out.String())
			}
		})
	}
}
