package parity

func update(name, fields string) step {
	return client(name, "v1/accounts:update", `{"idToken":"{{id}}",`+fields+`}`)
}

// signInMethods asks which sign-in methods an email address has.
func signInMethods(name, fields string) step {
	return client(name, "v1/accounts:createAuthUri", `{`+fields+`}`)
}

var accountScenarios = []scenario{
	{"lookup", []step{
		signUp(ada),
		client("no token", "v1/accounts:lookup", `{}`).failing("MISSING_ID_TOKEN"),
		client("not a token", "v1/accounts:lookup", `{"idToken":"garbage"}`).
			failing("INVALID_ID_TOKEN"),
		admin("disable", "/accounts:update", `{"localId":"{{uid}}","disableUser":true}`),
		lookup("disabled").failing("USER_DISABLED"),
		signIn(ada).failing("USER_DISABLED"),
		refreshSession("refresh while disabled").failing("USER_DISABLED"),
		admin("enable", "/accounts:update", `{"localId":"{{uid}}","disableUser":false}`),
		lookup("enabled again"),
		admin("delete", "/accounts:delete", `{"localId":"{{uid}}"}`),
		lookup("deleted").failing("USER_NOT_FOUND"),
	}},
	{"profile update", []step{
		signUp(ada),
		update("name and picture", `"displayName":"Ada",`+
			`"photoUrl":"https://example.com/ada.png","returnSecureToken":true`),
		lookup("look up"),
		withPassword("a token with the name", ada+`,"returnSecureToken":true`),
		update("remove the name", `"deleteAttribute":["DISPLAY_NAME"]`),
		lookup("look up without the name"),
		update("remove the picture", `"deleteAttribute":["PHOTO_URL"]`),
		lookup("look up without the picture"),
		update("set them again", `"displayName":"Ada","photoUrl":"https://example.com/ada.png"`),
		update("an empty name", `"displayName":""`),
		lookup("look up with the empty name"),
		update("null", `"displayName":null`),
		client("no token", "v1/accounts:update", `{"displayName":"Eve"}`).
			failing("INVALID_REQ_TYPE"),
		update("set claims as a user", `"customAttributes":"{\"admin\":true}"`).
			failing("INSUFFICIENT_PERMISSION"),
		update("disable as a user", `"disableUser":true`).failing("OPERATION_NOT_ALLOWED"),
	}},
	{"password change", []step{
		signUp(ada),
		update("too weak", `"password":"short"`).failing("WEAK_PASSWORD"),
		update("change", `"password":"new password","returnSecureToken":true`).
			after(nextSecond).keeping("new", "idToken"),
		lookup("with the old token").failing("TOKEN_EXPIRED"),
		client("with the new token", "v1/accounts:lookup", `{"idToken":"{{new}}"}`),
		withPassword("the old password", ada).failing("INVALID_LOGIN_CREDENTIALS"),
		signIn(`"email":"ada@example.com","password":"new password"`),
	}},
	{"email change", []step{
		signUp(grace),
		signUp(ada),
		update("to an invalid address", `"email":"nonsense"`).failing("INVALID_EMAIL"),
		update("while protected", `"email":"grace@example.com"`).failing("OPERATION_NOT_ALLOWED"),
		setEnumerationProtection(false),
		update("to a taken address", `"email":"grace@example.com"`).failing("EMAIL_EXISTS"),
		update("change", `"email":"countess@example.com","returnSecureToken":true`).
			after(nextSecond).keeping("id", "idToken"),
		lookup("look up"),
		receiveEmail("oob"),
		checkCode("check the recovery code"),
		applyCode("recover"),
		signIn(ada),
		lookup("look up after recovery"),
	}},
	{"remove the password", []step{
		signUp(ada),
		update("unlink the password", `"deleteProvider":["password"]`).after(nextSecond),
		lookup("the session goes on"),
		signIn(ada).failing("INVALID_LOGIN_CREDENTIALS"),
	}},
	{"delete", []step{
		signUp(ada),
		client("no token", "v1/accounts:delete", `{}`).failing("MISSING_ID_TOKEN"),
		client("delete", "v1/accounts:delete", `{"idToken":"{{id}}"}`),
		client("again", "v1/accounts:delete", `{"idToken":"{{id}}"}`).failing("USER_NOT_FOUND"),
		signIn(ada).failing("INVALID_LOGIN_CREDENTIALS"),
		signUp(ada),
	}},
	{"project configuration", []step{
		clientGet("for the SDK", "v1/projects"),
		clientGet("reCAPTCHA parameters", "v1/recaptchaParams"),
		clientGet("reCAPTCHA Enterprise", "v2/recaptchaConfig"),
		clientGet("password policy", "v2/passwordPolicy"),
	}},
	{"sign-in methods of an address", []step{
		signUp(ada),
		signInMethods("known", `"identifier":"ada@example.com","continueUri":"http://localhost"`),
		signInMethods("unknown", `"identifier":"eve@example.com","continueUri":"http://localhost"`),
		signInMethods("no address", `"continueUri":"http://localhost"`).
			failing("MISSING_IDENTIFIER"),
		signInMethods("no continue URI", `"identifier":"ada@example.com"`).
			failing("MISSING_CONTINUE_URI"),
		setEnumerationProtection(false),
		signInMethods("known, unprotected",
			`"identifier":"ada@example.com","continueUri":"http://localhost"`),
		signInMethods("unknown, unprotected",
			`"identifier":"eve@example.com","continueUri":"http://localhost"`),
	}},
}
