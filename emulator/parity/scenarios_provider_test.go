package parity

import (
	"encoding/json"
	"fmt"
	"net/url"
)

// A provider is how one identity provider answers for the same person, as far as linking is concerned: what matters is
// whether it vouches for the email address.
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

const adaAtGmail = "ada@gmail.com"

// idp signs in with a provider; extra are further fields of the body.
func idp(name string, p provider, sub, email, extra string) step {
	return client(name, "v1/accounts:signInWithIdp", idpBody(p, claimsOf(p, sub, email), extra)).
		keeping("id", "idToken", "refresh", "refreshToken", "uid", "localId")
}

func claimsOf(p provider, sub, email string) string {
	return fmt.Sprintf(`{"sub":%q,"email":%q,"email_verified":%t,"name":"Ada %s","picture":"https://example.com/%s.png"}`,
		sub, email, p.verified, p.id, p.id)
}

func idpBody(p provider, token, extra string) string {
	post, err := json.Marshal(url.Values{p.param: {token}, "providerId": {p.id}}.Encode())
	if err != nil {
		panic(err)
	}
	return `{"requestUri":"http://localhost","returnSecureToken":true,"postBody":` + string(post) + extra + `}`
}

const linkTo = `,"idToken":"{{id}}"`

func adminView(name string) step {
	return admin(name, "/accounts:lookup", `{"email":["`+adaAtGmail+`"]}`)
}

var providerScenarios = append([]scenario{
	{"provider sign-in", []step{
		idp("first time", google, "g1", adaAtGmail, ""),
		lookup("look up"),
		idp("again", google, "g1", adaAtGmail, ""),
		refresh("refresh", "grant_type=refresh_token&refresh_token={{refresh}}"),
		idp("without an email address", facebook, "f0", "", "").naming(`{"sub":"f0"}`, facebook),
		lookup("look up without an email address"),
		idp("a provider of no name", provider{"", "id_token", true}, "x", adaAtGmail, "").
			failing("INVALID_CREDENTIAL_OR_PROVIDER_ID"),
		client("no request URI", "v1/accounts:signInWithIdp", `{"postBody":"providerId=google.com"}`).
			failing("MISSING_REQUEST_URI"),
		idp("a token without a subject", google, "", "", "").naming(`{"email":"ada@gmail.com"}`, google).
			failing("INVALID_IDP_RESPONSE"),
	}},
	{"linking a provider", []step{
		signUp(ada),
		idp("link", google, "g1", adaAtGmail, linkTo),
		lookup("look up"),
		idp("link another", github, "h1", "ada@work.example", linkTo),
		lookup("look up both"),
		update("unlink one", `"deleteProvider":["google.com"]`),
		lookup("look up the rest"),
		signUp(grace),
		idp("link what is somebody else's", github, "h1", "ada@work.example", linkTo).
			failing("FEDERATED_USER_ID_ALREADY_LINKED"),
		client("the same, asking for the credential", "v1/accounts:signInWithIdp",
			idpBody(github, claimsOf(github, "h1", "ada@work.example"), linkTo+`,"returnIdpCredential":true`)),
		idp("sign in with it", github, "h1", "ada@work.example", ""),
	}},
	{"upgrading an anonymous account with a provider", []step{
		client("visit", "v1/accounts:signUp", `{"returnSecureToken":true}`).keeping("id", "idToken"),
		idp("link", google, "g1", adaAtGmail, linkTo),
		lookup("look up"),
	}},
	{"provider after an unverified password", []step{
		client("sign up", "v1/accounts:signUp", `{"email":"ada@gmail.com","password":"correct horse"}`),
		idp("untrusted provider", github, "h1", adaAtGmail, "").asking(),
		adminView("nothing changed"),
		idp("trusted provider", google, "g1", adaAtGmail, ""),
		adminView("the account is taken over"),
		client("the password is gone", "v1/accounts:signInWithPassword",
			`{"email":"ada@gmail.com","password":"correct horse"}`).failing("INVALID_LOGIN_CREDENTIALS"),
	}},
	{"disabled account with a provider", []step{
		idp("first time", google, "g1", adaAtGmail, ""),
		admin("disable", "/accounts:update", `{"localId":"{{uid}}","disableUser":true}`),
		idp("again", google, "g1", adaAtGmail, "").failing("USER_DISABLED"),
	}},
}, linkingScenarios()...)

// linkingScenarios is the table of the four linking cases: every ordered pair of providers, same email address.
func linkingScenarios() []scenario {
	var all []scenario
	providers := []provider{google, apple, microsoft, facebook, github}
	for _, first := range providers {
		for _, second := range providers {
			if first == second {
				continue
			}
			then := idp("second", second, "s2", adaAtGmail, "")
			if !second.verified {
				then = then.asking()
			}
			all = append(all, scenario{linkingCase(first, second), []step{
				idp("first", first, "s1", adaAtGmail, ""), then, adminView("the account"),
			}})
		}
	}
	return all
}

// linkingCase names the pair and which of the platform's four cases it is.
func linkingCase(first, second provider) string {
	trust := map[bool]string{true: "trusted", false: "untrusted"}
	return fmt.Sprintf("%s then %s: %s, %s", trust[first.verified], trust[second.verified], first.id, second.id)
}

// asking expects an answer without a session, because the person has to confirm first.
func (s step) asking() step { s.keep = nil; return s }

// naming replaces the token of the provider.
func (s step) naming(token string, p provider) step { s.body = idpBody(p, token, ""); return s }
