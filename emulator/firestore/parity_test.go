package firestore_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	client "cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"example.com/latchkey/emulator/firestore"
	"example.com/latchkey/emulator/state"
)

// The parity tests run the same scenarios on the local Firestore and on Google's emulator. What the latter answered is
// kept in testdata/official.json, so the comparison also works where the emulator is not installed; where it is,
// TestTheRecordingIsWhatGoogleAnswers holds the recording to it. Record anew with
//
//	go test ./emulator/firestore -run TestTheRecording -record

var record = flag.Bool("record", false, "write testdata/official.json from the answers of Google's emulator")

const recording = "testdata/official.json"

// scenario is a course of steps in a database of its own. Each step notes its answer.
type scenario struct {
	name string
	run  func(*world)
}

// world is what a scenario acts on.
type world struct {
	t        *testing.T
	c        *client.Client
	raw      pb.FirestoreClient
	database string
	answers  answers
}

// answers holds "scenario: step" → answer.
type answers map[string]string

func scenarios() []scenario {
	return slices.Concat(writeScenarios, valueScenarios, nameScenarios, queryScenarios, listScenarios,
		transactionScenarios)
}

func TestTheLocalFirestoreAnswersAsGoogles(t *testing.T) {
	official := loadRecording(t)
	got := runScenarios(t, startService(t, &state.Store{}, firestore.Options{}))
	if len(got) != len(official) {
		t.Errorf("%d answers, the recording has %d: record anew", len(got), len(official))
	}
	for step, answer := range got {
		want, why := official[step], ""
		if d, ok := intendedDifferences[step]; ok {
			if want == d.local {
				t.Errorf("%s: listed as a difference, but Google answers the same: %s", step, want)
			}
			want, why = d.local, " (intended: "+d.reason+")"
		}
		if answer != want {
			t.Errorf("%s\n got  %s\n want %s%s", step, answer, want, why)
		}
	}
	for step := range intendedDifferences {
		if _, ok := got[step]; !ok {
			t.Errorf("the intended difference %q belongs to no step", step)
		}
	}
}

func TestTheRecordingIsWhatGoogleAnswers(t *testing.T) {
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

func loadRecording(t *testing.T) answers {
	t.Helper()
	data, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	official := answers{}
	if err := json.Unmarshal(data, &official); err != nil {
		t.Fatal(err)
	}
	return official
}

// runScenarios runs every scenario on the server at the address.
func runScenarios(t *testing.T, address string) answers {
	t.Helper()
	t.Setenv("FIRESTORE_EMULATOR_HOST", address)
	connection := must(grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithUnaryInterceptor(unaryOwner), grpc.WithStreamInterceptor(streamOwner)))(t)
	defer connection.Close()
	all := answers{}
	for i, s := range scenarios() {
		project := fmt.Sprintf("demo-%d", i)
		w := &world{t: t, raw: pb.NewFirestoreClient(connection), answers: answers{}}
		w.database = "projects/" + project + "/databases/(default)"
		w.c = must(client.NewClient(t.Context(), project))(t)
		s.run(w)
		w.c.Close()
		for step, answer := range w.answers {
			all[s.name+": "+step] = answer
		}
	}
	return all
}

// note keeps what a step answered: its status code when it failed, otherwise the result in plain text.
func (w *world) note(step string, result any, err error) {
	w.t.Helper()
	if _, ok := w.answers[step]; ok {
		w.t.Fatalf("the step %q is noted twice", step)
	}
	if err != nil {
		s, ok := status.FromError(innermost(err))
		w.answers[step] = s.Code().String()
		if !ok {
			w.answers[step] = "refused by the client"
		}
		return
	}
	w.answers[step] = describe(result)
}

// innermost unwraps an error, since status.Code looks at the outermost alone.
func innermost(err error) error {
	for errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	return err
}

// do ends the test when a step that only prepares others fails.
func (w *world) do(_ any, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// name returns the resource name of a document.
func (w *world) name(path string) string { return w.database + "/documents/" + path }
