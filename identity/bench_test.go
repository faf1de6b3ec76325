package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

// BenchmarkVerify compares what a request pays for a token seen before with the full verification by the SDK.
func BenchmarkVerify(b *testing.B) {
	google := identitytest.New(b)
	client := google.AuthClient(b)
	v := identity.NewVerifier(client, identity.Options{ProjectID: identitytest.ProjectID})
	token := google.Token(identitytest.Claims{UID: "alice", Email: "alice@example.com"})
	if _, err := v.Verify(b.Context(), token); err != nil {
		b.Fatal(err)
	}
	b.Run("seen before", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = v.Verify(b.Context(), token)
		}
	})
	b.Run("first seen", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			fresh := identity.NewVerifier(client, identity.Options{ProjectID: identitytest.ProjectID})
			_, _ = fresh.Verify(b.Context(), token)
		}
	})
	b.Run("SDK alone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = client.VerifyIDToken(b.Context(), token)
		}
	})
	forged := token[:strings.LastIndex(token, ".")] + "." + strings.Repeat("A", 342)
	b.Run("forged", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = v.Verify(b.Context(), forged)
		}
	})
}

// BenchmarkHostileToken shows that the price of refusing a token stops growing with its length (R4).
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
