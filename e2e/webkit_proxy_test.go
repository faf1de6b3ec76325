package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// recordingProxy is the HTTP proxy of a profile. WebDriver reports neither requests nor the
// console, and it can't run a script before the page's own. The proxy sees each request. It adds a
// script to each page, with the page's nonce, and asks the browser to report violations of the
// page's Content-Security-Policy. URLs, origins and the rest of the policy stay as they are.
type recordingProxy struct {
	server  *http.Server
	address string

	mu              sync.Mutex
	report, request func(string)
	scripts         []string
}

// The browser sends problems to these paths, on the host of the page.
const (
	problemPath   = "/.journey/problem"
	violationPath = "/.journey/violation"
)

// recorder reports exceptions, unhandled rejections and errors on the console. It waits for the
// response, so that no step of a journey overtakes a problem.
const recorder = `{
	const report = (problem) => {
		const request = new XMLHttpRequest();
		request.open('POST', '` + problemPath + `?' + encodeURIComponent(problem), false);
		try { request.send(); } catch { /* The policy forbids it, which is reported too. */ }
	};
	const text = (value) => value instanceof Error ? value + '\n' + value.stack : String(value);
	addEventListener('error', (e) => report('exception: ' + text(e.error ?? e.message)));
	addEventListener('unhandledrejection', (e) => report('rejection: ' + text(e.reason)));
	const { error, assert } = console;
	console.error = (...values) => {
		report('console: ' + values.map(text).join(' '));
		error.apply(console, values);
	};
	console.assert = (condition, ...values) => {
		if (!condition) report('console: assertion failed: ' + values.map(text).join(' '));
		assert.call(console, condition, ...values);
	};
}`

func startRecordingProxy() (*recordingProxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &recordingProxy{address: l.Addr().String(), scripts: []string{recorder}}
	forward := &httputil.ReverseProxy{
		// Keeping connections could break requests after a restart of the program.
		Transport:      &http.Transport{DisableKeepAlives: true},
		Rewrite:        func(r *httputil.ProxyRequest) { r.Out.Header.Del("Accept-Encoding") },
		ModifyResponse: p.modify,
		ErrorHandler: func(_ http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() == nil { // the browser still waits
				p.reportProblem(failedRequest(err.Error(), r.URL.String()))
			}
			panic(http.ErrAbortHandler) // close the connection
		},
	}
	p.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == "CONNECT":
			p.reportRequest("https://" + strings.TrimSuffix(r.Host, ":443") + "/")
			http.Error(w, "no HTTPS", http.StatusBadGateway)
		case r.URL.Path == problemPath:
			problem, _ := url.QueryUnescape(r.URL.RawQuery)
			p.reportProblem(problem)
		case r.URL.Path == violationPath:
			p.reportViolation(r.Body)
		default:
			p.reportRequest(r.URL.String())
			forward.ServeHTTP(w, r)
		}
	})}
	go func() { _ = p.server.Serve(l) }()
	return p, nil
}

func (p *recordingProxy) close() { _ = p.server.Close() }

func (p *recordingProxy) listen(report, request func(string)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.report, p.request = report, request
}

func (p *recordingProxy) runOnNewPages(script string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.scripts = append(p.scripts, `{`+script+`}`)
}

func (p *recordingProxy) reportProblem(problem string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.report != nil {
		p.report(problem)
	}
}

func (p *recordingProxy) reportRequest(url string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.request != nil {
		p.request(url)
	}
}

func (p *recordingProxy) reportViolation(body io.Reader) {
	var got struct {
		Report struct {
			Document  string `json:"document-uri"`
			Blocked   string `json:"blocked-uri"`
			Directive string `json:"effective-directive"`
			Policy    string `json:"disposition"`
		} `json:"csp-report"`
	}
	if err := json.NewDecoder(body).Decode(&got); err != nil {
		p.reportProblem("Content-Security-Policy: " + err.Error())
		return
	}
	v := got.Report
	p.reportProblem(fmt.Sprintf("Content-Security-Policy: %s violates %s: %s",
		v.Document, v.Directive, v.Blocked))
}

// nonceSource matches the nonce in a Content-Security-Policy.
var nonceSource = regexp.MustCompile(`'nonce-([^']+)'`)

// modify reports bad statuses, and adds the scripts to pages.
func (p *recordingProxy) modify(resp *http.Response) error {
	if resp.StatusCode >= 400 {
		p.reportProblem(failedRequest(fmt.Sprint(resp.StatusCode), resp.Request.URL.String()))
	}
	policy := resp.Header.Get("Content-Security-Policy")
	nonce := nonceSource.FindStringSubmatch(policy)
	if nonce == nil || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	resp.Header.Set("Content-Security-Policy", policy+"; report-uri "+violationPath)
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	p.mu.Lock()
	script := `<head><script nonce="` + nonce[1] + `">` + strings.Join(p.scripts, "\n") + `</script>`
	p.mu.Unlock()
	page = bytes.Replace(page, []byte("<head>"), []byte(script), 1)
	resp.Body = io.NopCloser(bytes.NewReader(page))
	resp.ContentLength = int64(len(page))
	resp.Header.Set("Content-Length", fmt.Sprint(len(page)))
	return nil
}
