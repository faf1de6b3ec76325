package simulator

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// dataCommands are those of Firestore, Artifact Registry, Cloud Storage and Cloud Logging.
var dataCommands = map[string]command{
	"firestore locations list": {
		method: "firestore.projects.locations.list", permission: "datastore.locations.list",
		run: listRegions,
	},
	"firestore databases list": {
		method: "firestore.projects.databases.list", permission: "datastore.databases.list",
		run: listOf("/databases/", "/collectionGroups/"),
	},
	"firestore databases create": {
		method: "firestore.projects.databases.create", permission: "datastore.databases.create",
		flags: flags{
			"database": "databaseId", "location": "locationId", "type": "type",
			"delete-protection": "deleteProtectionState",
		},
		run: createDatabase,
	},
	"firestore fields ttls list": {
		method:     "firestore.projects.databases.collectionGroups.fields.list",
		permission: "datastore.indexes.list",
		flags:      flags{"collection-group": "parent", "database": "parent"},
		run:        listOf("/collectionGroups/", "\n"),
	},
	"firestore fields ttls update": {
		method:     "firestore.projects.databases.collectionGroups.fields.patch",
		permission: "datastore.indexes.update",
		flags: flags{
			"collection-group": "name", "enable-ttl": "ttlConfig", "async": "", "database": "name",
		},
		run: updateTTL,
	},
	"artifacts repositories describe": {
		method:     "artifactregistry.projects.locations.repositories.get",
		permission: "artifactregistry.repositories.get", flags: flags{"location": "name"},
		on: repository, run: describe,
	},
	"artifacts repositories create": {
		method:     "artifactregistry.projects.locations.repositories.create",
		permission: "artifactregistry.repositories.create",
		flags: flags{
			"location": "parent", "repository-format": "format", "description": "description",
		},
		run: createRepository,
	},
	"artifacts repositories delete": {
		method:     "artifactregistry.projects.locations.repositories.delete",
		permission: "artifactregistry.repositories.delete", flags: flags{"location": "name"},
		on: repository, run: remove,
	},
	"artifacts repositories get-iam-policy": {
		method:     "artifactregistry.projects.locations.repositories.getIamPolicy",
		permission: "artifactregistry.repositories.getIamPolicy",
		flags:      flags{"location": "resource"}, on: repository, run: getPolicy,
	},
	"artifacts repositories add-iam-policy-binding": {
		method: "artifactregistry.projects.locations.repositories.setIamPolicy",
		permission: "artifactregistry.repositories.getIamPolicy " +
			"artifactregistry.repositories.setIamPolicy",
		flags: merge(binding, flags{"location": "resource"}), on: repository, run: addBinding,
	},
	"storage buckets describe": {
		method: "storage.buckets.get", permission: "storage.buckets.get", on: bucket,
		missing: "{0} not found: 404.", run: describe,
	},
	"storage buckets create": {
		method: "storage.buckets.insert", permission: "storage.buckets.create",
		flags: flags{
			"location":                    "location",
			"uniform-bucket-level-access": "iamConfiguration.uniformBucketLevelAccess.enabled",
			"public-access-prevention":    "iamConfiguration.publicAccessPrevention",
			"soft-delete-duration":        "softDeletePolicy.retentionDurationSeconds",
		},
		run: createBucket,
	},
	"storage buckets get-iam-policy": {
		method: "storage.buckets.getIamPolicy", permission: "storage.buckets.getIamPolicy",
		on: bucket, missing: "{0} not found: 404.", run: getPolicy,
	},
	"storage buckets add-iam-policy-binding": {
		method:     "storage.buckets.setIamPolicy",
		permission: "storage.buckets.getIamPolicy storage.buckets.setIamPolicy",
		flags: flags{
			"member": "bindings.members", "role": "bindings.role",
			"condition": "bindings.condition",
		},
		on: bucket, missing: "{0} not found: 404.", run: addBinding,
	},
	"storage rm": {
		method: "storage.buckets.delete", permission: "storage.buckets.delete",
		flags: flags{"recursive": ""}, on: bucket,
		missing: "The following URLs matched no objects or files:\n{0}", run: remove,
	},
	"logging metrics describe": {
		method: "logging.projects.metrics.get", permission: "logging.logMetrics.get", on: metric,
		missing: "NOT_FOUND: Metric {0} does not exist.", run: describe,
	},
	"logging metrics create": {
		method: "logging.projects.metrics.create", permission: "logging.logMetrics.create",
		flags: flags{"config-from-file": ""}, run: createMetric,
	},
}

const (
	repository = "{project}/locations/{location}/repositories/{0}"
	bucket     = "b/{0}"
	metric     = "{project}/metrics/{0}"
)

// listOf returns a command that lists the resources whose names contain with, but not without.
func listOf(with, without string) func(*call) (any, error) {
	return func(c *call) (any, error) {
		var all []any
		for _, name := range slices.Sorted(maps.Keys(c.resources)) {
			if strings.Contains(name, with) && !strings.Contains(name, without) {
				all = append(all, clone(c.resources[name]))
			}
		}
		return all, nil
	}
}

// createDatabase creates a database. Its location can never change.
// https://docs.cloud.google.com/firestore/native/docs/manage-databases
func createDatabase(c *call) (any, error) {
	types := map[string]string{
		"firestore-native": "FIRESTORE_NATIVE", "datastore-mode": "DATASTORE_MODE",
	}
	protection := "DELETE_PROTECTION_DISABLED"
	if c.given["delete-protection"] == "true" {
		protection = "DELETE_PROTECTION_ENABLED"
	}
	if err := c.mayBeIn(c.given["location"]); err != nil {
		return nil, err
	}
	name := c.project() + "/databases/" + c.given["database"]
	return c.create(name, object{"name": name, "type": types[c.given["type"]],
		"locationId": c.given["location"], "deleteProtectionState": protection})
}

func updateTTL(c *call) (any, error) {
	database := c.project() + "/databases/(default)"
	if c.resources[database] == nil {
		return nil, notFound("The database (default) does not exist.")
	}
	name := database + "/collectionGroups/" + c.given["collection-group"] + "/fields/" + c.words[0]
	c.resources[name] = object{"name": name, "ttlConfig": object{"state": "CREATING"}}
	return c.resources[name], nil
}

func createRepository(c *call) (any, error) {
	if err := c.mayBeIn(c.given["location"]); err != nil {
		return nil, err
	}
	name := c.project() + "/locations/" + c.given["location"] + "/repositories/" + c.words[0]
	return c.create(name, object{"name": name,
		"format": strings.ToUpper(c.given["repository-format"])})
}

// createBucket creates a bucket. The project's owners get roles on it, because the role of an owner
// has almost no permissions for buckets.
// https://docs.cloud.google.com/storage/docs/access-control/iam
func createBucket(c *call) (any, error) {
	if err := c.mayBeIn(c.given["location"]); err != nil {
		return nil, err
	}
	url := c.words[0]
	if !regexp.MustCompile(`^gs://[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$`).MatchString(url) {
		return nil, own("HTTPError 400: Invalid bucket name: '%s'", url)
	}
	created, err := c.create("b/"+url, object{
		"name": strings.TrimPrefix(url, "gs://"), "storage_url": url + "/",
		"location":                    strings.ToUpper(c.given["location"]),
		"uniform_bucket_level_access": c.given["uniform-bucket-level-access"] == "true",
	})
	if err == nil {
		c.policies["b/"+url] = []grant{
			{"roles/storage.legacyBucketOwner", "projectOwner:" + c.Project},
			{"roles/storage.legacyObjectOwner", "projectOwner:" + c.Project},
		}
	}
	return created, err
}

func createMetric(c *call) (any, error) {
	name := c.given["config-from-file"]
	if !filepath.IsAbs(name) {
		name = filepath.Join(c.folder, name)
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, own("Unable to read file [%s]", name)
	}
	if !strings.Contains(string(content), "filter:") {
		return nil, own("Invalid config file")
	}
	return c.create(c.project()+"/metrics/"+c.words[0], object{"name": c.words[0]})
}

func (g *Google) keyName(id int) string {
	return fmt.Sprintf("projects/%s/locations/global/keys/key-%d", g.Number, id)
}

func listKeys(c *call) (any, error) {
	all := []any{}
	for _, name := range slices.Sorted(maps.Keys(c.resources)) {
		key := c.resources[name]
		filter := strings.TrimPrefix(c.given["filter"], "displayName=")
		if !strings.Contains(name, "/keys/") || filter != "" && key["displayName"] != filter {
			continue
		}
		listed := clone(key)
		delete(listed, "keyString")
		all = append(all, listed)
	}
	return all, nil
}

func createKey(c *call) (any, error) {
	id := 1
	for c.resources[c.keyName(id)] != nil {
		id++
	}
	name := c.keyName(id)
	key := object{"name": name, "displayName": c.given["display-name"],
		"keyString": fmt.Sprintf("AIzaSimulated%d", id), "restrictions": c.restrictions()}
	return c.create(name, key)
}

// restrictions has the APIs that the flags name.
func (c *call) restrictions() object {
	var targets []any
	for _, target := range strings.Split(c.given["api-target"], "\n") {
		targets = append(targets, object{"service": strings.TrimPrefix(target, "service=")})
	}
	return object{"apiTargets": targets}
}

func keyString(c *call) (any, error) {
	key, ok := c.resources[c.resource]
	if !ok {
		return nil, c.gone()
	}
	return object{"keyString": key["keyString"]}, nil
}
