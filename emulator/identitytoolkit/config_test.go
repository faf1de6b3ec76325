package identitytoolkit_test

import "testing"

const v2Config = "/identitytoolkit.googleapis.com/v2/projects/demo-test/config"

func TestConfigUpdateFollowsTheMask(t *testing.T) {
	l := start(t)
	body := object{
		"client": object{"permissions": object{
			"disabledUserSignup":   true,
			"disabledUserDeletion": true,
		}},
		"mfa": object{"state": "ENABLED"},
	}
	status, response := l.send("PATCH",
		v2Config+"?updateMask=client.permissions.disabledUserSignup,mfa", body, adminHeader)
	if status != 200 {
		t.Fatalf("got %d %v", status, response)
	}
	permissions := response["client"].(object)["permissions"].(object)
	if permissions["disabledUserSignup"] != true || permissions["disabledUserDeletion"] != false {
		t.Errorf("permissions: got %v", permissions)
	}
	_, response = l.send("PATCH", v2Config+"?updateMask=client.permissions", object{}, adminHeader)
	permissions = response["client"].(object)["permissions"].(object)
	if permissions["disabledUserSignup"] != false {
		t.Errorf("the mask names a field that the body lacks: got %v, want it cleared", permissions)
	}
	_, response = l.send("GET", v2Config, nil, adminHeader)
	if mfa, _ := response["mfa"].(object); mfa["state"] != "ENABLED" {
		t.Errorf("mfa: got %v", response["mfa"])
	}
}

func TestConfigCanBeChangedThroughTheEmulatorAPI(t *testing.T) {
	l := start(t)
	l.disableEnumerationProtection()
	_, response := l.emulator("GET", "/config", nil)
	privacy := response["emailPrivacyConfig"].(object)
	email := response["signIn"].(object)["email"].(object)
	if privacy["enableImprovedEmailPrivacy"] != false || email["enabled"] != true {
		t.Errorf("got %v", response)
	}
}

func TestMalformedConfigChangesNothing(t *testing.T) {
	l := start(t)
	_, before := l.send("GET", v2Config, nil, adminHeader)
	for _, body := range []string{
		`{"client":1}`, `{"client":{"permissions":{"disabledUserSignup":"yes"}}}`, `[]`, `{`,
	} {
		for _, query := range []string{"", "?updateMask=client"} {
			if status, _ := l.send("PATCH", v2Config+query, body, adminHeader); status != 400 {
				t.Errorf("%s%s: got %d, want 400", body, query, status)
			}
		}
	}
	_, after := l.send("GET", v2Config, nil, adminHeader)
	permissions := after["client"].(object)["permissions"].(object)
	if len(before) != len(after) || permissions["disabledUserSignup"] != false {
		t.Errorf("got %v, want %v", after, before)
	}
}

func TestClearingDeletesAllAccounts(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	if status, response := l.emulator("DELETE", "/accounts", nil); status != 200 {
		t.Fatalf("got %d %v", status, response)
	}
	l.rejects("USER_NOT_FOUND", lookup, object{"idToken": signedUp["idToken"]})
	l.signUp()
}
