package main

import (
	"testing"
)

func TestABrandNewProject(t *testing.T) {
	g := newProject(t)
	mustDeploy(t, g)
	if writes := mustDeploy(t, g).writes(); len(writes) > 0 {
		t.Errorf("the second run changed something:\n%s", transcript(writes))
	}
}
