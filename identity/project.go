package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"google.golang.org/api/option"
	htransport "google.golang.org/api/transport/http"
)

// projectMaxAge is how long the project's settings are cached.
const projectMaxAge = time.Minute

// Project reads settings of the Identity Platform project that the Admin SDK has no call for.
// It is safe for concurrent use.
type Project struct {
	client *http.Client
	url    string
	header http.Header

	mu      sync.Mutex
	cached  projectConfig
	fetched time.Time // when cached was fetched
}

// projectConfig is the part of the Config resource that Project uses.
// https://cloud.google.com/identity-platform/docs/reference/rest/v2/Config
type projectConfig struct {
	Client struct {
		Permissions struct {
			DisabledUserDeletion bool `json:"disabledUserDeletion"`
		} `json:"permissions"`
	} `json:"client"`
}

// NewProject returns the settings of a project, or of one of its tenants if tenantID isn't
// empty. If FIREBASE_AUTH_EMULATOR_HOST is set, it reads them from that emulator. In production
// the service account needs the permission firebaseauth.configs.get, and
// identitytoolkit.tenants.get for a tenant. The options replace the default credentials.
func NewProject(
	ctx context.Context, projectID, tenantID string, opts ...option.ClientOption,
) (*Project, error) {
	production := "/admin/v2/projects/" + projectID + "/config"
	emulated := "/v2/projects/" + projectID + "/config"
	if tenantID != "" {
		production = "/v2/projects/" + projectID + "/tenants/" + tenantID
		emulated = production
	}
	if host := os.Getenv("FIREBASE_AUTH_EMULATOR_HOST"); host != "" {
		return &Project{
			client: &http.Client{},
			url:    "http://" + host + "/identitytoolkit.googleapis.com" + emulated,
			header: http.Header{"Authorization": {"Bearer owner"}}, // as the SDKs do
		}, nil
	}
	scope := option.WithScopes("https://www.googleapis.com/auth/identitytoolkit")
	client, _, err := htransport.NewClient(ctx, append([]option.ClientOption{scope}, opts...)...)
	if err != nil {
		return nil, err
	}
	return &Project{
		client: client,
		url:    "https://identitytoolkit.googleapis.com" + production,
	}, nil
}

// MayDelete reports whether users may delete their own accounts. The error is [ErrUnavailable].
//
// Identity Platform enforces that setting for the Firebase SDK in the browser but not for the
// Admin SDK, so a server that deletes accounts for its users must check it.
func (p *Project) MayDelete(ctx context.Context) (bool, error) {
	p.mu.Lock()
	config, fresh := p.cached, time.Since(p.fetched) < projectMaxAge
	p.mu.Unlock()
	if !fresh {
		var err error
		config, err = p.fetch(ctx) // without the lock: a slow response delays only this caller
		if err != nil {
			return false, fail(ErrUnavailable, "read the project's settings", err)
		}
		p.mu.Lock()
		p.cached, p.fetched = config, time.Now()
		p.mu.Unlock()
	}
	return !config.Client.Permissions.DisabledUserDeletion, nil
}

func (p *Project) fetch(ctx context.Context) (projectConfig, error) {
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url, nil)
	if err != nil {
		return projectConfig{}, err
	}
	if p.header != nil {
		request.Header = p.header.Clone()
	}
	response, err := p.client.Do(request)
	if err != nil {
		return projectConfig{}, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return projectConfig{}, fmt.Errorf("status %d", response.StatusCode)
	}
	var config projectConfig
	err = json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&config)
	return config, err
}
