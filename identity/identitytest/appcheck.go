package identitytest

import (
	"context"
	"encoding/base64"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	firebase "firebase.google.com/go/v4"
	"firebase.google.com/go/v4/appcheck"
	"google.golang.org/api/option"
)

// AppCheckClient returns a real App Check client of the Admin SDK that takes its keys from this process. It sets a
// variable of the SDK, so the test cannot be parallel.
func (s *Server) AppCheckClient(tb testing.TB) *appcheck.Client {
	tb.Helper()
	keys := httptest.NewServer(http.HandlerFunc(jwks))
	tb.Cleanup(keys.Close)
	standard := appcheck.JWKSUrl
	appcheck.JWKSUrl = keys.URL
	defer func() { appcheck.JWKSUrl = standard }()
	app, err := firebase.NewApp(context.Background(), &firebase.Config{ProjectID: ProjectID}, option.WithoutAuthentication())
	if err != nil {
		tb.Fatalf("make the Firebase app: %v", err)
	}
	client, err := app.AppCheck(context.Background())
	if err != nil {
		tb.Fatalf("make the App Check client: %v", err)
	}
	return client
}

// AppCheckToken mints an App Check token as Google would. Extra adds claims and overrides any; nil takes one away.
func (s *Server) AppCheckToken(extra map[string]any) string {
	now := time.Now()
	claims := map[string]any{
		"iss": "https://firebaseappcheck.googleapis.com/123456", "aud": []string{"projects/123456", "projects/" + ProjectID},
		"sub": "1:123456:web:abcdef", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
	for name, value := range extra {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	return s.Mint(map[string]any{"alg": "RS256", "typ": "JWT", "kid": appCheckKey}, claims)
}

const appCheckKey = "app-check-1"

func jwks(w http.ResponseWriter, _ *http.Request) {
	public := signingKey().PublicKey
	encode := base64.RawURLEncoding.EncodeToString
	writeJSON(w, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": appCheckKey,
		"n": encode(public.N.Bytes()), "e": encode(big.NewInt(int64(public.E)).Bytes()),
	}}})
}
