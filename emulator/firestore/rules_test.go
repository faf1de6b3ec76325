package firestore_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
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

const testDatabase = "projects/" + project + "/databases/(default)"

// The combinations for R30, in each collection. All must be denied, because only the server may
// access Firestore. The documents are those of the user ada, except the ones that createDocument
// creates.
var (
	ruleCallers = []struct{ name, uid string }{
		{"signed-out client", ""}, {"owner", "ada"}, {"other user", "bob"},
	}
	ruleOperations = []struct {
		name string
		call func(ctx context.Context, c pb.FirestoreClient, collection string) error
	}{
		{"get", getDocument}, {"list", listCollection}, {"query", queryCollection},
		{"create", createDocument}, {"update", updateDocument}, {"delete", deleteDocument},
	}
)

// ruleCollections returns the collections that the app's code uses, and one that it doesn't.
func ruleCollections(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{"unknown": true}
	call := regexp.MustCompile(`\.Collection(?:Group)?\(([^)]*)\)`)
	for _, folder := range must(filepath.Glob("../../*"))(t) {
		source := ""
		for _, name := range must(filepath.Glob(folder + "/*.go"))(t) {
			if !strings.HasSuffix(name, "_test.go") {
				source += string(must(os.ReadFile(name))(t))
			}
		}
		for _, argument := range call.FindAllStringSubmatch(source, -1) {
			name := argument[1]
			constant := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\s+= ("\w+")`)
			if value := constant.FindStringSubmatch(source); value != nil {
				name = value[1]
			}
			found[must(strconv.Unquote(name))(t)] = true
		}
	}
	if !found["profiles"] || !found["erasures"] {
		t.Fatalf("found only %v", found)
	}
	return slices.Sorted(maps.Keys(found))
}

// TestR30RulesAreASingleDenial needs no emulator: it compares the rules with the only ones that
// can be seen to deny everything.
func TestR30RulesAreASingleDenial(t *testing.T) {
	rules := string(must(os.ReadFile("../../firestore.rules"))(t))
	rules = regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAllString(rules, "")
	const want = "rules_version = '2'; service cloud.firestore { " +
		"match /databases/{database}/documents { " +
		"match /{document=**} { allow read, write: if false; } } }"
	if got := strings.Join(strings.Fields(rules), " "); got != want {
		t.Errorf("got %s\nwant %s\nIf browsers may use a collection, say in "+
			"TestR30RulesDenyEverythingToClients who may do what", got, want)
	}
}

func TestR30RulesDenyEverythingToClients(t *testing.T) {
	rules := must(filepath.Abs("../../firestore.rules"))(t)
	checkAllAccessDenied(t, startOfficial(t, rules))
}

func TestR30TheLocalFirestoreDeniesEverythingToClients(t *testing.T) {
	checkAllAccessDenied(t, startService(t, &state.Store{}, firestore.Options{}))
}

// checkAllAccessDenied tries all combinations and checks that only the server has access.
func checkAllAccessDenied(t *testing.T, address string) {
	c := dial(t, address)
	for _, collection := range ruleCollections(t) {
		if err := updateDocument(bearer(t, "owner"), c, collection); err != nil {
			t.Fatalf("update by the server in %s: %v", collection, err)
		}
		for _, caller := range ruleCallers {
			ctx := t.Context()
			if caller.uid != "" {
				ctx = bearer(t, unsignedToken(caller.uid))
			}
			for _, op := range ruleOperations {
				err := op.call(ctx, c, collection)
				if status.Code(err) != codes.PermissionDenied {
					t.Errorf("%s by %s in %s: got %v, want PermissionDenied",
						op.name, caller.name, collection, err)
				}
			}
		}
	}
}

// TestOpenRulesAllowSignedInUsers proves that the checks above can fail: the same calls with
// the same tokens succeed if the rules allow them.
func TestOpenRulesAllowSignedInUsers(t *testing.T) {
	rules := filepath.Join(t.TempDir(), "open.rules")
	open := `service cloud.firestore { match /databases/{database}/documents {
		match /profiles/{uid} { allow read, write: if request.auth != null; } } }`
	if err := os.WriteFile(rules, []byte(open), 0o600); err != nil {
		t.Fatal(err)
	}
	c := dial(t, startOfficial(t, rules))
	if err := updateDocument(bearer(t, "owner"), c, "profiles"); err != nil {
		t.Fatal(err)
	}
	for _, op := range ruleOperations {
		if err := op.call(bearer(t, unsignedToken("ada")), c, "profiles"); err != nil {
			t.Errorf("%s by owner: got %v, want success", op.name, err)
		}
		if err := op.call(t.Context(), c, "profiles"); status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s by signed-out client: got %v, want PermissionDenied", op.name, err)
		}
	}
}

func documentOf(collection, id string) string {
	return testDatabase + "/documents/" + collection + "/" + id
}

func getDocument(ctx context.Context, c pb.FirestoreClient, collection string) error {
	_, err := c.GetDocument(ctx, &pb.GetDocumentRequest{Name: documentOf(collection, "ada")})
	return err
}

func listCollection(ctx context.Context, c pb.FirestoreClient, collection string) error {
	req := &pb.ListDocumentsRequest{Parent: testDatabase + "/documents", CollectionId: collection}
	_, err := c.ListDocuments(ctx, req)
	return err
}

func queryCollection(ctx context.Context, c pb.FirestoreClient, collection string) error {
	from := []*pb.StructuredQuery_CollectionSelector{{CollectionId: collection}}
	q := &pb.StructuredQuery{From: from}
	stream, err := c.RunQuery(ctx, &pb.RunQueryRequest{
		Parent:    testDatabase + "/documents",
		QueryType: &pb.RunQueryRequest_StructuredQuery{StructuredQuery: q},
	})
	for err == nil {
		_, err = stream.Recv()
	}
	if err == io.EOF {
		return nil
	}
	return err
}

func createDocument(ctx context.Context, c pb.FirestoreClient, collection string) error {
	_, err := c.CreateDocument(ctx, &pb.CreateDocumentRequest{
		Parent:       testDatabase + "/documents",
		CollectionId: collection,
		DocumentId:   fmt.Sprint("new", time.Now().UnixNano()),
		Document:     &pb.Document{},
	})
	return err
}

func updateDocument(ctx context.Context, c pb.FirestoreClient, collection string) error {
	doc := &pb.Document{
		Name:   documentOf(collection, "ada"),
		Fields: map[string]*pb.Value{"bio": text("mine")},
	}
	_, err := c.UpdateDocument(ctx, &pb.UpdateDocumentRequest{Document: doc})
	return err
}

func deleteDocument(ctx context.Context, c pb.FirestoreClient, collection string) error {
	_, err := c.DeleteDocument(ctx, &pb.DeleteDocumentRequest{Name: documentOf(collection, "ada")})
	return err
}

// dial returns a client that sends no credentials unless the context has them.
func dial(t *testing.T, address string) pb.FirestoreClient {
	t.Helper()
	plaintext := grpc.WithTransportCredentials(insecure.NewCredentials())
	connection := must(grpc.NewClient(address, plaintext))(t)
	t.Cleanup(func() { connection.Close() })
	return pb.NewFirestoreClient(connection)
}

func bearer(t *testing.T, token string) context.Context {
	return withBearer(t.Context(), token)
}

func withBearer(ctx context.Context, token string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
}

// unsignedToken returns an ID token that a browser would send to an emulator.
func unsignedToken(uid string) string {
	now := time.Now().Unix()
	claims := fmt.Sprintf(`{"iss":"https://securetoken.google.com/%s","aud":%q,
		"sub":%q,"user_id":%q,"iat":%d,"exp":%d,"auth_time":%d,
		"firebase":{"sign_in_provider":"password","identities":{}}}`,
		project, project, uid, uid, now, now+3600, now)
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode([]byte(claims)) + "."
}
