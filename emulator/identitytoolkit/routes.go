package identitytoolkit

import "net/http"

// access says who may call a route.
type access int

const (
	clients access = iota // an API key, or the owner credential
	admins                // the owner credential
	local                 // anybody on this machine: the official emulator's helpers for tests
)

// route is one row of the table: an operation, or a page that answers by itself.
type route struct {
	pattern string // method and path
	access  access
	run     operation
	page    func(*Service, http.ResponseWriter, *http.Request)
}

const (
	toolkit   = "/identitytoolkit.googleapis.com/"
	project   = toolkit + "v1/projects/{project}"
	emulators = "/emulator/v1/projects/{project}"
)

// routeTable is everything the service answers.
func routeTable() map[string]route {
	routes := map[string]route{}
	for _, r := range []route{
		// Called by people's browsers.
		{"POST " + toolkit + "v1/accounts:signUp", clients, decoded((*Service).signUp), nil},
		{"POST " + toolkit + "v1/accounts:signInWithPassword", clients, decoded((*Service).signInWithPassword), nil},
		{"POST " + toolkit + "v1/accounts:lookup", clients, decoded((*Service).lookup), nil},
		{"POST " + toolkit + "v1/accounts:update", clients, decoded((*Service).update), nil},
		{"POST " + toolkit + "v1/accounts:delete", clients, decoded((*Service).deleteAccount), nil},
		{"POST " + toolkit + "v1/accounts:sendOobCode", clients, decoded((*Service).sendOobCode), nil},
		{"POST " + toolkit + "v1/accounts:resetPassword", clients, decoded((*Service).resetPassword), nil},
		{"POST " + toolkit + "v1/accounts:signInWithIdp", clients, decoded((*Service).signInWithIdp), nil},
		{"POST " + toolkit + "v1/accounts:sendVerificationCode", clients, decoded((*Service).sendVerificationCode), nil},
		{"POST " + toolkit + "v1/accounts:signInWithPhoneNumber", clients, decoded((*Service).signInWithPhoneNumber), nil},
		{"POST " + toolkit + "v1/accounts:signInWithEmailLink", clients, decoded((*Service).signInWithEmailLink), nil},
		{"POST " + toolkit + "v1/accounts:signInWithCustomToken", clients, decoded((*Service).signInWithCustomToken), nil},
		{"POST " + toolkit + "v1/accounts:createAuthUri", clients, decoded((*Service).createAuthURI), nil},
		{"POST " + toolkit + "v2/accounts:revokeToken", clients, decoded((*Service).revokeToken), nil},
		{"GET " + toolkit + "v1/projects", clients, decoded((*Service).projectConfig), nil},
		{"GET " + toolkit + "v1/recaptchaParams", clients, decoded((*Service).recaptchaParams), nil},
		{"GET " + toolkit + "v2/recaptchaConfig", clients, decoded((*Service).recaptchaConfig), nil},
		{"GET " + toolkit + "v2/passwordPolicy", clients, decoded((*Service).passwordPolicy), nil},
		{"POST /securetoken.googleapis.com/v1/token", clients, grantToken, nil},

		// Called by the Admin SDKs.
		{"POST " + project + "/accounts", admins, decoded((*Service).signUp), nil},
		{"POST " + project + "/accounts:lookup", admins, decoded((*Service).lookup), nil},
		{"POST " + project + "/accounts:update", admins, decoded((*Service).update), nil},
		{"POST " + project + "/accounts:delete", admins, decoded((*Service).deleteAccount), nil},
		{"POST " + project + "/accounts:sendOobCode", admins, decoded((*Service).sendOobCode), nil},
		{"POST " + project + "/accounts:batchDelete", admins, decoded((*Service).batchDelete), nil},
		{"GET " + project + "/accounts:batchGet", admins, decoded((*Service).batchGet), nil},
		{"POST " + project + "/accounts:batchCreate", admins, decoded((*Service).batchCreate), nil},
		{"POST " + project + "/accounts:query", admins, decoded((*Service).queryAccounts), nil},
		{"POST " + project + ":createSessionCookie", admins, decoded((*Service).createSessionCookie), nil},
		{"GET " + toolkit + "v2/projects/{project}/config", admins, decoded((*Service).getConfig), nil},
		{"PATCH " + toolkit + "v2/projects/{project}/config", admins, patchConfig, nil},

		// The official emulator's helpers for tests.
		{"DELETE " + emulators + "/accounts", local, decoded((*Service).clearAccounts), nil},
		{"GET " + emulators + "/config", local, decoded((*Service).getConfig), nil},
		{"PATCH " + emulators + "/config", local, patchConfig, nil},
		{"GET " + emulators + "/oobCodes", local, decoded((*Service).listOobCodes), nil},
		{"GET " + emulators + "/verificationCodes", local, decoded((*Service).listVerificationCodes), nil},

		// A helper of this one alone.
		{"POST " + emulators + ":age", local, decoded((*Service).age), nil},

		// Opened by people and by the JS SDK.
		{"GET /emulator/auth/handler", clients, nil, serveProviderPage},
		{"GET /emulator/auth/iframe", clients, nil, serveFrame},
		{"GET /emulator/gapi.js", clients, nil, serveGAPI},
		{"GET /emulator/outbox", clients, nil, serveOutbox},
		{"GET /emulator/outbox.json", clients, nil, serveOutbox},
	} {
		routes[r.pattern] = r
	}
	for _, r := range idpConfigRoutes() {
		routes[r.pattern] = r
	}
	return routes
}

// empty is the request or the answer of a method that takes or says nothing.
type empty struct{}
