package handlers_test

import (
	"strings"
	"testing"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
	"example.com/latchkey/identity/identitytest"
)

func TestAppCheckEnforcesLogsOrIsOff(t *testing.T) {
	google := identitytest.New(t)
	attester := identity.NewAppCheck(google.AppCheckClient(t))
	good := google.AppCheckToken(nil)
	for _, tt := range []struct {
		mode    handlers.AppCheckMode
		without int // status
		logged  int // lines
	}{{handlers.AppCheckOff, 200, 0}, {handlers.AppCheckLog, 200, 1}, {handlers.AppCheckEnforce, 403, 0}} {
		t.Run(string(tt.mode), func(t *testing.T) {
			s := newSiteWith(t, func(c *handlers.Config) { c.AppCheck, c.Attester = tt.mode, attester })
			code := map[int]string{403: "app_check_failed"}[tt.without]
			s.do("GET", "/api/profile", "", s.asAlice("X-Firebase-AppCheck", good)...).want(200, "")
			s.do("GET", "/api/profile", "", s.asAlice()...).want(tt.without, code)
			s.do("GET", "/", "").want(200, "") // pages and probes are for everybody
			s.do("GET", "/health/live", "").want(200, "")
			if got := strings.Count(s.logs.String(), `"msg":"App Check"`); got != tt.logged {
				t.Errorf("got %d log lines, want %d:\n%s", got, tt.logged, s.logs)
			}
			if strings.Contains(s.logs.String(), good) {
				t.Error("the token is in the log")
			}
		})
	}
}
