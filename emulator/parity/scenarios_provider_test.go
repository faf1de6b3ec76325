package parity

import (
	"encoding/json"
	"fmt"
	"net/url"
)

// A provider is an identity provider. For linking, all that matters is whether it vouches for the
// user's email address.
type provider struct {
	id       string
	param    string // where its token goes: id_token or access_token
	verified bool
}

var (
	google    = provider{"google.com", "id_token", true}
	apple     = provider{"apple.com", "id_token", true}
	microsoft = provider{"microsoft.com", "id_token", false}
	facebook  = provider{"facebook.com", "access_token", false}
	github    = provider{"github.com", "access_token", false}
)

const (
	adaAtGmail = "ada@gmail.com"
	linkToUser = `,"idToken":"{{id}}"` // links a credential to the account of the session
)

// withProvider signs in with a provider. extra holds more fields of the body.
func withProvider(name string, p provider, sub, email, extra string) step {
	return withProviderToken(name, p, providerToken(p, sub, email), extra).keepingSession()
}

// withProviderToken signs in with the given token of a provider.
func withProviderToken(name string, p provider, token, extra string) step {
	post, err := json.Marshal(url.Values{p.param: {token}, "providerId": {p.id}}.Encode())
	if err != nil {
		panic(err)
	}
	return client(name, "v1/accounts:signInWithIdp", `{"requestUri":"http://localhost",`+
		`"returnSecureToken":true,"postBody":`+string(post)+extra+`}`)
}

// providerToken returns claims, which both emulators accept in place of a provider's token.
func providerToken(p provider, sub, email string) string {
	return fmt.Sprintf(`{"sub":%q,"email":%q,"email_verified":%t,"name":"Ada %s",`+
		`"picture":"https://example.com/%s.png"}`, sub, email, p.verified, p.id, p.id)
}

// signUpAnonymously starts a session in a new anonymous account.
func signUpAnonymously() step {
	return signUpWith("sign up anonymously", `"returnSecureToken":true`).keeping("id", "idToken")
}

func lookupGmail(name string) step { return adminLookup(name, `"email":["`+adaAtGmail+`"]`) }

// withoutSession expects a response without a session, because the user has to confirm first.
func (s step) withoutSession() step { s.keep = nil; return s }

var providerScenarios = append([]scenario{
	{"provider sign-in", []step{
		withProvider("first time", google, "g1", adaAtGmail, ""),
		lookup("look up"),
		withProvider("again", google, "g1", adaAtGmail, ""),
		refreshSession("refresh"),
		withProviderToken("without an email address", facebook, `{"sub":"f0"}`, "").
			keepingSession(),
		lookup("look up without an email address"),
		withProvider("no provider", provider{"", "id_token", true}, "x", adaAtGmail, "").
			failing("INVALID_CREDENTIAL_OR_PROVIDER_ID"),
		client("no request URI", "v1/accounts:signInWithIdp",
			`{"postBody":"providerId=google.com"}`).
			failing("MISSING_REQUEST_URI"),
		withProviderToken("a token without a subject", google, `{"email":"ada@gmail.com"}`, "").
			failing("INVALID_IDP_RESPONSE"),
	}},
	{"linking a provider", []step{
		signUp(ada),
		withProvider("link", google, "g1", adaAtGmail, linkToUser),
		lookup("look up"),
		withProvider("link another", github, "h1", "ada@work.example", linkToUser),
		lookup("look up both"),
		update("unlink one", `"deleteProvider":["google.com"]`),
		lookup("look up the other"),
		signUp(grace),
		withProvider("link another user's credential",
			github, "h1", "ada@work.example", linkToUser).
			failing("FEDERATED_USER_ID_ALREADY_LINKED"),
		withProviderToken("the same, asking for the credential", github,
			providerToken(github, "h1", "ada@work.example"),
			linkToUser+`,"returnIdpCredential":true`),
		withProvider("sign in with it", github, "h1", "ada@work.example", ""),
	}},
	{"upgrading an anonymous account with a provider", []step{
		signUpAnonymously(),
		withProvider("link", google, "g1", adaAtGmail, linkToUser),
		lookup("look up"),
	}},
	{"provider after an unverified password", []step{
		signUpWith("sign up", `"email":"ada@gmail.com","password":"correct horse"`),
		withProvider("untrusted provider", github, "h1", adaAtGmail, "").withoutSession(),
		lookupGmail("nothing changed"),
		withProvider("trusted provider", google, "g1", adaAtGmail, ""),
		lookupGmail("the account is taken over"),
		withPassword("the password is gone", `"email":"ada@gmail.com","password":"correct horse"`).
			failing("INVALID_LOGIN_CREDENTIALS"),
	}},
	{"disabled account with a provider", []step{
		withProvider("first time", google, "g1", adaAtGmail, ""),
		admin("disable", "/accounts:update", `{"localId":"{{uid}}","disableUser":true}`),
		withProvider("again", google, "g1", adaAtGmail, "").failing("USER_DISABLED"),
	}},
}, linkingScenarios()...)

// linkingScenarios covers the four linking cases: every ordered pair of providers, with the same
// email address.
func linkingScenarios() []scenario {
	var all []scenario
	providers := []provider{google, apple, microsoft, facebook, github}
	for _, first := range providers {
		for _, second := range providers {
			if first == second {
				continue
			}
			then := withProvider("second", second, "s2", adaAtGmail, "")
			if !second.verified {
				then = then.withoutSession()
			}
			all = append(all, scenario{linkingCase(first, second), []step{
				withProvider("first", first, "s1", adaAtGmail, ""),
				then,
				lookupGmail("the account"),
			}})
		}
	}
	return all
}

// linkingCase names a pair of providers and which of the four linking cases it is.
func linkingCase(first, second provider) string {
	trust := map[bool]string{true: "trusted", false: "untrusted"}
	return fmt.Sprintf("%s then %s: %s, %s",
		trust[first.verified], trust[second.verified], first.id, second.id)
}
