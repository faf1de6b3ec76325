package parity

var helperScenarios = []scenario{
	{"helpers of the emulators", []step{
		signUp(ada),
		helper("configuration", "GET /config", ""),
		helper("change it", "PATCH /config", `{"signIn":{"allowDuplicateEmails":true}}`),
		helper("change it back", "PATCH /config", `{"signIn":{"allowDuplicateEmails":false}}`),
		send("an email", `"requestType":"PASSWORD_RESET","email":"ada@example.com"`),
		newest("the email"),
		helper("delete all accounts", "DELETE /accounts", ""),
		lookup("nobody is left").failing("USER_NOT_FOUND"),
	}},
}
