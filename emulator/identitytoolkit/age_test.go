package identitytoolkit_test

import (
	"net/http"
	"testing"
)

func TestAgeMakesSignInsAndLinksOldWithoutAWait(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.ok("v1/accounts:sendOobCode", object{"requestType": "VERIFY_EMAIL", "idToken": signedUp["idToken"]})
	code := l.lastCode("VERIFY_EMAIL")

	for _, seconds := range []int{360, 3 * 24 * 60 * 60} {
		status, answer := l.send("POST", "/emulator/v1/projects/demo-test:age", object{"seconds": seconds}, nil)
		if status != http.StatusOK {
			t.Fatalf("got %d %v", status, answer)
		}
		_, refreshed := l.refresh(signedUp)
		l.refused("CREDENTIAL_TOO_OLD_LOGIN_AGAIN", "v1/accounts:update",
			object{"idToken": refreshed["id_token"], "password": "another horse"})
	}
	l.refused("EXPIRED_OOB_CODE", "v1/accounts:update", object{"oobCode": code})

	for _, seconds := range []int{0, -1, 1 << 40} {
		if status, _ := l.send("POST", "/emulator/v1/projects/demo-test:age", object{"seconds": seconds}, nil); status != 400 {
			t.Errorf("%d seconds: got %d, want 400", seconds, status)
		}
	}
}
