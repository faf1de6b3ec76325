//go:build production

package local

import (
	"log/slog"
	"net"

	"example.com/latchkey/config"
)

// Available is false: this build has no local Firebase.
const Available = false

// Start returns a Firebase that does nothing.
func Start(config.Config, net.Addr, *slog.Logger) (Firebase, error) { return Firebase{}, nil }

// Connect returns a Firebase that does nothing.
func Connect(config.Config, *slog.Logger) (Firebase, error) { return Firebase{}, nil }
