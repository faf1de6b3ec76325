package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
)

// apis are the APIs that the deployment and the app use.
var apis = []string{
	"apikeys.googleapis.com",
	"artifactregistry.googleapis.com",
	"cloudbuild.googleapis.com",
	"cloudresourcemanager.googleapis.com",
	"containeranalysis.googleapis.com", // the provenance of images
	"firebaserules.googleapis.com",
	"firestore.googleapis.com",
	"iam.googleapis.com",
	"iamcredentials.googleapis.com",
	"identitytoolkit.googleapis.com",
	"logging.googleapis.com",
	"run.googleapis.com",
	"securetoken.googleapis.com",
	"storage.googleapis.com",
}

// enableAPIs turns on the APIs that are off.
func (d *deployment) enableAPIs(ctx context.Context) error {
	d.step("Turn on the APIs")
	if len(d.missingAPIs) == 0 {
		return nil
	}
	err := d.change(ctx, append([]string{"services", "enable"}, d.missingAPIs...)...)
	if err != nil {
		return err
	}
	d.created = append(d.created, "service-"+d.number+"@") // the APIs' own accounts
	return d.inspect(ctx)
}

type database struct{ Name, Type, LocationID string }

// setUpFirestore creates the database, releases its security rules, and lets records expire.
func (d *deployment) setUpFirestore(ctx context.Context) error {
	d.step("Firestore: the database, its security rules, and the expiry of records")
	if d.database != nil {
		d.note("The database (default) exists in %s. The service is in %s.",
			d.database.LocationID, d.region)
	} else {
		err := d.change(ctx, "firestore", "databases", "create", "--database=(default)",
			"--location="+d.region, "--type=firestore-native", "--delete-protection")
		if err != nil {
			return err
		}
	}
	if err := d.releaseRules(ctx); err != nil {
		return err
	}
	for _, collection := range []string{"erasures", "demotions"} {
		if err := d.expire(ctx, collection); err != nil {
			return err
		}
	}
	return nil
}

// expire makes sure that Firestore deletes the documents of a collection at their expireAt.
func (d *deployment) expire(ctx context.Context, collection string) error {
	var fields []struct {
		Name      string
		TTLConfig struct{ State string } `json:"ttlConfig"`
	}
	err := d.read(ctx, &fields, "firestore", "fields", "ttls", "list", "--database=(default)",
		"--collection-group="+collection)
	if err != nil {
		return err
	}
	for _, field := range fields {
		if strings.HasSuffix(field.Name, "/"+collection+"/fields/expireAt") &&
			field.TTLConfig.State != "NEEDS_REPAIR" {
			return nil
		}
	}
	return d.change(ctx, "firestore", "fields", "ttls", "update", "expireAt",
		"--database=(default)", "--collection-group="+collection, "--enable-ttl", "--async")
}

type (
	rulesFile struct {
		Name    string `json:"name"`
		Content string `json:"content"`
	}
	rulesSource struct {
		Files []rulesFile `json:"files"`
	}
	ruleset struct {
		Name   string      `json:"name,omitempty"`
		Source rulesSource `json:"source"`
	}
	release struct {
		Name        string `json:"name"`
		RulesetName string `json:"rulesetName"`
	}
)

// releaseRules makes firestore.rules, which deny browsers all access, the rules that are in effect.
// https://firebase.google.com/docs/reference/rules/rest
func (d *deployment) releaseRules(ctx context.Context) error {
	content, err := os.ReadFile("firestore.rules")
	if err != nil {
		return err
	}
	const api = "https://firebaserules.googleapis.com/v1/"
	project := "projects/" + d.project
	name := project + "/releases/cloud.firestore"

	var released release
	var current ruleset
	found, err := d.found(d.get(ctx, api+name, &released))
	if err != nil {
		return err
	}
	if found {
		if err := d.get(ctx, api+released.RulesetName, &current); err != nil {
			return err
		}
		if len(current.Source.Files) == 1 && current.Source.Files[0].Content == string(content) {
			d.note("The security rules are released.")
			return nil
		}
		d.note("firestore.rules replaces the rules that were in effect: %s", released.RulesetName)
	}

	if d.dryRun {
		content = []byte("(the content of firestore.rules)")
	}
	created := ruleset{Name: project + "/rulesets/RULESET"}
	source := rulesSource{Files: []rulesFile{{Name: "firestore.rules", Content: string(content)}}}
	err = d.send(ctx, http.MethodPost, api+project+"/rulesets", ruleset{Source: source}, &created)
	if err != nil {
		return err
	}
	next := release{Name: name, RulesetName: created.Name}
	if !found {
		return d.send(ctx, http.MethodPost, api+project+"/releases", next, nil)
	}
	return d.send(ctx, http.MethodPatch, api+name, map[string]release{"release": next}, nil)
}

// createKey makes sure that there is an API key for browsers. It identifies the project, allows
// nothing but sign-in, and isn't secret.
func (d *deployment) createKey(ctx context.Context) error {
	d.step("The API key for browsers")
	d.apiKey = d.live.environment()["FIREBASE_API_KEY"]
	if d.apiKey != "" {
		d.note("The service keeps its key.")
		return nil
	}
	keys, err := d.lookUpKeys(ctx)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		err := d.change(ctx, "services", "api-keys", "create",
			"--display-name="+d.service+"-browser",
			"--api-target=service=identitytoolkit.googleapis.com",
			"--api-target=service=securetoken.googleapis.com")
		if err != nil {
			return err
		}
		if keys, err = d.lookUpKeys(ctx); err != nil {
			return err
		}
	}
	switch {
	case d.dryRun:
		d.apiKey = "API_KEY"
		return nil
	case len(keys) == 0:
		return errors.New("run this program again: the new API key isn't in the list of keys yet")
	}
	var key struct{ KeyString string }
	err = d.read(ctx, &key, "services", "api-keys", "get-key-string", keys[0])
	d.apiKey = key.KeyString
	return err
}

// lookUpKeys returns the names of the keys that this program has created.
func (d *deployment) lookUpKeys(ctx context.Context) (names []string, err error) {
	var keys []struct{ Name string }
	err = d.read(ctx, &keys, "services", "api-keys", "list",
		"--filter=displayName="+d.service+"-browser")
	for _, key := range keys {
		names = append(names, key.Name)
	}
	return names, err
}
