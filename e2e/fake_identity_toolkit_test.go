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
	"regexp"
	"strings"
)

// requestToken and responseToken match tokens in the JSON bodies of requests and responses.
var (
	requestToken  = regexp.MustCompile(`"(idToken)"\s*:\s*"([^"]+)"`)
	responseToken = regexp.MustCompile(`"(idToken|id_token|access_token)"\s*:\s*"(eyJ[^"]+)"`)
)

// serveToolkit is the local Identity Toolkit with signed tokens: it signs the tokens in responses
// as Google does, and rejects requests with any other token. It also checks the tokens of reCAPTCHA
// and the responses of providers.
func (g *fakeGoogle) serveToolkit(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	forged := false
	body = requestToken.ReplaceAllFunc(body, func(match []byte) []byte {
		parts := requestToken.FindSubmatch(match)
		token, ok := g.unsign(string(parts[2]))
		forged = forged || !ok
		return fmt.Appendf(nil, `"%s":"%s"`, parts[1], token)
	})
	admin := r.Header.Get("Authorization") == "Bearer "+accessToken
	if forged || r.Header.Get("Authorization") != "" && !admin {
		http.Error(w, `{"error":{"code":400,"message":"INVALID_ID_TOKEN"}}`, http.StatusBadRequest)
		return
	}

	if !admin && r.Method == http.MethodPost {
		var code string
		if body, code = g.checkBrowser(r, body); code != "" {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			writeAPIError(w, code)
			return
		}
	}
	if strings.HasSuffix(r.URL.Path, "/recaptchaConfig") && g.recaptcha.enforced.Load() &&
		r.Method == http.MethodGet {
		g.recaptcha.serveConfig(w)
		return
	}

	inner := r.Clone(r.Context())
	inner.Body, inner.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	inner.URL.Path = "/" + r.Host + strings.Replace(r.URL.Path, "/admin/v2/", "/v2/", 1)
	if admin {
		inner.Header.Set("Authorization", "Bearer owner") // the emulator's service account
	}
	recorder := httptest.NewRecorder()
	g.toolkit.ServeHTTP(recorder, inner)
	recorder.Header().Del("Content-Length")
	signed := responseToken.ReplaceAllFunc(recorder.Body.Bytes(), func(match []byte) []byte {
		parts := responseToken.FindSubmatch(match)
		return fmt.Appendf(nil, `"%s":"%s"`, parts[1], g.sign(string(parts[2])))
	})
	recorder.Body = bytes.NewBuffer(signed)
	copyResponse(w, recorder)
}

// checkBrowser checks a request of the SDK in a browser, and replaces a provider's response in it.
// It returns the new body, or an error code.
func (g *fakeGoogle) checkBrowser(r *http.Request, body []byte) ([]byte, string) {
	if code := g.recaptcha.reject(r, body); code != "" {
		return nil, code
	}
	if strings.HasSuffix(r.URL.Path, ":signInWithIdp") {
		return g.signIn.exchange(body)
	}
	return body, ""
}

// sign returns an unsigned token of the local Identity Toolkit as a signed one.
func (g *fakeGoogle) sign(unsigned string) string {
	var claims map[string]any
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(unsigned, ".")[1])
	if err == nil {
		decoder := json.NewDecoder(bytes.NewReader(payload))
		decoder.UseNumber()
		err = decoder.Decode(&claims)
	}
	if err != nil {
		panic(err) // the local Identity Toolkit creates only valid tokens
	}
	return g.keys.Mint(g.keys.Header(), claims)
}

// unsign returns the unsigned version of a token that sign returned, and rejects other tokens.
// RSA signatures are deterministic, so signing the same claims again must return the same token.
func (g *fakeGoogle) unsign(token string) (string, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || parts[2] == "" {
		return "", false
	}
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
	unsigned := header + "." + parts[1] + "."
	return unsigned, g.sign(unsigned) == token
}
