package parity

import (
	"encoding/base64"
	"encoding/json"
)

// receiveText reads the newest text message and keeps its code as {{code}}.
func receiveText() step {
	return emulator("the newest text message", "GET /verificationCodes", "").
		lastIn("verificationCodes").
		keeping("code", "verificationCodes[0].code")
}

func sendText(name, number string) step {
	return client(name, "v1/accounts:sendVerificationCode", `{"phoneNumber":"`+number+`"}`).
		keeping("session", "sessionInfo")
}

func withPhone(name, fields string) step {
	return client(name, "v1/accounts:signInWithPhoneNumber", `{`+fields+`}`)
}

// enterCode signs in with the code from the newest text message, or links its phone number.
func enterCode(name, extra string) step {
	return withPhone(name, `"sessionInfo":"{{session}}","code":"{{code}}"`+extra)
}

// sendEmailLink sends a sign-in link to ada@example.com.
func sendEmailLink(name string) step {
	return sendEmail(name, `"requestType":"EMAIL_SIGNIN","email":"ada@example.com"`)
}

func withEmailLink(name, email, extra string) step {
	return client(name, "v1/accounts:signInWithEmailLink",
		`{"email":"`+email+`","oobCode":"{{oob}}"`+extra+`}`)
}

func withCustomToken(name, token string) step {
	body, err := json.Marshal(map[string]any{"token": token, "returnSecureToken": true})
	if err != nil {
		panic(err)
	}
	return client(name, "v1/accounts:signInWithCustomToken", string(body))
}

// unsigned returns a custom token as the Admin SDK makes it in emulator mode.
func unsigned(claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode([]byte(claims)) + "."
}

const customTokenClaims = `"aud":"https://identitytoolkit.googleapis.com/` +
	`google.identity.identitytoolkit.v1.IdentityToolkit",` +
	`"iss":"a@b.example","sub":"a@b.example","iat":1,"exp":4102444800`

var phoneScenarios = []scenario{
	{"phone number", []step{
		sendText("send", "+441632960001"),
		receiveText(),
		withPhone("wrong code", `"sessionInfo":"{{session}}","code":"nope"`).
			failing("INVALID_CODE"),
		enterCode("first time", "").keeping("id", "idToken"),
		lookup("look up"),
		enterCode("the code again", "").failing("SESSION_EXPIRED"),
		sendText("send again", "+441632960001"),
		receiveText(),
		enterCode("again", ""),
		sendText("not a number", "01632 960001").failing("INVALID_PHONE_NUMBER"),
		withPhone("no code", `"sessionInfo":"{{session}}"`).failing("MISSING_CODE"),
		withPhone("no session", `"code":"123456"`).failing("MISSING_SESSION_INFO"),
	}},
	{"linking a phone number", []step{
		signUp(ada),
		sendText("send", "+441632960001"),
		receiveText(),
		enterCode("link", linkToUser),
		lookup("look up"),
		signUp(grace),
		sendText("send to another user's number", "+441632960001"),
		receiveText(),
		enterCode("link another user's number", linkToUser).keeping("proof", "temporaryProof"),
		withPhone("sign in with the proof",
			`"phoneNumber":"+441632960001","temporaryProof":"{{proof}}"`).keeping("id", "idToken"),
		update("unlink", `"deleteProvider":["phone"]`),
		lookup("look up without the number"),
	}},
	{"email link", []step{
		sendEmail("send", `"requestType":"EMAIL_SIGNIN","email":"Ada@example.com",`+
			`"continueUrl":"http://localhost/signin","canHandleCodeInApp":true`),
		receiveEmail("oob"),
		checkCode("check"),
		withEmailLink("another address", "eve@example.com", "").failing("INVALID_EMAIL"),
		withEmailLink("first time", "ada@example.com", "").keeping("id", "idToken"),
		lookup("look up"),
		withEmailLink("the link again", "ada@example.com", "").failing("INVALID_OOB_CODE"),
		update("set a password", `"password":"correct horse"`),
		signIn(ada),
		sendEmailLink("send again"),
		receiveEmail("oob"),
		withEmailLink("again", "ada@example.com", ""),
	}},
	{"email link for a password account", []step{
		signUp(ada),
		sendEmailLink("send"),
		receiveEmail("oob"),
		withEmailLink("sign in", "ada@example.com", "").keeping("id", "idToken"),
		lookup("look up"),
	}},
	{"linking an email link", []step{
		signUpAnonymously(),
		sendEmailLink("send"),
		receiveEmail("oob"),
		withEmailLink("link", "ada@example.com", linkToUser).keeping("id", "idToken"),
		lookup("look up"),
	}},
	{"custom token", []step{
		withCustomToken("first time",
			unsigned(`{"uid":"c1","claims":{"level":3},`+customTokenClaims+`}`)).
			keeping("id", "idToken", "refresh", "refreshToken"),
		lookup("look up"),
		refreshSession("refresh keeps the claims"),
		withCustomToken("again", unsigned(`{"uid":"c1",`+customTokenClaims+`}`)),
		withCustomToken("reserved claim",
			unsigned(`{"uid":"c1","claims":{"sub":"x"},`+customTokenClaims+`}`)).
			failing("FORBIDDEN_CLAIM"),
		withCustomToken("another audience", unsigned(`{"uid":"c1","aud":"demo-latchkey"}`)).
			failing("INVALID_CUSTOM_TOKEN"),
		withCustomToken("no uid", unsigned(`{`+customTokenClaims+`}`)).
			failing("MISSING_IDENTIFIER"),
		withCustomToken("garbage", "garbage").failing("INVALID_CUSTOM_TOKEN"),
		withCustomToken("none", "").failing("MISSING_CUSTOM_TOKEN"),
		admin("disable", "/accounts:update", `{"localId":"c1","disableUser":true}`),
		withCustomToken("disabled", unsigned(`{"uid":"c1",`+customTokenClaims+`}`)).
			failing("USER_DISABLED"),
	}},
}
