package parity

import "strings"

func create(name, fields string) step { return admin(name, "/accounts", `{`+fields+`}`) }

func adminLookup(name, fields string) step {
	return admin(name, "/accounts:lookup", `{`+fields+`}`)
}

// lookupU1 looks up the account with the uid u1.
func lookupU1(name string) step { return adminLookup(name, `"localId":["u1"]`) }

// adminUpdate updates the account with the uid u1.
func adminUpdate(name, fields string) step {
	return admin(name, "/accounts:update", `{"localId":"u1",`+fields+`}`)
}

// listAccounts lists one page of accounts. query is the query of the URL.
func listAccounts(name, query string) step {
	return admin(name, "/accounts:batchGet?"+query, "").asGet()
}

// setClaims sets the custom claims of the account with the uid u1.
func setClaims(name, json string) step {
	return adminUpdate(name, `"customAttributes":`+quoted(json))
}

func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }

var adminScenarios = []scenario{
	{"admin creates", []step{
		create("all fields", `"localId":"u1",`+ada+`,"displayName":"Ada",`+
			`"photoUrl":"https://example.com/a.png",`+
			`"emailVerified":true,"phoneNumber":"+441632960001","disabled":false`),
		lookupU1("look up by uid"),
		adminLookup("by email", `"email":["ADA@example.com"]`),
		adminLookup("by phone number", `"phoneNumber":["+441632960001"]`),
		adminLookup("by both", `"localId":["u1"],"email":["ada@example.com"]`),
		adminLookup("unknown", `"localId":["missing"]`),
		create("the same uid", `"localId":"u1"`).failing("DUPLICATE_LOCAL_ID"),
		create("the same email", ada).failing("EMAIL_EXISTS"),
		create("the same phone number", `"phoneNumber":"+441632960001"`).
			failing("PHONE_NUMBER_EXISTS"),
		create("not a phone number", `"phoneNumber":"01632 960001"`).
			failing("INVALID_PHONE_NUMBER"),
		create("not an email", `"email":"ada"`).failing("INVALID_EMAIL"),
		create("weak password", `"email":"bob@example.com","password":"short"`).
			failing("WEAK_PASSWORD"),
		create("disabled", `"localId":"u2","disabled":true`),
		adminLookup("look up the disabled account", `"localId":["u2"]`),
		signIn(ada),
		lookup("what the user sees"),
	}},
	{"admin updates", []step{
		create("create", `"localId":"u1",`+ada),
		adminUpdate("name, picture, verified", `"displayName":"Ada",`+
			`"photoUrl":"https://example.com/a.png","emailVerified":true`),
		lookupU1("look up"),
		adminUpdate("phone number", `"phoneNumber":"+441632960001"`),
		lookupU1("look up the phone number"),
		adminUpdate("remove the phone number", `"deleteProvider":["phone"]`),
		lookupU1("look up without the phone number"),
		adminUpdate("email", `"email":"countess@example.com"`),
		lookupU1("look up the email"),
		adminUpdate("password", `"password":"another one"`),
		signIn(`"email":"countess@example.com","password":"another one"`),
		adminUpdate("remove name and picture", `"deleteAttribute":["DISPLAY_NAME","PHOTO_URL"]`),
		lookupU1("look up without name and picture"),
		adminUpdate("link a provider", `"linkProviderUserInfo":{"providerId":"google.com",`+
			`"rawId":"g1","email":"ada@gmail.com","displayName":"Ada G"}`),
		adminLookup("look up the provider",
			`"federatedUserId":[{"providerId":"google.com","rawId":"g1"}]`),
		admin("unknown uid", "/accounts:update", `{"localId":"missing","displayName":"x"}`).
			failing("USER_NOT_FOUND"),
		admin("no uid", "/accounts:update", `{"displayName":"x"}`).failing("MISSING_LOCAL_ID"),
	}},
	{"custom claims", []step{
		create("create", `"localId":"u1",`+ada),
		setClaims("grant", `{"roles":["admin"],"level":3}`),
		lookupU1("look up"),
		signIn(ada),
		refreshSession("a refreshed token has them"),
		setClaims("reserved", `{"sub":"another user"}`).failing("FORBIDDEN_CLAIM"),
		setClaims("reserved for Firebase", `{"firebase":{}}`).failing("FORBIDDEN_CLAIM"),
		setClaims("too long", `{"x":"`+strings.Repeat("a", 1000)+`"}`).failing("CLAIMS_TOO_LARGE"),
		setClaims("as long as allowed", `{"x":"`+strings.Repeat("a", 1000-len(`{"x":""}`))+`"}`),
		setClaims("not an object", `[]`).failing("INVALID_CLAIMS"),
		setClaims("not JSON", `{`).failing("INVALID_CLAIMS"),
		setClaims("revoke", `{}`),
		lookupU1("look up without claims"),
	}},
	{"revocation", []step{
		create("create", `"localId":"u1",`+ada),
		signIn(ada),
		adminUpdate("revoke", `"validSince":"{{later}}"`).after(nextSecond),
		lookupU1("look up"),
		lookup("with the old token").failing("TOKEN_EXPIRED"),
		refreshSession("with the old refresh token").failing("TOKEN_EXPIRED"),
	}},
	{"admin deletes", []step{
		create("create", `"localId":"u1"`),
		admin("delete", "/accounts:delete", `{"localId":"u1"}`),
		admin("again", "/accounts:delete", `{"localId":"u1"}`).failing("USER_NOT_FOUND"),
		admin("no uid", "/accounts:delete", `{}`).failing("MISSING_LOCAL_ID"),
		create("first of two", `"localId":"u1"`),
		create("second of two, disabled", `"localId":"u2","disabled":true`),
		admin("several, without force", "/accounts:batchDelete",
			`{"localIds":["u1","u2","missing"]}`),
		admin("several, with force", "/accounts:batchDelete", `{"localIds":["u1"],"force":true}`),
		admin("no uids", "/accounts:batchDelete", `{"localIds":[]}`).
			failing("LOCAL_ID_LIST_EXCEEDS_LIMIT"),
		adminLookup("no account is left", `"localId":["u1","u2"]`),
	}},
	{"admin lists", []step{
		listAccounts("none", "maxResults=10"),
		create("first", `"localId":"u1",`+ada+`,"customAttributes":"{\"a\":1}"`),
		create("second", `"localId":"u2"`),
		create("third", `"localId":"u3"`),
		listAccounts("all", "maxResults=10"),
		listAccounts("first page", "maxResults=2").keeping("page", "nextPageToken"),
		listAccounts("second page", "maxResults=2&nextPageToken={{page}}"),
		admin("count", "/accounts:query", `{"returnUserInfo":false}`),
	}},
	{"another project", []step{
		lookupU1("has accounts of its own").at(
			"/identitytoolkit.googleapis.com/v1/projects/demo-other/accounts:lookup"),
	}},
}
