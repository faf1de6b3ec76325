package main

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"example.com/latchkey/handlers"
	"example.com/latchkey/identity"
)

// platform is what a deployment may add to the plain service. Each part is off unless it is set.
type platform struct {
	origins       []string // CORS_ORIGINS
	iapAudiences  []string // IAP_AUDIENCE
	googleClients []string // GOOGLE_CLIENT_IDS
	tenantID      string   // TENANT_ID
}

var (
	// An audience is written as https://cloud.google.com/iap/docs/signed-headers-howto has it: for IAP on Cloud Run
	// itself, and behind a load balancer.
	iapAudience = regexp.MustCompile(`^/projects/[0-9]+/(locations/[a-z0-9-]+/services/[a-z0-9-]+|global/backendServices/[0-9]+)$`)

	tenantID = regexp.MustCompile(`^[a-zA-Z0-9_-]{4,}$`)
)

// loadPlatform reads CORS_ORIGINS, IAP_AUDIENCE, GOOGLE_CLIENT_IDS and TENANT_ID.
func loadPlatform(cfg *config, env map[string]string) error {
	p := platform{
		origins:       list(env["CORS_ORIGINS"]),
		iapAudiences:  list(env["IAP_AUDIENCE"]),
		googleClients: list(env["GOOGLE_CLIENT_IDS"]),
		tenantID:      env["TENANT_ID"],
	}
	for _, origin := range p.origins {
		if !handlers.ValidOrigin(origin) {
			return fmt.Errorf("set CORS_ORIGINS to origins such as https://app.example.com, not to %q", origin)
		}
	}
	for _, audience := range p.iapAudiences {
		if !iapAudience.MatchString(audience) {
			return fmt.Errorf("set IAP_AUDIENCE to /projects/NUMBER/locations/REGION/services/SERVICE or "+
				"/projects/NUMBER/global/backendServices/ID, not to %q", audience)
		}
	}
	for _, client := range p.googleClients {
		if !strings.HasSuffix(client, ".apps.googleusercontent.com") {
			return fmt.Errorf("set GOOGLE_CLIENT_IDS to OAuth client ids, which end in .apps.googleusercontent.com, not to %q", client)
		}
	}
	switch {
	case p.tenantID != "" && !tenantID.MatchString(p.tenantID):
		return fmt.Errorf("set TENANT_ID to the id of a tenant, such as customers-x1y2z")
	case p.tenantID != "" && cfg.mode == local:
		return fmt.Errorf("unset TENANT_ID: the local Firebase has no tenants; the official Emulator Suite has")
	}
	cfg.platform = p
	return nil
}

// list splits at commas. What is empty is left out.
func list(value string) []string {
	fields := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
	return slices.Compact(fields)
}

// staff verifies whom Identity-Aware Proxy let in; nil without IAP_AUDIENCE.
func (p platform) staff() (handlers.StaffVerifier, error) {
	if len(p.iapAudiences) == 0 {
		return nil, nil
	}
	return identity.NewIAPVerifier(identity.IAPOptions{Audiences: p.iapAudiences, Client: &http.Client{}})
}

// google verifies tokens of Google Sign-In; nil without GOOGLE_CLIENT_IDS.
func (p platform) google() (handlers.GoogleTokens, error) {
	if len(p.googleClients) == 0 {
		return nil, nil
	}
	return identity.NewGoogleVerifier(identity.GoogleOptions{ClientIDs: p.googleClients})
}
