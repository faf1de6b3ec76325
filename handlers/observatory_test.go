package handlers_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestR35HTTPObservatoryGradeIsAPlus has MDN's HTTP Observatory grade the site as it runs
// behind Cloud Run's front end, which terminates TLS, sets X-Forwarded-Proto, and redirects
// http to https.
func TestR35HTTPObservatoryGradeIsAPlus(t *testing.T) {
	const folder = "testdata/observatory"
	if _, err := os.Stat(folder + "/node_modules/@mdn"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the Observatory is not installed: npm ci --prefix handlers/%s", folder)
		}
		t.Skipf("to run this test: npm ci --prefix handlers/%s", folder)
	}
	httpPort, httpsPort, ca := serveLikeCloudRun(t, newSite(t).handler)
	cmd := exec.CommandContext(t.Context(), "node", "grade.mjs", httpPort, httpsPort)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "NODE_EXTRA_CA_CERTS="+ca)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var got struct {
		Grade         string
		Score, Status int
		Results       []struct {
			Test, Result string
			Pass         bool
			Modifier     int
		}
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if got.Grade != "A+" || got.Score < 130 || got.Status != 200 {
		t.Errorf("got %s with %d points for a page with status %d, want A+ with at least 130",
			got.Grade, got.Score, got.Status)
	}
	for _, r := range got.Results {
		if !r.Pass {
			t.Errorf("%s fails: %s", r.Test, r.Result)
		}
		t.Logf("%+4d  %s: %s", r.Modifier, r.Test, r.Result)
	}
	t.Logf("%s, %d points", got.Grade, got.Score)
}

// serveLikeCloudRun serves the site over https, and redirects http to it. It returns the ports
// and a file with the certificate to trust.
func serveLikeCloudRun(t *testing.T, site http.Handler) (httpPort, httpsPort, ca string) {
	t.Helper()
	behindFrontEnd := func(w http.ResponseWriter, r *http.Request) {
		r.TLS = nil
		r.Header.Set("X-Forwarded-Proto", "https")
		site.ServeHTTP(w, r)
	}
	https := httptest.NewUnstartedServer(http.HandlerFunc(behindFrontEnd))
	certificate, file := localhostCertificate(t)
	https.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	https.StartTLS()
	t.Cleanup(https.Close)
	redirect := func(w http.ResponseWriter, r *http.Request) {
		target := "https://localhost:" + portOf(t, https) + r.URL.Path
		http.Redirect(w, r, target, http.StatusMovedPermanently)
	}
	http := httptest.NewServer(http.HandlerFunc(redirect))
	t.Cleanup(http.Close)
	return portOf(t, http), portOf(t, https), file
}

func portOf(t *testing.T, s *httptest.Server) string {
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}

// localhostCertificate returns a self-signed certificate for localhost, and a file that
// contains it.
func localhostCertificate(t *testing.T) (certificate tls.Certificate, file string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"},
		NotAfter: time.Now().Add(time.Hour),
		IsCA:     true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "ca.pem")
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(file, encoded, 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
