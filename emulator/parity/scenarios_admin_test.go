package parity

import "strings"

func create(name, fields string) step { return admin(name, "/accounts", `{`+fields+`}`) }

func adminUpdate(name, fields string) step {
	return admin(name, "/accounts:update", `{"localId":"u1",`+fields+`}`)
}

func claims(name, json string) step {
	return adminUpdate(name, `"customAttributes":`+quoted(json))
}

func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }

var adminScenarios = []scenario{
	{"admin creates", []step{
		create("with everything", `"localId":"u1",`+ada+`,"displayName":"Ada","photoUrl":"https://example.com/a.png",`+
			`"emailVerified":true,"phoneNumber":"+441632960001","disabled":false`),
		admin("look up by uid", "/accounts:lookup", `{"localId":["u1"]}`),
		admin("by email", "/accounts:lookup", `{"email":["ADA@example.com"]}`),
		admin("by phone number", "/accounts:lookup", `{"phoneNumber":["+441632960001"]}`),
		admin("by both", "/accounts:lookup", `{"localId":["u1"],"email":["ada@example.com"]}`),
		admin("unknown", "/accounts:lookup", `{"localId":["nobody"]}`),
		create("the same uid", `"localId":"u1"`).failing("DUPLICATE_LOCAL_ID"),
		create("the same email", ada).failing("EMAIL_EXISTS"),
		create("the same phone number", `"phoneNumber":"+441632960001"`).failing("PHONE_NUMBER_EXISTS"),
		create("not a phone number", `"phoneNumber":"01632 960001"`).failing("INVALID_PHONE_NUMBER"),
		create("not an email", `"email":"ada"`).failing("INVALID_EMAIL"),
		create("weak password", `"email":"bob@example.com","password":"short"`).failing("WEAK_PASSWORD"),
		create("disabled", `"localId":"u2","disabled":true`),
		admin("look up the disabled one", "/accounts:lookup", `{"localId":["u2"]}`),
		signIn(ada),
		lookup("the person's own view"),
	}},
	{"admin updates", []step{
		create("create", `"localId":"u1",`+ada),
		adminUpdate("name, picture, verified",
			`"displayName":"Ada","photoUrl":"https://example.com/a.png","emailVerified":true`),
		admin("look up", "/accounts:lookup", `{"localId":["u1"]}`),
		adminUpdate("phone number", `"phoneNumber":"+441632960001"`),
		admin("look up the phone number", "/accounts:lookup", `{"localId":["u1"]}`),
		adminUpdate("remove the phone number", `"deleteProvider":["phone"]`),
		admin("look up without it", "/accounts:lookup", `{"localId":["u1"]}`),
		adminUpdate("email", `"email":"countess@example.com"`),
		admin("look up the email", "/accounts:lookup", `{"localId":["u1"]}`),
		adminUpdate("password", `"password":"another one"`),
		signIn(`"email":"countess@example.com","password":"another one"`),
		adminUpdate("remove name and picture", `"deleteAttribute":["DISPLAY_NAME","PHOTO_URL"]`),
		admin("look up without them", "/accounts:lookup", `{"localId":["u1"]}`),
		adminUpdate("link a provider", `"linkProviderUserInfo":{"providerId":"google.com","rawId":"g1",`+
			`"email":"ada@gmail.com","displayName":"Ada G"}`),
		admin("look up the provider", "/accounts:lookup", `{"federatedUserId":[{"providerId":"google.com","rawId":"g1"}]}`),
		admin("nobody", "/accounts:update", `{"localId":"nobody","displayName":"x"}`).failing("USER_NOT_FOUND"),
		admin("no uid", "/accounts:update", `{"displayName":"x"}`).failing("MISSING_LOCAL_ID"),
	}},
	{"custom claims", []step{
		create("create", `"localId":"u1",`+ada),
		claims("grant", `{"roles":["admin"],"level":3}`),
		admin("look up", "/accounts:lookup", `{"localId":["u1"]}`),
		signIn(ada),
		refresh("a refreshed token has them", "grant_type=refresh_token&refresh_token={{refresh}}"),
		claims("reserved", `{"sub":"somebody else"}`).failing("FORBIDDEN_CLAIM"),
		claims("reserved for Firebase", `{"firebase":{}}`).failing("FORBIDDEN_CLAIM"),
		claims("too long", `{"x":"`+strings.Repeat("a", 1000)+`"}`).failing("CLAIMS_TOO_LARGE"),
		claims("exactly long enough", `{"x":"`+strings.Repeat("a", 1000-len(`{"x":""}`))+`"}`),
		claims("not an object", `[]`).failing("INVALID_CLAIMS"),
		claims("not JSON", `{`).failing("INVALID_CLAIMS"),
		claims("take away", `{}`),
		admin("look up without", "/accounts:lookup", `{"localId":["u1"]}`),
	}},
	{"revocation", []step{
		create("create", `"localId":"u1",`+ada),
		signIn(ada),
		adminUpdate("revoke", `"validSince":"{{later}}"`).after(nextSecond),
		admin("look up", "/accounts:lookup", `{"localId":["u1"]}`),
		lookup("with the old token").failing("TOKEN_EXPIRED"),
		refresh("with the old refresh token", "grant_type=refresh_token&refresh_token={{refresh}}").failing("TOKEN_EXPIRED"),
	}},
	{"admin deletes", []step{
		create("create", `"localId":"u1"`),
		admin("delete", "/accounts:delete", `{"localId":"u1"}`),
		admin("again", "/accounts:delete", `{"localId":"u1"}`).failing("USER_NOT_FOUND"),
		admin("no uid", "/accounts:delete", `{}`).failing("MISSING_LOCAL_ID"),
		create("one", `"localId":"u1"`),
		create("two", `"localId":"u2","disabled":true`),
		admin("many, only the disabled", "/accounts:batchDelete", `{"localIds":["u1","u2","nobody"]}`),
		admin("many, by force", "/accounts:batchDelete", `{"localIds":["u1"],"force":true}`),
		admin("none named", "/accounts:batchDelete", `{"localIds":[]}`).failing("LOCAL_ID_LIST_EXCEEDS_LIMIT"),
		admin("nobody is left", "/accounts:lookup", `{"localId":["u1","u2"]}`),
	}},
	{"admin lists", []step{
		admin("none", "/accounts:batchGet?maxResults=10", "").asGet(),
		create("one", `"localId":"u1",`+ada+`,"customAttributes":"{\"a\":1}"`),
		create("two", `"localId":"u2"`),
		create("three", `"localId":"u3"`),
		admin("all", "/accounts:batchGet?maxResults=10", "").asGet(),
		admin("first page", "/accounts:batchGet?maxResults=2", "").asGet().keeping("page", "nextPageToken"),
		admin("second page", "/accounts:batchGet?maxResults=2&nextPageToken={{page}}", "").asGet(),
		admin("count", "/accounts:query", `{"returnUserInfo":false}`).at(
			"/identitytoolkit.googleapis.com/v1/projects/" + project + "/accounts:query"),
	}},
	{"another project", []step{
		admin("its accounts are its own", "/accounts:lookup", `{"localId":["u1"]}`).at(
			"/identitytoolkit.googleapis.com/v1/projects/demo-other/accounts:lookup"),
	}},
}
