package identitytoolkit_test

import "testing"

const v2Config = "/identitytoolkit.googleapis.com/v2/projects/demo-test/config"

func TestConfigIsChangedByMask(t *testing.T) {
	l := start(t)
	body := object{
		"client": object{"permissions": object{"disabledUserSignup": true, "disabledUserDeletion": true}},
		"mfa":    object{"state": "ENABLED"},
	}
	status, answer := l.send("PATCH", v2Config+"?updateMask=client.permissions.disabledUserSignup,mfa", body, asOwner)
	if status != 200 {
		t.Fatalf("got %d %v", status, answer)
	}
	permissions := answer["client"].(object)["permissions"].(object)
	if permissions["disabledUserSignup"] != true || permissions["disabledUserDeletion"] != false {
		t.Errorf("permissions: got %v", permissions)
	}
	_, answer = l.send("PATCH", v2Config+"?updateMask=client.permissions", object{}, asOwner)
	permissions = answer["client"].(object)["permissions"].(object)
	if permissions["disabledUserSignup"] != false {
		t.Errorf("a masked field that the body lacks was kept: %v", permissions)
	}
	_, answer = l.send("GET", v2Config, nil, asOwner)
	if mfa, _ := answer["mfa"].(object); mfa["state"] != "ENABLED" {
		t.Errorf("mfa: got %v", answer["mfa"])
	}
}

func TestConfigOfTheEmulatorHelpers(t *testing.T) {
	l := start(t)
	l.configure(object{"emailPrivacyConfig": object{"enableImprovedEmailPrivacy": false}})
	_, answer := l.send("GET", "/emulator/v1/projects/demo-test/config", nil, nil)
	privacy := answer["emailPrivacyConfig"].(object)
	email := answer["signIn"].(object)["email"].(object)
	if privacy["enableImprovedEmailPrivacy"] != false || email["enabled"] != true {
		t.Errorf("got %v", answer)
	}
}

func TestMalformedConfigChangesNothing(t *testing.T) {
	l := start(t)
	_, before := l.send("GET", v2Config, nil, asOwner)
	for _, body := range []string{`{"client":1}`, `{"client":{"permissions":{"disabledUserSignup":"yes"}}}`, `[]`, `{`} {
		for _, query := range []string{"", "?updateMask=client"} {
			if status, _ := l.send("PATCH", v2Config+query, body, asOwner); status != 400 {
				t.Errorf("%s%s: got %d, want 400", body, query, status)
			}
		}
	}
	_, after := l.send("GET", v2Config, nil, asOwner)
	if len(before) != len(after) || after["client"].(object)["permissions"].(object)["disabledUserSignup"] != false {
		t.Errorf("got %v, want %v", after, before)
	}
}

func TestClearingTheAccounts(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	if status, answer := l.send("DELETE", "/emulator/v1/projects/demo-test/accounts", nil, nil); status != 200 {
		t.Fatalf("got %d %v", status, answer)
	}
	l.refused("USER_NOT_FOUND", "v1/accounts:lookup", object{"idToken": signedUp["idToken"]})
	l.signUp()
}
