package identity_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"firebase.google.com/go/v4/auth"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

// localLookups is the real client, but returns the user's record without a network call.
type localLookups struct{ identity.TokenClient }

func (localLookups) GetUser(context.Context, string) (*auth.UserRecord, error) {
	return &auth.UserRecord{UserInfo: &auth.UserInfo{UID: "alice"}}, nil
}

// BenchmarkVerify compares the cost of a cached token with that of a full verification by the
// SDK.
func BenchmarkVerify(b *testing.B) {
	google := identitytest.New(b)
	client := localLookups{google.AuthClient(b)}
	opts := identity.Options{ProjectID: identitytest.ProjectID}
	reuseChecks(&opts)
	v := identity.NewVerifier(client, opts)
	token := google.Token(identitytest.Claims{UID: "alice", Email: "alice@example.com"})
	if _, err := verifyRecent(b.Context(), v, token); err != nil {
		b.Fatal(err)
	}
	b.Run("cached", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = verifyRecent(b.Context(), v, token)
		}
	})
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = verifyRecent(b.Context(), identity.NewVerifier(client, opts), token)
		}
	})
	b.Run("SDK only", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = client.VerifyIDToken(b.Context(), token)
		}
	})
	forged := token[:strings.LastIndex(token, ".")] + "." + strings.Repeat("A", 342)
	b.Run("forged", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = verifyRecent(b.Context(), v, forged)
		}
	})
}

// BenchmarkHostileToken shows that the cost of rejecting a token doesn't grow with its length
// beyond 8 KiB (R4).
func BenchmarkHostileToken(b *testing.B) {
	for _, size := range []int{1 << 10, 8 << 10, 64 << 10, 1 << 20} {
		for name, value := range map[string]string{
			"letters": "Bearer aa." + strings.Repeat("b", size) + ".cc",
			"dots":    "Bearer " + strings.Repeat(".", size),
		} {
			b.Run(fmt.Sprintf("%s/%dKiB", name, size>>10), func(b *testing.B) {
				h := header(value)
				b.ReportAllocs()
				for b.Loop() {
					_, _ = identity.BearerToken(h, nil)
				}
			})
		}
	}
}
