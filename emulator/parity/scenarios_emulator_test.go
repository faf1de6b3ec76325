package parity

var emulatorScenarios = []scenario{
	{"the emulators' own API", []step{
		signUp(ada),
		emulator("configuration", "GET /config", ""),
		emulator("change it", "PATCH /config", `{"signIn":{"allowDuplicateEmails":true}}`),
		emulator("change it back", "PATCH /config", `{"signIn":{"allowDuplicateEmails":false}}`),
		sendEmail("an email", `"requestType":"PASSWORD_RESET","email":"ada@example.com"`),
		newestEmail("the email"),
		emulator("delete all accounts", "DELETE /accounts", ""),
		lookup("the account is gone").failing("USER_NOT_FOUND"),
	}},
}
