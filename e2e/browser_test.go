package e2e

import (
	"sync"
	"testing"
)

// sharedBrowser is a browser process that several journeys use in turn, each with its own browser
// profile.
type sharedBrowser struct {
	once    sync.Once
	browser browser
	err     error
}

// start starts the browser for the first journey that needs it. Later calls return the same
// browser.
func (s *sharedBrowser) start(t *testing.T, launch func() (browser, error)) browser {
	t.Helper()
	s.once.Do(func() { s.browser, s.err = launch() })
	if s.err != nil {
		t.Fatalf("start the browser: %v", s.err)
	}
	return s.browser
}

// browserPool contains the browsers of an engine, for the program on this machine. Journeys that
// run at the same time need a browser each, because only one window of a browser has the focus.
type browserPool struct {
	once     sync.Once
	browsers [2]sharedBrowser
	free     chan *sharedBrowser
}

// rehearsalBrowser is a Chromium that also finds the fake Google.
var rehearsalBrowser sharedBrowser

// takeBrowser returns a browser that the test has for itself until it ends.
func (e *engine) takeBrowser(t *testing.T) browser {
	t.Helper()
	path := e.require(t)
	e.pool.once.Do(func() {
		e.pool.free = make(chan *sharedBrowser, len(e.pool.browsers))
		for i := range e.pool.browsers {
			e.pool.free <- &e.pool.browsers[i]
		}
	})
	b := <-e.pool.free
	t.Cleanup(func() { e.pool.free <- b })
	return b.start(t, func() (browser, error) { return e.start(path) })
}

func closeBrowsers() {
	all := []*sharedBrowser{&rehearsalBrowser}
	for _, e := range engines {
		for i := range e.pool.browsers {
			all = append(all, &e.pool.browsers[i])
		}
	}
	for _, s := range all {
		if s.browser != nil {
			s.browser.close()
		}
	}
}
