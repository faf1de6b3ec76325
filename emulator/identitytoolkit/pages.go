package identitytoolkit

import (
	"bytes"
	"crypto/rand"
	"embed"
	"html/template"
	"net/http"
	"strings"
)

// The pages that a browser opens: the provider's page, the frame behind it, and the outbox. Each is one file with its
// style and script inside, so that it loads nothing else, and comes with a policy that allows exactly that.
//
//go:embed web
var web embed.FS

var pages = template.Must(template.ParseFS(web, "web/*.html"))

// page is what every template gets.
type page struct {
	Nonce  string
	Style  template.CSS
	Script template.JS
	Data   any
}

// writePage renders web/NAME.html with web/NAME.js inside. framedBy says who may show it in a frame: 'self' or 'none'.
func (s *Service) writePage(w http.ResponseWriter, r *http.Request, status int, name, framedBy string, data any) {
	p := page{
		Nonce: rand.Text(), Style: template.CSS(asset("page.css")), Script: template.JS(asset(name + ".js")), Data: data,
	}
	var body bytes.Buffer
	if err := pages.ExecuteTemplate(&body, name+".html", p); err != nil {
		s.writeError(w, r, err)
		return
	}
	pageHeaders(w, "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'",
		"script-src 'nonce-" + p.Nonce + "'",
		"style-src 'nonce-" + p.Nonce + "'",
		"connect-src 'self'",
		"form-action 'none'",
		"base-uri 'none'",
		"frame-ancestors " + framedBy,
	}, "; "))
	w.WriteHeader(status)
	_, _ = body.WriteTo(w) // the reader is gone if this fails
}

// pageHeaders replaces what the API answers with: the API is open to every origin, pages are not.
func pageHeaders(w http.ResponseWriter, contentType string) {
	h := w.Header()
	h.Del("Access-Control-Allow-Origin")
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// asset reads an embedded file; one that a page does without is empty.
func asset(name string) string {
	b, err := web.ReadFile("web/" + name)
	if err != nil {
		return ""
	}
	return string(b)
}

// serveGAPI is the script that stands in for Google's: see web/gapi.js.
func serveGAPI(_ *Service, w http.ResponseWriter, _ *http.Request) {
	pageHeaders(w, "text/javascript; charset=utf-8")
	_, _ = w.Write([]byte(asset("gapi.js")))
}

// serveFrame is the hidden frame that the SDK opens in the app's page: see web/frame.js.
func serveFrame(s *Service, w http.ResponseWriter, r *http.Request) {
	s.writePage(w, r, http.StatusOK, "frame", "'self'", nil)
}
