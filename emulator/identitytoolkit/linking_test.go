package identitytoolkit_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// trustedDomains is the page "Identity Platform users in projects" written down once more, by hand: for whose
// addresses a provider is trusted. "*" is every address. Facebook, GitHub and Twitter are trusted for none.
var trustedDomains = map[string][]string{
	"google.com":    {"gmail.com", "googlemail.com"},
	"yahoo.com":     {"yahoo.com", "yahoo.de", "yahoo.co.uk", "yahoo.com.br"},
	"microsoft.com": {"outlook.com", "hotmail.com"},
	"apple.com":     {"*"},
	"facebook.com":  {},
	"github.com":    {},
	"twitter.com":   {},
}

// identity is a provider's account, or the app's own password when the provider is "password".
type identity struct {
	provider string
	verified bool // as the provider, or for a password the app itself, says
}

func identities() []identity {
	var all []identity
	for _, provider := range []string{
		"password",
		"apple.com", "facebook.com", "github.com", "google.com", "microsoft.com", "twitter.com", "yahoo.com",
	} {
		all = append(all, identity{provider, true}, identity{provider, false})
	}
	return all
}

// trusted is the rule in the test's own words.
func (i identity) trusted(domain string) bool {
	if i.provider == "password" {
		return i.verified
	}
	domains := trustedDomains[i.provider]
	return slices.Contains(domains, "*") || i.verified && slices.Contains(domains, domain)
}

func (i identity) credential(address string) object {
	return credential(i.provider, object{
		"sub": i.provider + " " + address, "email": address, "email_verified": i.verified, "name": i.provider,
	})
}

// begin makes the account by its first identity. A phone number is added, to see whether it goes.
func (l *local) begin(i identity, address, phone string) object {
	l.t.Helper()
	var first object
	if i.provider == "password" {
		first = l.ok("v1/accounts:signUp", object{"email": address, "password": password})
	} else {
		first = l.ok(signInWithIdp, i.credential(address))
	}
	l.asAdmin("accounts:update", object{"localId": first["localId"], "phoneNumber": phone})
	if i.provider == "password" && i.verified {
		l.asAdmin("accounts:update", object{"localId": first["localId"], "emailVerified": true})
	}
	return first
}

func TestTheFourLinkingCasesForEveryPairOfProviders(t *testing.T) {
	domains := []string{
		"gmail.com", "googlemail.com", "yahoo.com", "yahoo.de", "yahoo.co.uk", "yahoo.com.br",
		"outlook.com", "hotmail.com", "icloud.com", "example.com", "yahoo.example.com", "notgmail.com", "outlook.com.example",
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
				address, number := fmt.Sprintf("ann%d@%s", count, domain), fmt.Sprintf("+4416329%05d", count)
				linkingPair{l, first, second, address, domain, number}.check()
			}
		}
	}
}

// linkingPair is one row of the table: an account of the first identity, and somebody who comes with the second.
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
	began := p.begin(p.first, p.address, p.number)
	p.advance(time.Second) // revocation has the granularity of a second
	answer := p.ok(signInWithIdp, p.second.credential(p.address))
	if answer["localId"] != began["localId"] {
		p.errorf("account: got %v, want %v", answer["localId"], began["localId"])
	}
	switch {
	case !p.second.trusted(p.domain):
		p.checkConfirmation(began, answer)
	case !p.first.trusted(p.domain):
		p.checkTakenOver(began, answer)
	default:
		p.checkLinked(began, answer)
	}
}

func (p linkingPair) checkConfirmation(began, answer object) {
	if answer["needConfirmation"] != true || answer["idToken"] != nil {
		p.errorf("got %v, want needConfirmation", answer)
	}
	if got := p.providersOf(began["localId"]); !slices.Equal(got, []string{p.first.provider, "phone"}) {
		p.errorf("providers changed: %v", got)
	}
	if status, _ := p.refresh(began); status != http.StatusOK {
		p.errorf("the session ended")
	}
}

func (p linkingPair) checkTakenOver(began, answer object) {
	if answer["needConfirmation"] != nil || answer["emailVerified"] != true || answer["isNewUser"] != nil {
		p.errorf("got %v", answer)
	}
	if got := p.providersOf(began["localId"]); !slices.Equal(got, []string{p.second.provider}) {
		p.errorf("providers: got %v, want only the second", got)
	}
	if status, _ := p.refresh(began); status != http.StatusBadRequest {
		p.errorf("the session before is alive")
	}
	p.refused("TOKEN_EXPIRED", "v1/accounts:lookup", object{"idToken": began["idToken"]})
	if name := p.me(answer)["displayName"]; name != p.second.provider {
		p.errorf("display name: got %v, want that of the second", name)
	}
	if p.first.provider == "password" {
		p.refused("INVALID_LOGIN_CREDENTIALS", "v1/accounts:signInWithPassword",
			object{"email": p.address, "password": password})
	} else if again := p.ok(signInWithIdp, p.first.credential(p.address)); again["needConfirmation"] != true {
		p.errorf("the first provider again: got %v, want needConfirmation", again)
	}
	last := p.service.Outbox()[0]
	if last.To != p.address || last.Purpose != "METHODS_REMOVED" || !strings.Contains(last.Text, "phone number") {
		p.errorf("nobody was told what is gone: %+v", last)
	}
}

func (p linkingPair) checkLinked(began, answer object) {
	if answer["needConfirmation"] != nil || answer["emailVerified"] != true {
		p.errorf("got %v", answer)
	}
	want := []string{p.first.provider, p.second.provider, "phone"}
	if got := p.providersOf(began["localId"]); !slices.Equal(got, want) {
		p.errorf("providers: got %v, want %v", got, want)
	}
	if status, _ := p.refresh(began); status != http.StatusOK {
		p.errorf("the session before ended")
	}
}

func TestAVerifiedEmailMakesAnUntrustedAccountTrusted(t *testing.T) {
	l := start(t)
	began := l.ok(signInWithIdp, credential("facebook.com", object{"sub": "f1", "email": "ann@gmail.com"}))
	l.ok("v1/accounts:sendOobCode", object{"requestType": "VERIFY_EMAIL", "idToken": began["idToken"]})
	l.ok("v1/accounts:update", object{"oobCode": l.lastCode("VERIFY_EMAIL")})
	l.ok(signInWithIdp, credential("google.com", gmailAnn))
	if got := l.providersOf(began["localId"]); !slices.Equal(got, []string{"facebook.com", "google.com"}) {
		t.Errorf("providers: got %v", got)
	}
}

func TestAnotherAccountOfTheSameProviderWithTheSameEmail(t *testing.T) {
	l := start(t)
	l.ok(signInWithIdp, credential("google.com", gmailAnn))
	second := object{"sub": "g2", "email": "ann@gmail.com", "email_verified": true}
	other := l.ok(signInWithIdp, credential("google.com", second))
	if other["emailRecycled"] != true || len(l.providersOf(other["localId"])) != 1 {
		t.Errorf("got %v", other)
	}
}

func TestSeveralAccountsMayShareAnEmailWhereTheProjectAllowsIt(t *testing.T) {
	l := start(t)
	l.configure(object{"signIn": object{"allowDuplicateEmails": true}})
	first := l.ok(signInWithIdp, credential("google.com", gmailAnn))
	second := l.ok(signInWithIdp, credential("github.com", object{"sub": "h1", "email": "ann@gmail.com"}))
	if first["localId"] == second["localId"] || second["isNewUser"] != true || l.me(second)["email"] != nil {
		t.Errorf("got %v and %v", first, second)
	}
}
