package firestore_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"example.com/latchkey/emulator/firestore"
	"example.com/latchkey/emulator/state"
)

// The parity tests run the same scenarios on the local Firestore and on Google's emulator.
// testdata/official.json holds the results from Google's emulator, so that the local Firestore
// can be compared with them where the emulator isn't installed. Where it is,
// TestRecordingMatchesGoogleEmulator checks that file. To update it, run
//
//	go test ./emulator/firestore -run TestRecordingMatchesGoogleEmulator -record

var record = flag.Bool("record", false, "update testdata/official.json from Google's emulator")

const recording = "testdata/official.json"

// scenario is a series of steps in an empty database. It records the result of each step.
type scenario struct {
	name string
	run  func(*recorder)
}

func scenarios() []scenario {
	return slices.Concat(writeScenarios, transformScenarios, valueScenarios,
		filterScenarios, queryScenarios, listScenarios, transactionScenarios)
}

func TestLocalFirestoreMatchesRecording(t *testing.T) {
	official := loadRecording(t)
	got := runScenarios(t, startService(t, &state.Store{}, firestore.Options{}))
	if len(got) != len(official) {
		t.Errorf("got %d results, but %s has %d: update it", len(got), recording, len(official))
	}
	for step, result := range got {
		want, why := official[step], ""
		if d, ok := intendedDifferences[step]; ok {
			if want == d.local {
				t.Errorf("%s: in intendedDifferences, but Google's emulator returns the same: %s",
					step, want)
			}
			want, why = d.local, " (intended: "+d.reason+")"
		}
		if result != want {
			t.Errorf("%s\n got  %s\n want %s%s", step, result, want, why)
		}
	}
	for step := range intendedDifferences {
		if _, ok := got[step]; !ok {
			t.Errorf("intendedDifferences has an entry for %q, but no scenario has that step", step)
		}
	}
}

func TestRecordingMatchesGoogleEmulator(t *testing.T) {
	got := runScenarios(t, startOfficial(t, ""))
	if *record {
		out, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(recording, append(out, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for step, want := range loadRecording(t) {
		if got[step] != want {
			t.Errorf("%s\n got  %s\n want %s (%s)", step, got[step], want, recording)
		}
	}
}

func loadRecording(t *testing.T) results {
	t.Helper()
	data, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	official := results{}
	if err := json.Unmarshal(data, &official); err != nil {
		t.Fatal(err)
	}
	return official
}

// runScenarios runs all scenarios on the server at the address. It returns the results with the
// keys "scenario: step".
func runScenarios(t *testing.T, address string) results {
	t.Helper()
	t.Setenv("FIRESTORE_EMULATOR_HOST", address)
	connection := must(grpc.NewClient(address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithUnaryInterceptor(unaryAsOwner),
		grpc.WithStreamInterceptor(streamAsOwner)))(t)
	defer connection.Close()
	all := results{}
	for i, s := range scenarios() {
		project := fmt.Sprintf("demo-%d", i)
		r := &recorder{
			t:        t,
			ctx:      t.Context(),
			c:        must(client.NewClient(t.Context(), project))(t),
			rpc:      pb.NewFirestoreClient(connection),
			database: "projects/" + project + "/databases/(default)",
			results:  results{},
		}
		s.run(r)
		r.c.Close()
		for step, result := range r.results {
			all[s.name+": "+step] = result
		}
	}
	return all
}

func asOwner(ctx context.Context) context.Context {
	return withBearer(ctx, "owner")
}

func unaryAsOwner(ctx context.Context, method string, req, res any, conn *grpc.ClientConn,
	next grpc.UnaryInvoker, opts ...grpc.CallOption,
) error {
	return next(asOwner(ctx), method, req, res, conn, opts...)
}

func streamAsOwner(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn,
	method string, next grpc.Streamer, opts ...grpc.CallOption,
) (grpc.ClientStream, error) {
	return next(asOwner(ctx), desc, conn, method, opts...)
}
