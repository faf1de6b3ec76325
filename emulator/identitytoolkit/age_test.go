package identitytoolkit_test

import (
	"net/http"
	"testing"
)

func TestAgingBackdatesSignInsAndEmailCodes(t *testing.T) {
	l := start(t)
	signedUp := l.signUp()
	l.sendVerification(signedUp)
	code := l.lastEmailCode("VERIFY_EMAIL")

	for _, seconds := range []int{360, 3 * 24 * 60 * 60} {
		status, response := l.emulator("POST", ":age", object{"seconds": seconds})
		if status != http.StatusOK {
			t.Fatalf("%d seconds: got %d %v", seconds, status, response)
		}
		_, refreshed := l.refresh(signedUp)
		l.rejects("CREDENTIAL_TOO_OLD_LOGIN_AGAIN", update,
			object{"idToken": refreshed["id_token"], "password": "another horse"})
	}
	l.rejects("EXPIRED_OOB_CODE", update, object{"oobCode": code})

	for _, seconds := range []int{0, -1, 1 << 40} {
		if status, _ := l.emulator("POST", ":age", object{"seconds": seconds}); status != 400 {
			t.Errorf("%d seconds: got %d, want 400", seconds, status)
		}
	}
}
