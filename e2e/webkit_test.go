package e2e

// WebKitGTK, which has the engine of Safari, through WebDriver: https://www.w3.org/TR/webdriver2/

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"time"
)

var webKit = &engine{
	name:     "webkit",
	packages: "webkit2gtk-driver xvfb",
	variable: "WEBKIT_DRIVER",
	find: func() (string, error) {
		if _, err := findProgram("XVFB", "Xvfb"); err != nil {
			return "", err
		}
		return findProgram("WEBKIT_DRIVER", "WebKitWebDriver")
	},
	start: startWebKit,
}

// webKitBrowser is a display without a screen. Each profile is a browser process on it.
type webKitBrowser struct {
	driver  string // the program
	xvfb    *exec.Cmd
	display string
}

func startWebKit(driver string) (browser, error) {
	xvfb, err := findProgram("XVFB", "Xvfb")
	if err != nil {
		return nil, err
	}
	// Xvfb writes the number of the display to its standard output when it is ready.
	b := &webKitBrowser{driver: driver}
	b.xvfb = commandThatDiesWithTest(xvfb, "-displayfd", "1", "-screen", "0", "1200x900x24")
	out, err := b.xvfb.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := b.xvfb.Start(); err != nil {
		return nil, err
	}
	if _, err := fmt.Fscanln(out, &b.display); err != nil {
		b.close()
		return nil, fmt.Errorf("start %s: %w", xvfb, err)
	}
	return b, nil
}

// commandThatDiesWithTest returns a command for a process that the kernel kills when the test
// process ends, however it ends. Browsers end with their display.
func commandThatDiesWithTest(program string, args ...string) *exec.Cmd {
	if _, err := exec.LookPath("setpriv"); err != nil { // not Linux
		return exec.Command(program, args...)
	}
	return exec.Command("setpriv", append([]string{"--pdeathsig", "KILL", program}, args...)...)
}

func (b *webKitBrowser) close() { kill(b.xvfb) }

// webKitProfile is a browser process with its driver process and its proxy. A driver has one
// session at a time, and a session has one profile, which isn't stored.
type webKitProfile struct {
	driver  *exec.Cmd
	home    string // the folder
	proxy   *recordingProxy
	session string // the URL

	mu     sync.Mutex
	window string // gets the commands
}

func (b *webKitBrowser) newProfile() (page, error) {
	p := new(webKitProfile)
	window, err := p.start(b)
	if err != nil {
		p.close()
		return nil, err
	}
	return &webKitPage{profile: p, window: window, first: true}, nil
}

// start starts the profile and returns its first window.
func (p *webKitProfile) start(b *webKitBrowser) (window string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	if p.home, err = os.MkdirTemp("", "latchkey-webkit-"); err != nil {
		return "", err
	}
	if p.proxy, err = startRecordingProxy(); err != nil {
		return "", err
	}
	address, err := freeAddress()
	if err != nil {
		return "", err
	}
	_, port, _ := net.SplitHostPort(address)
	p.driver = commandThatDiesWithTest(b.driver, "--port="+port)
	p.driver.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + p.home, "XDG_RUNTIME_DIR=" + p.home,
		"LANG=en_GB.UTF-8", "DISPLAY=:" + b.display, "GSETTINGS_BACKEND=memory",
		"LIBGL_ALWAYS_SOFTWARE=1", "WEBKIT_DISABLE_DMABUF_RENDERER=1", // there is no GPU
	}
	if err := p.driver.Start(); err != nil {
		return "", err
	}
	return window, p.startSession(ctx, "http://"+address, &window)
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (p *webKitProfile) startSession(ctx context.Context, driver string, window *string) error {
	for {
		err := webDriverCall(ctx, "GET", driver+"/status", nil, nil)
		if err == nil {
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the driver doesn't listen: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	capabilities := webDriverParams{
		"browserName":             "MiniBrowser",
		"unhandledPromptBehavior": "accept", // "Leave site?"
		"timeouts":                map[string]int64{"script": waitTimeout.Milliseconds()},
		// The driver's own proxy setting means a proxy that speaks TLS.
		"webkitgtk:browserOptions": map[string][]string{
			"args": {"--automation", "--proxy=http://" + p.proxy.address}},
	}
	var created struct{ SessionID string }
	err := webDriverCall(ctx, "POST", driver+"/session", webDriverParams{
		"capabilities": webDriverParams{"alwaysMatch": capabilities}}, &created)
	if err != nil {
		return err
	}
	p.session = driver + "/session/" + created.SessionID
	return webDriverCall(ctx, "GET", p.session+"/window", nil, window)
}

func (p *webKitProfile) close() {
	if p.session != "" {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = webDriverCall(ctx, "DELETE", p.session, nil, nil)
	}
	kill(p.driver)
	if p.proxy != nil {
		p.proxy.close()
	}
	_ = os.RemoveAll(p.home)
}

// webDriverParams are the parameters of a command.
type webDriverParams = map[string]any

// webDriverCall sends a command and decodes its result, unless result is nil.
func webDriverCall(
	ctx context.Context, method, url string, params webDriverParams, result any,
) error {
	var body bytes.Buffer
	if method == "POST" {
		if params == nil {
			params = webDriverParams{}
		}
		if err := json.NewEncoder(&body).Encode(params); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, url, &body)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var got struct{ Value json.RawMessage }
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return errors.New(string(got.Value))
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(got.Value, result)
}
