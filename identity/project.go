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

// projectMaxAge is how old an answer about the project's settings may be.
const projectMaxAge = time.Minute

// Project reads the settings of the Identity Platform project that the Admin SDK has no call for.
type Project struct {
	client *http.Client
	url    string
	header http.Header

	mu     sync.Mutex
	read   time.Time
	latest projectConfig
}

// projectConfig is the part of the Config resource that is used here:
// https://cloud.google.com/identity-platform/docs/reference/rest/v2/Config
type projectConfig struct {
	Client struct {
		Permissions struct {
			DisabledUserSignup   bool `json:"disabledUserSignup"`
			DisabledUserDeletion bool `json:"disabledUserDeletion"`
		} `json:"permissions"`
	} `json:"client"`
}

// NewProject returns the settings of a project, or of one of its tenants if tenantID is not empty, or those of the Auth
// emulator that FIREBASE_AUTH_EMULATOR_HOST names. In production the service account needs the permission
// firebaseauth.configs.get, and identitytoolkit.tenants.get for a tenant. Further options replace the credentials.
func NewProject(ctx context.Context, projectID, tenantID string, opts ...option.ClientOption) (*Project, error) {
	production, emulated := "/admin/v2/projects/"+projectID+"/config", "/v2/projects/"+projectID+"/config"
	if tenantID != "" {
		production = "/v2/projects/" + projectID + "/tenants/" + tenantID
		emulated = production
	}
	if host := os.Getenv("FIREBASE_AUTH_EMULATOR_HOST"); host != "" {
		return &Project{
			client: &http.Client{},
			url:    "http://" + host + "/identitytoolkit.googleapis.com" + emulated,
			header: http.Header{"Authorization": {"Bearer owner"}}, // what the SDKs send to an emulator
		}, nil
	}
	opts = append([]option.ClientOption{option.WithScopes("https://www.googleapis.com/auth/identitytoolkit")}, opts...)
	client, _, err := htransport.NewClient(ctx, opts...)
	if err != nil {
		return nil, err
	}
	return &Project{
		client: client,
		url:    "https://identitytoolkit.googleapis.com" + production,
	}, nil
}

// MayDelete says whether users of the project may delete their own accounts. The error is ErrUnavailable.
//
// The platform enforces that switch for the browser's SDK and not for the Admin SDK, which may do anything: so a server
// that deletes an account for its user has to ask.
func (p *Project) MayDelete(ctx context.Context) (bool, error) {
	p.mu.Lock()
	latest, fresh := p.latest, time.Since(p.read) < projectMaxAge
	p.mu.Unlock()
	if !fresh {
		// Not under the lock: a slow answer holds up nobody but this caller.
		config, err := p.fetch(ctx)
		if err != nil {
			return false, fail(ErrUnavailable, "read the project's settings", err)
		}
		p.mu.Lock()
		p.latest, p.read = config, time.Now()
		p.mu.Unlock()
		latest = config
	}
	return !latest.Client.Permissions.DisabledUserDeletion, nil
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
