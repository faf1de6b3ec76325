package parity

import "time"

const (
	ada   = `"email":"ada@example.com","password":"correct horse"`
	grace = `"email":"grace@example.com","password":"battery staple"`
)

// nextSecond is how long a test waits where the services count in whole seconds.
const nextSecond = 1100 * time.Millisecond

func signUp(who string) step {
	return client("sign up", "v1/accounts:signUp", `{`+who+`,"returnSecureToken":true}`).
		keeping("id", "idToken", "refresh", "refreshToken", "uid", "localId")
}

func signIn(who string) step {
	return client("sign in", "v1/accounts:signInWithPassword", `{`+who+`,"returnSecureToken":true}`).
		keeping("id", "idToken", "refresh", "refreshToken", "uid", "localId")
}

func lookup(name string) step { return client(name, "v1/accounts:lookup", `{"idToken":"{{id}}"}`) }

var passwordScenarios = []scenario{
	{"sign-up", []step{
		signUp(ada),
		lookup("look up"),
		client("again", "v1/accounts:signUp", `{`+ada+`}`).failing("EMAIL_EXISTS"),
		client("again in capitals", "v1/accounts:signUp", `{"email":"ADA@Example.com","password":"correct horse"}`).
			failing("EMAIL_EXISTS"),
		client("no password", "v1/accounts:signUp", `{"email":"bob@example.com"}`).failing("MISSING_PASSWORD"),
		client("no email", "v1/accounts:signUp", `{"password":"correct horse"}`).failing("MISSING_EMAIL"),
		client("weak password", "v1/accounts:signUp", `{"email":"bob@example.com","password":"short"}`).
			failing("WEAK_PASSWORD"),
		client("not an email", "v1/accounts:signUp", `{"email":"bob","password":"correct horse"}`).
			failing("INVALID_EMAIL"),
		client("a chosen uid", "v1/accounts:signUp", `{"localId":"mine",`+grace+`}`).failing("UNEXPECTED_PARAMETER"),
		client("with a name", "v1/accounts:signUp", `{`+grace+`,"displayName":"Grace","returnSecureToken":true}`).
			keeping("id", "idToken"),
		lookup("look up the name"),
	}},
	{"password sign-in", []step{
		signUp(ada),
		signIn(ada),
		lookup("look up"),
		signIn(`"email":"Ada@EXAMPLE.com","password":"correct horse"`),
		client("wrong password", "v1/accounts:signInWithPassword", `{"email":"ada@example.com","password":"wrong"}`).
			failing("INVALID_LOGIN_CREDENTIALS"),
		client("unknown email", "v1/accounts:signInWithPassword", `{`+grace+`}`).failing("INVALID_LOGIN_CREDENTIALS"),
		client("no email", "v1/accounts:signInWithPassword", `{"password":"correct horse"}`).failing("MISSING_EMAIL"),
		client("no password", "v1/accounts:signInWithPassword", `{"email":"ada@example.com"}`).
			failing("MISSING_PASSWORD"),
		client("not an email", "v1/accounts:signInWithPassword", `{"email":"ada","password":"x"}`).
			failing("INVALID_EMAIL"),
		client("a number for a word", "v1/accounts:signInWithPassword", `{"email":"ada@example.com","password":true}`).
			failing("Invalid JSON payload received"),
		client("not JSON", "v1/accounts:signInWithPassword", `{"email"`).failing("Invalid JSON payload received"),
	}},
	{"password sign-in without enumeration protection", []step{
		helper("protection off", "PATCH /config", `{"emailPrivacyConfig":{"enableImprovedEmailPrivacy":false}}`),
		signUp(ada),
		client("wrong password", "v1/accounts:signInWithPassword", `{"email":"ada@example.com","password":"wrong"}`).
			failing("INVALID_PASSWORD"),
		client("unknown email", "v1/accounts:signInWithPassword", `{`+grace+`}`).failing("EMAIL_NOT_FOUND"),
		client("reset for an unknown email", "v1/accounts:sendOobCode",
			`{"requestType":"PASSWORD_RESET","email":"grace@example.com"}`).failing("EMAIL_NOT_FOUND"),
	}},
	{"who may call", []step{
		client("no API key", "v1/accounts:signUp", `{`+ada+`}`).at("/identitytoolkit.googleapis.com/v1/accounts:signUp").
			ending("403 The request is missing a valid API key"),
		admin("no credentials", "/accounts:lookup", `{"localId":["x"]}`).anonymously().
			ending("401 Request is missing required authentication credential"),
		client("an unknown operation", "v1/accounts:guess", `{}`).ending("404 Not Found"),
	}},
	{"anonymous", []step{
		client("sign in", "v1/accounts:signUp", `{"returnSecureToken":true}`).
			keeping("id", "idToken", "refresh", "refreshToken"),
		lookup("look up"),
		refresh("refresh", "grant_type=refresh_token&refresh_token={{refresh}}"),
		client("upgrade with a password", "v1/accounts:signUp", `{"idToken":"{{id}}",`+ada+`,"returnSecureToken":true}`).
			keeping("id", "idToken"),
		lookup("look up the upgraded account"),
		signIn(ada),
		client("another visitor", "v1/accounts:signUp", `{"returnSecureToken":true}`).keeping("id", "idToken"),
		client("upgrade to a taken email", "v1/accounts:signUp", `{"idToken":"{{id}}",`+ada+`}`).failing("EMAIL_EXISTS"),
		client("upgrade by update", "v1/accounts:update", `{"idToken":"{{id}}",`+grace+`}`).
			failing("OPERATION_NOT_ALLOWED"),
	}},
	{"token refresh", []step{
		signUp(ada),
		refresh("refresh", "grant_type=refresh_token&refresh_token={{refresh}}").keeping("id", "id_token"),
		lookup("look up with the new token"),
		refresh("no grant type", "refresh_token={{refresh}}").failing("MISSING_GRANT_TYPE"),
		refresh("another grant type", "grant_type=password&refresh_token={{refresh}}").failing("INVALID_GRANT_TYPE"),
		refresh("no token", "grant_type=refresh_token").failing("MISSING_REFRESH_TOKEN"),
		client("delete", "v1/accounts:delete", `{"idToken":"{{id}}"}`),
		refresh("refresh after deletion", "grant_type=refresh_token&refresh_token={{refresh}}").
			failing("USER_NOT_FOUND"),
	}},
}
