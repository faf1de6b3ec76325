package parity

import "time"

const (
	ada   = `"email":"ada@example.com","password":"correct horse"`
	grace = `"email":"grace@example.com","password":"battery staple"`
)

// nextSecond is how long to wait where the services compare times in whole seconds.
const nextSecond = 1100 * time.Millisecond

// signUp creates an account and starts a session in it.
func signUp(credentials string) step {
	return signUpWith("sign up", credentials+`,"returnSecureToken":true`).keepingSession()
}

// signIn signs in with a password and starts a session.
func signIn(credentials string) step {
	return withPassword("sign in", credentials+`,"returnSecureToken":true`).keepingSession()
}

func signUpWith(name, fields string) step {
	return client(name, "v1/accounts:signUp", `{`+fields+`}`)
}

func withPassword(name, fields string) step {
	return client(name, "v1/accounts:signInWithPassword", `{`+fields+`}`)
}

// lookup reads the account of the session.
func lookup(name string) step { return client(name, "v1/accounts:lookup", `{"idToken":"{{id}}"}`) }

// refreshSession exchanges the refresh token of the session.
func refreshSession(name string) step {
	return refresh(name, "grant_type=refresh_token&refresh_token={{refresh}}")
}

// keepingSession keeps the tokens and the uid for later steps.
func (s step) keepingSession() step {
	return s.keeping("id", "idToken", "refresh", "refreshToken", "uid", "localId")
}

var passwordScenarios = []scenario{
	{"sign-up", []step{
		signUp(ada),
		lookup("look up"),
		signUpWith("again", ada).failing("EMAIL_EXISTS"),
		signUpWith("again in capitals", `"email":"ADA@Example.com","password":"correct horse"`).
			failing("EMAIL_EXISTS"),
		signUpWith("no password", `"email":"bob@example.com"`).failing("MISSING_PASSWORD"),
		signUpWith("no email", `"password":"correct horse"`).failing("MISSING_EMAIL"),
		signUpWith("weak password", `"email":"bob@example.com","password":"short"`).
			failing("WEAK_PASSWORD"),
		signUpWith("not an email", `"email":"bob","password":"correct horse"`).
			failing("INVALID_EMAIL"),
		signUpWith("a chosen uid", `"localId":"mine",`+grace).failing("UNEXPECTED_PARAMETER"),
		signUpWith("with a name", grace+`,"displayName":"Grace","returnSecureToken":true`).
			keeping("id", "idToken"),
		lookup("look up the name"),
	}},
	{"password sign-in", []step{
		signUp(ada),
		signIn(ada),
		lookup("look up"),
		signIn(`"email":"Ada@EXAMPLE.com","password":"correct horse"`),
		withPassword("wrong password", `"email":"ada@example.com","password":"wrong"`).
			failing("INVALID_LOGIN_CREDENTIALS"),
		withPassword("unknown email", grace).failing("INVALID_LOGIN_CREDENTIALS"),
		withPassword("no email", `"password":"correct horse"`).failing("MISSING_EMAIL"),
		withPassword("no password", `"email":"ada@example.com"`).failing("MISSING_PASSWORD"),
		withPassword("not an email", `"email":"ada","password":"x"`).failing("INVALID_EMAIL"),
		withPassword("wrong type", `"email":"ada@example.com","password":true`).
			failing("Invalid JSON payload received"),
		client("not JSON", "v1/accounts:signInWithPassword", `{"email"`).
			failing("Invalid JSON payload received"),
	}},
	{"password sign-in without enumeration protection", []step{
		setEnumerationProtection(false),
		signUp(ada),
		withPassword("wrong password", `"email":"ada@example.com","password":"wrong"`).
			failing("INVALID_PASSWORD"),
		withPassword("unknown email", grace).failing("EMAIL_NOT_FOUND"),
		sendEmail("reset for an unknown email",
			`"requestType":"PASSWORD_RESET","email":"grace@example.com"`).
			failing("EMAIL_NOT_FOUND"),
	}},
	{"caller credentials", []step{
		signUpWith("no API key", ada).at("/identitytoolkit.googleapis.com/v1/accounts:signUp").
			expecting("403 The request is missing a valid API key"),
		admin("no credentials", "/accounts:lookup", `{"localId":["x"]}`).withoutCredentials().
			expecting("401 Request is missing required authentication credential"),
		client("an unknown operation", "v1/accounts:guess", `{}`).expecting("404 Not Found"),
	}},
	{"anonymous", []step{
		signUpWith("sign in", `"returnSecureToken":true`).
			keeping("id", "idToken", "refresh", "refreshToken"),
		lookup("look up"),
		refreshSession("refresh"),
		signUpWith("upgrade with a password",
			`"idToken":"{{id}}",`+ada+`,"returnSecureToken":true`).
			keeping("id", "idToken"),
		lookup("look up the upgraded account"),
		signIn(ada),
		signUpWith("another anonymous user", `"returnSecureToken":true`).keeping("id", "idToken"),
		signUpWith("upgrade to a taken email", `"idToken":"{{id}}",`+ada).failing("EMAIL_EXISTS"),
		update("upgrade by update", grace).failing("OPERATION_NOT_ALLOWED"),
	}},
	{"token refresh", []step{
		signUp(ada),
		refreshSession("refresh").keeping("id", "id_token"),
		lookup("look up with the new token"),
		refresh("no grant type", "refresh_token={{refresh}}").failing("MISSING_GRANT_TYPE"),
		refresh("another grant type", "grant_type=password&refresh_token={{refresh}}").
			failing("INVALID_GRANT_TYPE"),
		refresh("no token", "grant_type=refresh_token").failing("MISSING_REFRESH_TOKEN"),
		client("delete", "v1/accounts:delete", `{"idToken":"{{id}}"}`),
		refreshSession("refresh after deletion").failing("USER_NOT_FOUND"),
	}},
}
