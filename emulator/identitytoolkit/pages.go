package identitytoolkit

import (
	"bytes"
	"crypto/rand"
	"embed"
	"html/template"
	"net/http"
	"strings"
)

// web holds the pages that a browser opens: the provider page, the SDK's hidden frame, and the
// outbox. Each response contains the page's styles and script. Its Content-Security-Policy
// allows only those.
//
//go:embed web
var web embed.FS

var pages = template.Must(template.ParseFS(web, "web/*.html"))

// page is the data of every template.
type page struct {
	Nonce  string
	Style  template.CSS
	Script template.JS
	Data   any
}

// writePage renders web/NAME.html with web/NAME.js inside. framedBy is the frame-ancestors
// source of the page's policy: 'self' or 'none', with the single quotes.
func (s *Service) writePage(
	w http.ResponseWriter, r *http.Request, status int, name, framedBy string, data any,
) {
	p := page{
		Nonce:  rand.Text(),
		Style:  template.CSS(asset("page.css")),
		Script: template.JS(asset(name + ".js")),
		Data:   data,
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
		"img-src data:", // the icon, or else Firefox and WebKit request /favicon.ico
		"form-action 'none'",
		"base-uri 'none'",
		"frame-ancestors " + framedBy,
	}, "; "))
	w.WriteHeader(status)
	_, _ = body.WriteTo(w) // fails only if the client has disconnected
}

// pageHeaders sets the headers of a page or script. Unlike the API, only pages on the same
// origin may read it.
func pageHeaders(w http.ResponseWriter, contentType string) {
	h := w.Header()
	h.Del("Access-Control-Allow-Origin")
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// asset returns the content of a file in web, or an empty string if there is no such file.
func asset(name string) string {
	b, err := web.ReadFile("web/" + name)
	if err != nil {
		return ""
	}
	return string(b)
}

// serveGAPI serves the script that replaces Google's: see web/gapi.js.
func serveGAPI(_ *Service, w http.ResponseWriter, _ *http.Request) {
	pageHeaders(w, "text/javascript; charset=utf-8")
	_, _ = w.Write([]byte(asset("gapi.js")))
}

// serveFrame serves the hidden frame that the SDK opens in the app's page: see web/frame.js.
func serveFrame(s *Service, w http.ResponseWriter, r *http.Request) {
	s.writePage(w, r, http.StatusOK, "frame", "'self'", nil)
}
