//go:build linux

package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
)

// serveToolkit is the local Identity Toolkit, but for the tokens: those that go out are signed as
// Google's are, and those that come in are let in only if they are.
func (g *fakeGoogle) serveToolkit(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	forged := false
	body = idTokenIn.ReplaceAllFunc(body, func(found []byte) []byte {
		parts := idTokenIn.FindSubmatch(found)
		token, ok := g.unsign(string(parts[2]))
		forged = forged || !ok
		return fmt.Appendf(nil, `"%s":"%s"`, parts[1], token)
	})
	admin := r.Header.Get("Authorization") == "Bearer "+accessToken
	if forged || r.Header.Get("Authorization") != "" && !admin {
		http.Error(w, `{"error":{"code":400,"message":"INVALID_ID_TOKEN"}}`, http.StatusBadRequest)
		return
	}
	inner := r.Clone(r.Context())
	inner.Body, inner.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	inner.URL.Path = "/" + r.Host + strings.Replace(r.URL.Path, "/admin/v2/", "/v2/", 1)
	if admin {
		inner.Header.Set("Authorization", "Bearer owner") // what the local one takes for a service account
	}
	answer := httptest.NewRecorder()
	g.toolkit.ServeHTTP(answer, inner)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.Header().Del("Content-Length")
	w.WriteHeader(answer.Code)
	w.Write(idTokenOut.ReplaceAllFunc(answer.Body.Bytes(), func(found []byte) []byte {
		parts := idTokenOut.FindSubmatch(found)
		return fmt.Appendf(nil, `"%s":"%s"`, parts[1], g.sign(string(parts[2])))
	}))
}

// sign makes a token of Google's out of an unsigned one of the local Identity Toolkit.
func (g *fakeGoogle) sign(unsigned string) string {
	var claims map[string]any
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(unsigned, ".")[1])
	if err == nil {
		decoder := json.NewDecoder(bytes.NewReader(payload))
		decoder.UseNumber()
		err = decoder.Decode(&claims)
	}
	if err != nil {
		panic(err) // the local Identity Toolkit made it
	}
	return g.keys.Mint(g.keys.Header(), claims)
}

// unsign makes the unsigned token out of one that sign made, and refuses others. The signature of
// RSA is deterministic, so signing the same claims again must give the same token.
func (g *fakeGoogle) unsign(token string) (string, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || parts[2] == "" {
		return "", false
	}
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + "."
	return unsigned, g.sign(unsigned) == token
}
