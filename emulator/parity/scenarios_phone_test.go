package parity

import (
	"encoding/base64"
	"encoding/json"
)

// texted reads the newest text message and keeps its code as {{code}}.
func texted() step {
	return helper("the newest text message", "GET /verificationCodes", "").lastIn("verificationCodes").
		keeping("code", "verificationCodes[0].code")
}

func text(name, number string) step {
	return client(name, "v1/accounts:sendVerificationCode", `{"phoneNumber":"`+number+`"}`).
		keeping("session", "sessionInfo")
}

func enter(name, extra string) step {
	return client(name, "v1/accounts:signInWithPhoneNumber", `{"sessionInfo":"{{session}}","code":"{{code}}"`+extra+`}`)
}

func link(name, email, extra string) step {
	return client(name, "v1/accounts:signInWithEmailLink", `{"email":"`+email+`","oobCode":"{{oob}}"`+extra+`}`)
}

func custom(name, token string) step {
	body, err := json.Marshal(map[string]any{"token": token, "returnSecureToken": true})
	if err != nil {
		panic(err)
	}
	return client(name, "v1/accounts:signInWithCustomToken", string(body))
}

// unsigned is a custom token as the Admin SDK makes them in emulator mode.
func unsigned(claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode([]byte(claims)) + "."
}

const customAudience = `"aud":"https://identitytoolkit.googleapis.com/` +
	`google.identity.identitytoolkit.v1.IdentityToolkit","iss":"a@b.example","sub":"a@b.example","iat":1,"exp":4102444800`

var phoneScenarios = []scenario{
	{"phone number", []step{
		text("send", "+441632960001"),
		texted(),
		client("wrong code", "v1/accounts:signInWithPhoneNumber", `{"sessionInfo":"{{session}}","code":"nope"}`).
			failing("INVALID_CODE"),
		enter("first time", "").keeping("id", "idToken"),
		lookup("look up"),
		enter("the code again", "").failing("SESSION_EXPIRED"),
		text("send again", "+441632960001"),
		texted(),
		enter("again", ""),
		text("not a number", "01632 960001").failing("INVALID_PHONE_NUMBER"),
		client("no code", "v1/accounts:signInWithPhoneNumber", `{"sessionInfo":"{{session}}"}`).failing("MISSING_CODE"),
		client("no session", "v1/accounts:signInWithPhoneNumber", `{"code":"123456"}`).failing("MISSING_SESSION_INFO"),
	}},
	{"linking a phone number", []step{
		signUp(ada),
		text("send", "+441632960001"),
		texted(),
		enter("link", linkTo),
		lookup("look up"),
		signUp(grace),
		text("send to somebody else's", "+441632960001"),
		texted(),
		enter("link somebody else's", linkTo).keeping("proof", "temporaryProof"),
		client("sign in with the proof", "v1/accounts:signInWithPhoneNumber",
			`{"phoneNumber":"+441632960001","temporaryProof":"{{proof}}"}`).keeping("id", "idToken"),
		update("unlink", `"deleteProvider":["phone"]`),
		lookup("look up without it"),
	}},
	{"email link", []step{
		send("send", `"requestType":"EMAIL_SIGNIN","email":"Ada@example.com","continueUrl":"http://localhost/signin",`+
			`"canHandleCodeInApp":true`),
		emailed("oob"),
		client("what the code is for", "v1/accounts:resetPassword", `{"oobCode":"{{oob}}"}`),
		link("another address", "eve@example.com", "").failing("INVALID_EMAIL"),
		link("first time", "ada@example.com", "").keeping("id", "idToken"),
		lookup("look up"),
		link("the link again", "ada@example.com", "").failing("INVALID_OOB_CODE"),
		update("set a password", `"password":"correct horse"`),
		signIn(ada),
		send("send again", `"requestType":"EMAIL_SIGNIN","email":"ada@example.com"`),
		emailed("oob"),
		link("again", "ada@example.com", ""),
	}},
	{"email link for a password account", []step{
		signUp(ada),
		send("send", `"requestType":"EMAIL_SIGNIN","email":"ada@example.com"`),
		emailed("oob"),
		link("sign in", "ada@example.com", "").keeping("id", "idToken"),
		lookup("look up"),
	}},
	{"linking an email link", []step{
		client("visit", "v1/accounts:signUp", `{"returnSecureToken":true}`).keeping("id", "idToken"),
		send("send", `"requestType":"EMAIL_SIGNIN","email":"ada@example.com"`),
		emailed("oob"),
		link("link", "ada@example.com", linkTo).keeping("id", "idToken"),
		lookup("look up"),
	}},
	{"custom token", []step{
		custom("first time", unsigned(`{"uid":"c1","claims":{"level":3},`+customAudience+`}`)).
			keeping("id", "idToken", "refresh", "refreshToken"),
		lookup("look up"),
		refresh("refresh keeps the claims", "grant_type=refresh_token&refresh_token={{refresh}}"),
		custom("again", unsigned(`{"uid":"c1",`+customAudience+`}`)),
		custom("reserved claim", unsigned(`{"uid":"c1","claims":{"sub":"x"},`+customAudience+`}`)).
			failing("FORBIDDEN_CLAIM"),
		custom("another audience", unsigned(`{"uid":"c1","aud":"demo-latchkey"}`)).failing("INVALID_CUSTOM_TOKEN"),
		custom("no uid", unsigned(`{`+customAudience+`}`)).failing("MISSING_IDENTIFIER"),
		custom("garbage", "garbage").failing("INVALID_CUSTOM_TOKEN"),
		custom("none", "").failing("MISSING_CUSTOM_TOKEN"),
		admin("disable", "/accounts:update", `{"localId":"c1","disableUser":true}`),
		custom("disabled", unsigned(`{"uid":"c1",`+customAudience+`}`)).failing("USER_DISABLED"),
	}},
}
