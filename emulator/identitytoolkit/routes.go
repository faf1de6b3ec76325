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
		{"POST " + toolkit + "v1/accounts:signUp", clients, method((*Service).signUp), nil},
		{"POST " + toolkit + "v1/accounts:signInWithPassword", clients, method((*Service).signInWithPassword), nil},
		{"POST " + toolkit + "v1/accounts:lookup", clients, method((*Service).lookup), nil},
		{"POST " + toolkit + "v1/accounts:update", clients, method((*Service).update), nil},
		{"POST " + toolkit + "v1/accounts:delete", clients, method((*Service).deleteAccount), nil},
		{"POST " + toolkit + "v1/accounts:sendOobCode", clients, method((*Service).sendOobCode), nil},
		{"POST " + toolkit + "v1/accounts:resetPassword", clients, method((*Service).resetPassword), nil},
		{"POST " + toolkit + "v1/accounts:signInWithIdp", clients, method((*Service).signInWithIdp), nil},
		{"POST " + toolkit + "v1/accounts:sendVerificationCode", clients, method((*Service).sendVerificationCode), nil},
		{"POST " + toolkit + "v1/accounts:signInWithPhoneNumber", clients, method((*Service).signInWithPhoneNumber), nil},
		{"POST " + toolkit + "v1/accounts:signInWithEmailLink", clients, method((*Service).signInWithEmailLink), nil},
		{"POST " + toolkit + "v1/accounts:signInWithCustomToken", clients, method((*Service).signInWithCustomToken), nil},
		{"POST " + toolkit + "v1/accounts:createAuthUri", clients, method((*Service).createAuthURI), nil},
		{"POST " + toolkit + "v2/accounts:revokeToken", clients, method((*Service).revokeToken), nil},
		{"GET " + toolkit + "v1/projects", clients, method((*Service).projectConfig), nil},
		{"GET " + toolkit + "v1/recaptchaParams", clients, method((*Service).recaptchaParams), nil},
		{"GET " + toolkit + "v2/recaptchaConfig", clients, method((*Service).recaptchaConfig), nil},
		{"GET " + toolkit + "v2/passwordPolicy", clients, method((*Service).passwordPolicy), nil},
		{"POST /securetoken.googleapis.com/v1/token", clients, grantToken, nil},

		// Called by the Admin SDKs.
		{"POST " + project + "/accounts", admins, method((*Service).signUp), nil},
		{"POST " + project + "/accounts:lookup", admins, method((*Service).lookup), nil},
		{"POST " + project + "/accounts:update", admins, method((*Service).update), nil},
		{"POST " + project + "/accounts:delete", admins, method((*Service).deleteAccount), nil},
		{"POST " + project + "/accounts:sendOobCode", admins, method((*Service).sendOobCode), nil},
		{"POST " + project + "/accounts:batchDelete", admins, method((*Service).batchDelete), nil},
		{"GET " + project + "/accounts:batchGet", admins, method((*Service).batchGet), nil},
		{"POST " + project + "/accounts:batchCreate", admins, method((*Service).batchCreate), nil},
		{"POST " + project + "/accounts:query", admins, method((*Service).queryAccounts), nil},
		{"POST " + project + ":createSessionCookie", admins, method((*Service).createSessionCookie), nil},
		{"GET " + toolkit + "v2/projects/{project}/config", admins, method((*Service).getConfig), nil},
		{"PATCH " + toolkit + "v2/projects/{project}/config", admins, patchConfig, nil},

		// The official emulator's helpers for tests.
		{"DELETE " + emulators + "/accounts", local, method((*Service).clearAccounts), nil},
		{"GET " + emulators + "/config", local, method((*Service).getConfig), nil},
		{"PATCH " + emulators + "/config", local, patchConfig, nil},
		{"GET " + emulators + "/oobCodes", local, method((*Service).listOobCodes), nil},
		{"GET " + emulators + "/verificationCodes", local, method((*Service).listVerificationCodes), nil},

		// A helper of this one alone.
		{"POST " + emulators + ":age", local, method((*Service).age), nil},

		// Opened by people and by the JS SDK.
		{"GET /emulator/auth/handler", clients, nil, serveWidget},
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
