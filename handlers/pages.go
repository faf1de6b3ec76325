package handlers

import (
	"bytes"
	"log/slog"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5/middleware"

	"example.com/latchkey/static"
	"example.com/latchkey/views"
)

// compressPages compresses HTML and nothing else.
var compressPages = middleware.Compress(5, "text/html")

// page returns a handler that renders a view.
func (s *server) page(title string, view func(views.Page) templ.Component) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.writePage(w, r, http.StatusOK, view(s.viewModel(r, title)))
	}
}

// viewModel returns what every page needs.
func (s *server) viewModel(r *http.Request, title string) views.Page {
	return views.Page{
		Title: title, Path: r.URL.Path, Next: r.URL.Query().Get("next"),
		Config: s.cfg.Web, SessionPanel: s.cfg.SessionPanel,
	}
}

// writePage renders the whole page before it writes the status, so that an error in a template
// becomes a 500 instead of half a page.
func (s *server) writePage(
	w http.ResponseWriter, r *http.Request, status int, view templ.Component,
) {
	var page bytes.Buffer
	if err := view.Render(r.Context(), &page); err != nil {
		s.log.ErrorContext(r.Context(), "render page", slog.Any("error", err))
		http.Error(w, messageInternal, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}

// favicon redirects to the icon that the pages link to. The redirect is temporary because the
// icon's address changes with every release.
func favicon(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, static.Path("icon.svg"), http.StatusFound)
}

// noReferrer is for pages whose address contains a secret, such as a code from an email. It
// keeps the browser from sending that address along with any request or link. (The page's
// script also removes the code from the address bar.)
func noReferrer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}
