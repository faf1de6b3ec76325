package firestore_test

import (
	"testing"

	client "cloud.google.com/go/firestore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestGetReturnsCreatedDocument(t *testing.T) {
	c := newClient(t)
	doc := c.Doc("profiles/ada")
	written, err := doc.Create(t.Context(), map[string]any{"bio": "counts", "newsletter": true})
	if err != nil {
		t.Fatal(err)
	}
	got := must(doc.Get(t.Context()))(t)
	if got.Data()["bio"] != "counts" || got.Data()["newsletter"] != true {
		t.Errorf("got %v, want the created fields", got.Data())
	}
	if !got.UpdateTime.Equal(written.UpdateTime) || !got.CreateTime.Equal(written.UpdateTime) {
		t.Errorf("create time %v, update time %v, want both %v",
			got.CreateTime, got.UpdateTime, written.UpdateTime)
	}
}

func TestUpdateRequiresCurrentVersion(t *testing.T) {
	c := newClient(t)
	doc := c.Doc("profiles/ada")
	first := must(doc.Create(t.Context(), map[string]any{"bio": "one"}))(t)
	change := []client.Update{{Path: "bio", Value: "two"}}
	second := must(doc.Update(t.Context(), change, client.LastUpdateTime(first.UpdateTime)))(t)
	if !second.UpdateTime.After(first.UpdateTime) {
		t.Errorf("second update time is %v, want later than %v",
			second.UpdateTime, first.UpdateTime)
	}
	_, err := doc.Update(t.Context(), change, client.LastUpdateTime(first.UpdateTime))
	if status.Code(err) != codes.FailedPrecondition {
		t.Errorf("update with a stale update time: got %v, want FailedPrecondition", err)
	}
}
