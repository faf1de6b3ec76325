package config

import (
	"regexp"
	"strings"
)

// validOrigin reports whether the text is an origin that may be allowed to call the API,
// written exactly as browsers send it (RFC 6454, section 6.2): in lowercase, without a default
// port, and with nothing after the host. There are no wildcards.
//
// The scheme must be https, because anyone on the network path can change a page sent over
// http. The one exception is http on this machine, for development.
func validOrigin(origin string) bool {
	return originPattern.MatchString(origin) &&
		!strings.HasSuffix(origin, ":443") && !strings.HasSuffix(origin, ":80")
}

var originPattern = regexp.MustCompile(
	`^(https://[a-z0-9-]+(\.[a-z0-9-]+)*|http://(localhost|127\.0\.0\.1))(:[1-9][0-9]{0,4})?$`)
