package identitytoolkit

import "net/http"

// access says which credential a route requires.
type access int

const (
	clients      access = iota // an API key or the owner credential
	admins                     // the owner credential
	noCredential               // none; the caller acts as an administrator
)

// pageHandler serves a page or script that a browser loads. It writes its own response.
type pageHandler func(*Service, http.ResponseWriter, *http.Request)

// route is an entry of the route table. It has either an operation or a page.
type route struct {
	access access
	run    operation
	page   pageHandler
}

const (
	toolkit  = "/identitytoolkit.googleapis.com/"
	accounts = toolkit + "v1/accounts"
	project  = toolkit + "v1/projects/{project}"
	helpers  = "/emulator/v1/projects/{project}"
)

// routeTable returns every route of the service by method and path pattern.
func routeTable() map[string]route {
	routes := map[string]route{}
	add := func(access access, operations map[string]operation) {
		for pattern, run := range operations {
			routes[pattern] = route{access: access, run: run}
		}
	}
	add(clients, clientOperations())
	add(admins, adminOperations())
	add(admins, idpConfigOperations())
	add(noCredential, testHelperOperations())
	for pattern, page := range pageRoutes() {
		routes[pattern] = route{page: page}
	}
	return routes
}

// clientOperations are called by the Firebase JS SDK in users' browsers.
func clientOperations() map[string]operation {
	return map[string]operation{
		"POST " + accounts + ":signUp":                decoded((*Service).signUp),
		"POST " + accounts + ":signInWithPassword":    decoded((*Service).signInWithPassword),
		"POST " + accounts + ":lookup":                decoded((*Service).lookup),
		"POST " + accounts + ":update":                decoded((*Service).update),
		"POST " + accounts + ":delete":                decoded((*Service).deleteAccount),
		"POST " + accounts + ":sendOobCode":           decoded((*Service).sendOobCode),
		"POST " + accounts + ":resetPassword":         decoded((*Service).resetPassword),
		"POST " + accounts + ":signInWithIdp":         decoded((*Service).signInWithIdp),
		"POST " + accounts + ":sendVerificationCode":  decoded((*Service).sendVerificationCode),
		"POST " + accounts + ":signInWithPhoneNumber": decoded((*Service).signInWithPhoneNumber),
		"POST " + accounts + ":signInWithEmailLink":   decoded((*Service).signInWithEmailLink),
		"POST " + accounts + ":signInWithCustomToken": decoded((*Service).signInWithCustomToken),
		"POST " + accounts + ":createAuthUri":         decoded((*Service).createAuthURI),
		"POST " + toolkit + "v2/accounts:revokeToken": decoded((*Service).revokeToken),
		"GET " + toolkit + "v1/projects":              decoded((*Service).projectConfig),
		"GET " + toolkit + "v1/recaptchaParams":       decoded((*Service).recaptchaParams),
		"GET " + toolkit + "v2/recaptchaConfig":       decoded((*Service).recaptchaConfig),
		"GET " + toolkit + "v2/passwordPolicy":        decoded((*Service).passwordPolicy),

		"POST /securetoken.googleapis.com/v1/token": grantToken,
	}
}

// adminOperations are called by the Admin SDKs.
func adminOperations() map[string]operation {
	const config = toolkit + "v2/projects/{project}/config"
	return map[string]operation{
		"POST " + project + "/accounts":             decoded((*Service).signUp),
		"POST " + project + "/accounts:lookup":      decoded((*Service).lookup),
		"POST " + project + "/accounts:update":      decoded((*Service).update),
		"POST " + project + "/accounts:delete":      decoded((*Service).deleteAccount),
		"POST " + project + "/accounts:sendOobCode": decoded((*Service).sendOobCode),
		"POST " + project + "/accounts:batchDelete": decoded((*Service).batchDelete),
		"GET " + project + "/accounts:batchGet":     decoded((*Service).batchGet),
		"POST " + project + "/accounts:batchCreate": decoded((*Service).batchCreate),
		"POST " + project + "/accounts:query":       decoded((*Service).queryAccounts),
		"POST " + project + ":createSessionCookie":  decoded((*Service).createSessionCookie),
		"GET " + config:   decoded((*Service).getConfig),
		"PATCH " + config: patchConfig,
	}
}

// testHelperOperations are called by tests. The official emulator has all of them except age.
func testHelperOperations() map[string]operation {
	return map[string]operation{
		"DELETE " + helpers + "/accounts":       decoded((*Service).clearAccounts),
		"GET " + helpers + "/config":            decoded((*Service).getConfig),
		"PATCH " + helpers + "/config":          patchConfig,
		"GET " + helpers + "/oobCodes":          decoded((*Service).listOobCodes),
		"GET " + helpers + "/verificationCodes": decoded((*Service).listVerificationCodes),
		"POST " + helpers + ":age":              decoded((*Service).age),
	}
}

// pageRoutes are opened by users and by the Firebase JS SDK.
func pageRoutes() map[string]pageHandler {
	return map[string]pageHandler{
		"GET /emulator/auth/handler": serveProviderPage,
		"GET /emulator/auth/iframe":  serveFrame,
		"GET /emulator/gapi.js":      serveGAPI,
		"GET /emulator/outbox":       serveOutbox,
		"GET /emulator/outbox.json":  serveOutbox,
	}
}

// empty is an empty request or response message.
type empty struct{}
