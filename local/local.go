// Package local runs the local Firebase inside the program, so that the app works without a cloud
// account, and protects it from other sites.
//
// The container is built with the tag "production", which leaves the local Firebase out
// (start_production.go). No setting can make that build accept unsigned tokens.
package local

import "net/http"

// Firebase is the emulator that the program uses instead of Google Cloud: the local Firebase in
// this process or the official Emulator Suite. In production its hosts are empty, Handler returns
// the site unchanged, and Close does nothing.
type Firebase struct {
	// AuthHost and FirestoreHost are the HOST:PORT addresses that Google's SDKs must use.
	AuthHost, FirestoreHost string

	protect func(site http.Handler) http.Handler
	close   func() error
}

// Handler returns the site with protection against requests from other sites. If the local Firebase
// runs in this process, Handler also mounts it beside the site, on the same origin.
func (f Firebase) Handler(site http.Handler) http.Handler {
	if f.protect == nil {
		return site
	}
	return f.protect(site)
}

// Close stops the local Firebase and releases its state folder.
func (f Firebase) Close() error {
	if f.close == nil {
		return nil
	}
	return f.close()
}
