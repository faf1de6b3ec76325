package parity

func sendEmail(name, fields string) step {
	return client(name, "v1/accounts:sendOobCode", `{`+fields+`}`)
}

// changeEmail sends a link that verifies the new address before the account changes.
func changeEmail(name, fields string) step {
	return sendEmail(name, `"requestType":"VERIFY_AND_CHANGE_EMAIL","idToken":"{{id}}"`+fields)
}

// checkCode asks what {{oob}} is for, without using it.
func checkCode(name string) step { return resetPassword(name, `"oobCode":"{{oob}}"`) }

// applyCode uses {{oob}}, unless it is a code for a password reset.
func applyCode(name string) step {
	return client(name, "v1/accounts:update", `{"oobCode":"{{oob}}"}`)
}

func resetPassword(name, fields string) step {
	return client(name, "v1/accounts:resetPassword", `{`+fields+`}`)
}

func adminLink(name, fields string) step {
	return admin(name, "/accounts:sendOobCode", `{`+fields+`,"returnOobLink":true}`)
}

var emailScenarios = []scenario{
	{"verify the email address", []step{
		signUp(ada),
		sendEmail("send", `"requestType":"VERIFY_EMAIL","idToken":"{{id}}",`+
			`"continueUrl":"http://localhost/account"`),
		receiveEmail("oob"),
		checkCode("check"),
		applyCode("apply"),
		applyCode("apply again").failing("INVALID_OOB_CODE"),
		lookup("look up"),
		signIn(ada),
		sendEmail("no token", `"requestType":"VERIFY_EMAIL"`).failing("MISSING_ID_TOKEN"),
		sendEmail("continue URL is not a URL",
			`"requestType":"VERIFY_EMAIL","idToken":"{{id}}","continueUrl":"nowhere"`).
			failing("INVALID_CONTINUE_URI"),
		sendEmail("no request type", `"idToken":"{{id}}"`).failing("MISSING_REQ_TYPE"),
		sendEmail("a user asks for the link itself",
			`"requestType":"VERIFY_EMAIL","idToken":"{{id}}","returnOobLink":true`).
			failing("INSUFFICIENT_PERMISSION"),
	}},
	{"reset the password", []step{
		signUp(ada),
		sendEmail("send", `"requestType":"PASSWORD_RESET","email":"Ada@example.com"`),
		receiveEmail("oob"),
		checkCode("check"),
		resetPassword("too weak", `"oobCode":"{{oob}}","newPassword":"short"`).
			failing("WEAK_PASSWORD"),
		applyCode("apply as another kind").failing("INVALID_OOB_CODE"),
		sendEmail("send again", `"requestType":"PASSWORD_RESET","email":"ada@example.com"`),
		receiveEmail("oob"),
		resetPassword("reset", `"oobCode":"{{oob}}","newPassword":"new password"`).
			after(nextSecond),
		resetPassword("used", `"oobCode":"{{oob}}","newPassword":"new password"`).
			failing("INVALID_OOB_CODE"),
		lookup("the old session is over").failing("TOKEN_EXPIRED"),
		signIn(`"email":"ada@example.com","password":"new password"`),
		lookup("the address is verified"),
		sendEmail("to an unknown address",
			`"requestType":"PASSWORD_RESET","email":"eve@example.com"`),
		sendEmail("no address", `"requestType":"PASSWORD_RESET"`).failing("MISSING_EMAIL"),
		resetPassword("no code", ``).failing("MISSING_OOB_CODE"),
		resetPassword("not a code", `"oobCode":"guess"`).failing("INVALID_OOB_CODE"),
	}},
	{"change the email address after verifying it", []step{
		signUp(grace),
		signUp(ada),
		changeEmail("to a taken one", `,"newEmail":"grace@example.com"`).failing("EMAIL_EXISTS"),
		changeEmail("no new address", ``).failing("MISSING_NEW_EMAIL"),
		changeEmail("send", `,"newEmail":"Countess@example.com"`),
		receiveEmail("oob"),
		checkCode("check"),
		applyCode("apply").after(nextSecond),
		lookup("the old session is over").failing("TOKEN_EXPIRED"),
		signIn(`"email":"countess@example.com","password":"correct horse"`),
		lookup("look up"),
	}},
	{"links made by the Admin SDK", []step{
		create("create", `"localId":"u1",`+ada),
		adminLink("verify", `"requestType":"VERIFY_EMAIL","email":"ada@example.com"`).
			keeping("oob", "oobCode"),
		applyCode("apply"),
		adminLink("reset", `"requestType":"PASSWORD_RESET","email":"ada@example.com"`),
		adminLink("sign-in link", `"requestType":"EMAIL_SIGNIN","email":"ada@example.com",`+
			`"continueUrl":"http://localhost/"`),
		adminLink("unknown address", `"requestType":"VERIFY_EMAIL","email":"eve@example.com"`).
			failing("USER_NOT_FOUND"),
	}},
}
