//go:build !production

package local

import (
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"example.com/latchkey/config"
)

// TestLocalFirebaseKnowsEveryProvider names what is missing after a provider was added to
// config.SignInMethods.
func TestLocalFirebaseKnowsEveryProvider(t *testing.T) {
	cfg, err := config.Load([]string{"LOCAL_STATE=off"}, Available)
	if err != nil {
		t.Fatal(err)
	}
	addr := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}
	firebase, err := Start(cfg, addr, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer firebase.Close()

	r := httptest.NewRequest("GET", "http://localhost:8080/identitytoolkit.googleapis.com"+
		"/v2/projects/"+config.LocalProjectID+"/defaultSupportedIdpConfigs", nil)
	r.Header.Set("Authorization", "Bearer owner")
	w := httptest.NewRecorder()
	firebase.Handler(http.NotFoundHandler()).ServeHTTP(w, r)
	var list struct {
		Providers []struct {
			Name string `json:"name"`
		} `json:"defaultSupportedIdpConfigs"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list.Providers) == 0 {
		t.Fatalf("list the providers: got %d %v: %s", w.Code, err, w.Body)
	}
	known := map[string]bool{}
	for _, provider := range list.Providers {
		known[path.Base(provider.Name)] = true
	}
	for _, method := range config.SignInMethods {
		if strings.Contains(method, ".") && !known[method] {
			t.Errorf("%s is not in identityProviders in emulator/identitytoolkit/providers.go",
				method)
		}
	}
}
