package firestore_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"example.com/latchkey/emulator/firestore"
	"example.com/latchkey/emulator/state"
)

const rulesDatabase = "projects/" + project + "/databases/(default)"

// The table of R30. Every combination is denied: firestore.rules leave Firestore to the server.
var (
	ruleCollections = []string{"profiles", "passkeys", "passkeyChallenges", "deletions", "unknown"}
	ruleCallers     = []struct{ name, uid string }{{"anonymous", ""}, {"owner", "ada"}, {"other", "bob"}} // of …/ada
	ruleOperations  = []struct {
		name string
		call func(context.Context, pb.FirestoreClient, string) error
	}{
		{"get", getDocument}, {"list", listCollection}, {"query", queryCollection},
		{"create", createDocument}, {"update", updateDocument}, {"delete", deleteDocument},
	}
)

func TestR30RulesDenyEverythingToClients(t *testing.T) {
	rules := must(filepath.Abs("../../firestore.rules"))(t)
	everythingIsDenied(t, startOfficial(t, rules))
}

func TestR30TheLocalFirestoreDeniesEverythingToClients(t *testing.T) {
	everythingIsDenied(t, startService(t, &state.Store{}, firestore.Options{}))
}

func everythingIsDenied(t *testing.T, address string) {
	server := dial(t, address)
	for _, collection := range ruleCollections {
		if err := updateDocument(bearer(t, "owner"), server, collection); err != nil {
			t.Fatalf("the server itself writes to %s: %v", collection, err)
		}
		for _, caller := range ruleCallers {
			for _, op := range ruleOperations {
				ctx := t.Context()
				if caller.uid != "" {
					ctx = bearer(t, unsignedToken(caller.uid))
				}
				if err := op.call(ctx, server, collection); status.Code(err) != codes.PermissionDenied {
					t.Errorf("%s %s of %s: got %v, want PermissionDenied", caller.name, op.name, collection, err)
				}
			}
		}
	}
}

// TestRulesThatAllowLetTheOwnerIn shows that the table above could fail: the same calls with the same tokens succeed
// under rules that allow them.
func TestRulesThatAllowLetTheOwnerIn(t *testing.T) {
	rules := filepath.Join(t.TempDir(), "open.rules")
	open := `service cloud.firestore { match /databases/{database}/documents {
		match /profiles/{uid} { allow read, write: if request.auth != null; } } }`
	if err := os.WriteFile(rules, []byte(open), 0o600); err != nil {
		t.Fatal(err)
	}
	server := dial(t, startOfficial(t, rules))
	if err := updateDocument(bearer(t, "owner"), server, "profiles"); err != nil {
		t.Fatal(err)
	}
	for _, op := range ruleOperations {
		if err := op.call(bearer(t, unsignedToken("ada")), server, "profiles"); err != nil {
			t.Errorf("%s: got %v, want it allowed", op.name, err)
		}
		if err := op.call(t.Context(), server, "profiles"); status.Code(err) != codes.PermissionDenied {
			t.Errorf("anonymous %s: got %v, want PermissionDenied", op.name, err)
		}
	}
}

func documentOf(collection, id string) string {
	return rulesDatabase + "/documents/" + collection + "/" + id
}

func getDocument(ctx context.Context, c pb.FirestoreClient, collection string) error {
	_, err := c.GetDocument(ctx, &pb.GetDocumentRequest{Name: documentOf(collection, "ada")})
	return err
}

func listCollection(ctx context.Context, c pb.FirestoreClient, collection string) error {
	req := &pb.ListDocumentsRequest{Parent: rulesDatabase + "/documents", CollectionId: collection}
	_, err := c.ListDocuments(ctx, req)
	return err
}

func queryCollection(ctx context.Context, c pb.FirestoreClient, collection string) error {
	from := []*pb.StructuredQuery_CollectionSelector{{CollectionId: collection}}
	stream, err := c.RunQuery(ctx, &pb.RunQueryRequest{Parent: rulesDatabase + "/documents",
		QueryType: &pb.RunQueryRequest_StructuredQuery{StructuredQuery: &pb.StructuredQuery{From: from}}})
	for err == nil {
		_, err = stream.Recv()
	}
	if err == io.EOF {
		return nil
	}
	return err
}

func createDocument(ctx context.Context, c pb.FirestoreClient, collection string) error {
	_, err := c.CreateDocument(ctx, &pb.CreateDocumentRequest{Parent: rulesDatabase + "/documents",
		CollectionId: collection, DocumentId: fmt.Sprint("new", time.Now().UnixNano()), Document: &pb.Document{}})
	return err
}

func updateDocument(ctx context.Context, c pb.FirestoreClient, collection string) error {
	doc := &pb.Document{Name: documentOf(collection, "ada"), Fields: map[string]*pb.Value{"bio": text("mine")}}
	_, err := c.UpdateDocument(ctx, &pb.UpdateDocumentRequest{Document: doc})
	return err
}

func deleteDocument(ctx context.Context, c pb.FirestoreClient, collection string) error {
	_, err := c.DeleteDocument(ctx, &pb.DeleteDocumentRequest{Name: documentOf(collection, "ada")})
	return err
}

// dial returns a client that sends no credentials of its own.
func dial(t *testing.T, address string) pb.FirestoreClient {
	t.Helper()
	connection := must(grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials())))(t)
	t.Cleanup(func() { connection.Close() })
	return pb.NewFirestoreClient(connection)
}

func bearer(t *testing.T, token string) context.Context {
	return metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+token)
}

// unsignedToken is an ID token as an emulator accepts it from a browser.
func unsignedToken(uid string) string {
	now := time.Now().Unix()
	claims := fmt.Sprintf(`{"iss":"https://securetoken.google.com/%s","aud":%q,"sub":%q,"user_id":%q,"iat":%d,"exp":%d,
		"auth_time":%d,"firebase":{"sign_in_provider":"password","identities":{}}}`,
		project, project, uid, uid, now, now+3600, now)
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode([]byte(claims)) + "."
}
