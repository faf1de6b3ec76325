package parity

func send(name, fields string) step { return client(name, "v1/accounts:sendOobCode", `{`+fields+`}`) }

func newest(name string) step { return helper(name, "GET /oobCodes", "").lastIn("oobCodes") }

var emailScenarios = []scenario{
	{"verify the email address", []step{
		signUp(ada),
		send("send", `"requestType":"VERIFY_EMAIL","idToken":"{{id}}","continueUrl":"http://localhost/account"`),
		emailed("oob"),
		client("check", "v1/accounts:resetPassword", `{"oobCode":"{{oob}}"}`),
		client("apply", "v1/accounts:update", `{"oobCode":"{{oob}}"}`),
		client("apply again", "v1/accounts:update", `{"oobCode":"{{oob}}"}`).failing("INVALID_OOB_CODE"),
		lookup("look up"),
		signIn(ada),
		send("no token", `"requestType":"VERIFY_EMAIL"`).failing("MISSING_ID_TOKEN"),
		send("nowhere to continue", `"requestType":"VERIFY_EMAIL","idToken":"{{id}}","continueUrl":"nowhere"`).
			failing("INVALID_CONTINUE_URI"),
		send("of no kind", `"idToken":"{{id}}"`).failing("MISSING_REQ_TYPE"),
		send("a link for oneself", `"requestType":"VERIFY_EMAIL","idToken":"{{id}}","returnOobLink":true`).
			failing("INSUFFICIENT_PERMISSION"),
	}},
	{"reset the password", []step{
		signUp(ada),
		send("send", `"requestType":"PASSWORD_RESET","email":"Ada@example.com"`),
		emailed("oob"),
		client("check", "v1/accounts:resetPassword", `{"oobCode":"{{oob}}"}`),
		client("too weak", "v1/accounts:resetPassword", `{"oobCode":"{{oob}}","newPassword":"short"}`).
			failing("WEAK_PASSWORD"),
		client("apply as another kind", "v1/accounts:update", `{"oobCode":"{{oob}}"}`).failing("INVALID_OOB_CODE"),
		send("send again", `"requestType":"PASSWORD_RESET","email":"ada@example.com"`),
		emailed("oob"),
		client("reset", "v1/accounts:resetPassword", `{"oobCode":"{{oob}}","newPassword":"new password"}`).after(nextSecond),
		client("used", "v1/accounts:resetPassword", `{"oobCode":"{{oob}}","newPassword":"new password"}`).
			failing("INVALID_OOB_CODE"),
		lookup("the old session is over").failing("TOKEN_EXPIRED"),
		signIn(`"email":"ada@example.com","password":"new password"`),
		lookup("the address is verified"),
		send("to an unknown address", `"requestType":"PASSWORD_RESET","email":"eve@example.com"`),
		send("to nobody", `"requestType":"PASSWORD_RESET"`).failing("MISSING_EMAIL"),
		client("no code", "v1/accounts:resetPassword", `{}`).failing("MISSING_OOB_CODE"),
		client("not a code", "v1/accounts:resetPassword", `{"oobCode":"guess"}`).failing("INVALID_OOB_CODE"),
	}},
	{"change the email address after verifying it", []step{
		signUp(grace),
		signUp(ada),
		send("to a taken one", `"requestType":"VERIFY_AND_CHANGE_EMAIL","idToken":"{{id}}","newEmail":"grace@example.com"`).
			failing("EMAIL_EXISTS"),
		send("to none", `"requestType":"VERIFY_AND_CHANGE_EMAIL","idToken":"{{id}}"`).failing("MISSING_NEW_EMAIL"),
		send("send", `"requestType":"VERIFY_AND_CHANGE_EMAIL","idToken":"{{id}}","newEmail":"Countess@example.com"`),
		emailed("oob"),
		client("check", "v1/accounts:resetPassword", `{"oobCode":"{{oob}}"}`),
		client("apply", "v1/accounts:update", `{"oobCode":"{{oob}}"}`).after(nextSecond),
		lookup("the old session is over").failing("TOKEN_EXPIRED"),
		signIn(`"email":"countess@example.com","password":"correct horse"`),
		lookup("look up"),
	}},
	{"links made by the Admin SDK", []step{
		create("create", `"localId":"u1",`+ada),
		admin("verify", "/accounts:sendOobCode",
			`{"requestType":"VERIFY_EMAIL","email":"ada@example.com","returnOobLink":true}`).keeping("oob", "oobCode"),
		client("apply", "v1/accounts:update", `{"oobCode":"{{oob}}"}`),
		admin("reset", "/accounts:sendOobCode",
			`{"requestType":"PASSWORD_RESET","email":"ada@example.com","returnOobLink":true}`),
		admin("sign in", "/accounts:sendOobCode",
			`{"requestType":"EMAIL_SIGNIN","email":"ada@example.com","returnOobLink":true,"continueUrl":"http://localhost/"}`),
		admin("verify nobody", "/accounts:sendOobCode",
			`{"requestType":"VERIFY_EMAIL","email":"eve@example.com","returnOobLink":true}`).failing("USER_NOT_FOUND"),
	}},
}
