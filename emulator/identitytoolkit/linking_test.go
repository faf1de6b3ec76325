package identitytoolkit_test

import (
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"
	"time"
)

// trustedDomains lists the email domains for which each provider is trusted; "*" is every domain.
// The rules are from the documentation page "Identity Platform users in projects". They are written
// out again here so that the test doesn't share a mistake with the code.
var trustedDomains = map[string][]string{
	"google.com":    {"gmail.com", "googlemail.com"},
	"yahoo.com":     {"yahoo.com", "yahoo.de", "yahoo.co.uk", "yahoo.com.br"},
	"microsoft.com": {"outlook.com", "hotmail.com"},
	"apple.com":     {"*"},
	"facebook.com":  {},
	"github.com":    {},
	"twitter.com":   {},
}

// identity is a provider's account, or a password if the provider is "password".
type identity struct {
	provider string
	verified bool // whether the provider, or for a password the app, has verified the email
}

// identities returns every provider, with the email verified and unverified.
func identities() []identity {
	var all []identity
	providers := append([]string{"password"}, slices.Sorted(maps.Keys(trustedDomains))...)
	for _, provider := range providers {
		all = append(all, identity{provider, true}, identity{provider, false})
	}
	return all
}

// trusted reports whether the identity proves that the user owns an address at the domain.
func (i identity) trusted(domain string) bool {
	if i.provider == "password" {
		return i.verified
	}
	domains := trustedDomains[i.provider]
	return slices.Contains(domains, "*") || i.verified && slices.Contains(domains, domain)
}

func (i identity) credential(address string) object {
	return credential(i.provider, object{
		"sub":            i.provider + " " + address,
		"email":          address,
		"email_verified": i.verified,
		"name":           i.provider,
	})
}

func TestTrustOfEveryProviderIsTested(t *testing.T) {
	status, response := start(t).send("GET",
		"/identitytoolkit.googleapis.com/v2/projects/demo-test/defaultSupportedIdpConfigs",
		nil, adminHeader)
	list, _ := response["defaultSupportedIdpConfigs"].([]any)
	if status != 200 || len(list) == 0 {
		t.Fatalf("list the providers: got %d %v", status, response)
	}
	for _, entry := range list {
		name, _ := entry.(object)["name"].(string)
		if _, ok := trustedDomains[path.Base(name)]; !ok {
			t.Errorf("%s is not in trustedDomains in linking_test.go", path.Base(name))
		}
	}
}

// createFirst creates an account with its first identity. It also adds a phone number, so that the
// test can check whether linking removes it.
func (l *local) createFirst(i identity, address, phone string) object {
	l.t.Helper()
	var first object
	if i.provider == "password" {
		first = l.ok(signUp, object{"email": address, "password": password})
	} else {
		first = l.ok(signInWithIDP, i.credential(address))
	}
	l.okAsAdmin("accounts:update", object{"localId": first["localId"], "phoneNumber": phone})
	if i.provider == "password" && i.verified {
		l.okAsAdmin("accounts:update", object{"localId": first["localId"], "emailVerified": true})
	}
	return first
}

func TestFourLinkingCasesForEveryPairOfProviders(t *testing.T) {
	domains := []string{
		"gmail.com", "googlemail.com", "yahoo.com", "yahoo.de", "yahoo.co.uk", "yahoo.com.br",
		"outlook.com", "hotmail.com", "icloud.com", "example.com", "yahoo.example.com",
		"notgmail.com", "outlook.com.example",
	}
	l := start(t)
	count := 0
	for _, domain := range domains {
		for _, first := range identities() {
			for _, second := range identities() {
				if second.provider == "password" || first.provider == second.provider {
					continue
				}
				count++
				address := fmt.Sprintf("ann%d@%s", count, domain)
				number := fmt.Sprintf("+4416329%05d", count)
				linkingPair{l, first, second, address, domain, number}.check()
			}
		}
	}
}

// linkingPair is one case: an account with the first identity, and a sign-in with the second.
type linkingPair struct {
	*local
	first, second  identity
	address        string
	domain, number string
}

func (p linkingPair) errorf(format string, args ...any) {
	p.t.Helper()
	p.t.Errorf("%v then %v at %s: %s", p.first, p.second, p.domain, fmt.Sprintf(format, args...))
}

func (p linkingPair) check() {
	p.t.Helper()
	original := p.createFirst(p.first, p.address, p.number)
	p.advance(time.Second) // revocation has one-second granularity
	response := p.ok(signInWithIDP, p.second.credential(p.address))
	if response["localId"] != original["localId"] {
		p.errorf("account: got %v, want %v", response["localId"], original["localId"])
	}
	switch {
	case !p.second.trusted(p.domain):
		p.checkConfirmation(original, response)
	case !p.first.trusted(p.domain):
		p.checkTakenOver(original, response)
	default:
		p.checkLinked(original, response)
	}
}

func (p linkingPair) checkConfirmation(original, response object) {
	if response["needConfirmation"] != true || response["idToken"] != nil {
		p.errorf("got %v, want needConfirmation", response)
	}
	want := []string{p.first.provider, "phone"}
	if got := p.providersOf(original["localId"]); !slices.Equal(got, want) {
		p.errorf("providers: got %v, want %v", got, want)
	}
	if status, _ := p.refresh(original); status != http.StatusOK {
		p.errorf("the original session ended")
	}
}

func (p linkingPair) checkTakenOver(original, response object) {
	if response["needConfirmation"] != nil || response["emailVerified"] != true ||
		response["isNewUser"] != nil {
		p.errorf("got %v", response)
	}
	if got := p.providersOf(original["localId"]); !slices.Equal(got, []string{p.second.provider}) {
		p.errorf("providers: got %v, want only the second identity", got)
	}
	if status, _ := p.refresh(original); status != http.StatusBadRequest {
		p.errorf("the original session can still be refreshed")
	}
	p.rejects("TOKEN_EXPIRED", lookup, object{"idToken": original["idToken"]})
	if name := p.account(response)["displayName"]; name != p.second.provider {
		p.errorf("display name: got %v, want that of the second identity", name)
	}
	if p.first.provider == "password" {
		p.rejectsSignIn("INVALID_LOGIN_CREDENTIALS", p.address, password)
	} else {
		again := p.ok(signInWithIDP, p.first.credential(p.address))
		if again["needConfirmation"] != true {
			p.errorf("the first provider again: got %v, want needConfirmation", again)
		}
	}
	last := p.service.Outbox()[0]
	if last.To != p.address || last.Purpose != "METHODS_REMOVED" ||
		!strings.Contains(last.Text, "phone number") {
		p.errorf("newest email: got %+v, want the list of removed sign-in methods", last)
	}
}

func (p linkingPair) checkLinked(original, response object) {
	if response["needConfirmation"] != nil || response["emailVerified"] != true {
		p.errorf("got %v", response)
	}
	want := []string{p.first.provider, p.second.provider, "phone"}
	if got := p.providersOf(original["localId"]); !slices.Equal(got, want) {
		p.errorf("providers: got %v, want %v", got, want)
	}
	if status, _ := p.refresh(original); status != http.StatusOK {
		p.errorf("the original session ended")
	}
}

func TestVerifyingTheEmailMakesAnUntrustedAccountTrusted(t *testing.T) {
	l := start(t)
	original := l.ok(signInWithIDP,
		credential("facebook.com", object{"sub": "f1", "email": "ann@gmail.com"}))
	l.sendVerification(original)
	l.ok(update, object{"oobCode": l.lastEmailCode("VERIFY_EMAIL")})
	l.ok(signInWithIDP, credential("google.com", gmailAnn))
	want := []string{"facebook.com", "google.com"}
	if got := l.providersOf(original["localId"]); !slices.Equal(got, want) {
		t.Errorf("providers: got %v, want %v", got, want)
	}
}

func TestProviderAccountWithAReusedEmailIsReportedAsRecycled(t *testing.T) {
	l := start(t)
	l.ok(signInWithIDP, credential("google.com", gmailAnn))
	second := object{"sub": "g2", "email": "ann@gmail.com", "email_verified": true}
	other := l.ok(signInWithIDP, credential("google.com", second))
	if other["emailRecycled"] != true || len(l.providersOf(other["localId"])) != 1 {
		t.Errorf("got %v", other)
	}
}

func TestAccountsCanShareAnEmailIfTheProjectAllowsIt(t *testing.T) {
	l := start(t)
	l.configure(object{"signIn": object{"allowDuplicateEmails": true}})
	first := l.ok(signInWithIDP, credential("google.com", gmailAnn))
	second := l.ok(signInWithIDP,
		credential("github.com", object{"sub": "h1", "email": "ann@gmail.com"}))
	if first["localId"] == second["localId"] || second["isNewUser"] != true ||
		l.account(second)["email"] != nil {
		t.Errorf("got %v and %v", first, second)
	}
}
