package static

import "testing"

// unsafePaths are values of ?next= that lead to other sites in some browser or server, or that no
// link of this app has. Each must lead to the landing page.
var unsafePaths = []string{
	"", "https://evil.example", "http://evil.example/", "HTTPS://evil.example", "//evil.example",
	"///evil.example", "////evil.example", "/\\evil.example", "\\/evil.example",
	"\\\\evil.example", "/\\/evil.example", "/\\\\evil.example", "https:evil.example",
	"https:/evil.example", "http:\\\\evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
	"java\nscript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)",
	"blob:https://evil.example/1", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example",
	"\t//evil.example", " //evil.example", "/ /evil.example", "/\x00/evil.example",
	"\x00//evil.example", "/\v/evil.example", "/\x7f/evil.example", "/\u00a0/evil.example",
	"/\u2028/evil.example", "/\uff0fevil.example", "/\u2215evil.example", "/\uff3cevil.example",
	"/\u3002evil.example", "/..//evil.example", "/.//evil.example", "/./\\evil.example",
	"/account/..//evil.example", "/a/../..//evil.example", "/%2e%2e//evil.example",
	"/%2e//evil.example", "/%2f/evil.example", "/%2fevil.example", "/%2F%2Fevil.example",
	"/%5cevil.example", "/%5C%5Cevil.example", "/%255cevil.example", "/%252f%252fevil.example",
	"/%25252fevil.example", "/%09/evil.example", "/%0a/evil.example",
	"/%0d%0aLocation:%20https://evil.example", "/%00/evil.example", "/%zz", "/%",
	"/%e0%80%af/evil.example", "/%c0%afevil.example", "evil.example", "www.evil.example",
	"@evil.example", ".evil.example", ":80", "?next=//evil.example", "#//evil.example", "account",
	"./account", "../account", "/signin", "/signin/", "/signin?next=/signin", "/./signin",
	"/%73ignin", "/a//b", "//localhost", "//localhost:8080/account", "/\\localhost",
	"http://localhost@evil.example", "https://localhost.evil.example", "//evil.example/%2f..",
	"/%68ttp://evil.example", "<script>", "/<\\evil.example", "\ufeff//evil.example",
	"/\u200b/\\evil.example",
}

func TestUnsafeNextLeadsToTheLandingPage_R41(t *testing.T) {
	page := openPage(t, nil)
	const each = `return input.map((query) => m.returnPath(query, '/account'))`
	queries := nextQueries(unsafePaths)
	for i, got := range evaluate[[]string](t, page, "js/auth/return-path.js", queries, each) {
		if got != "/" {
			t.Errorf("next=%q: got %q, want /", unsafePaths[i], got)
		}
	}
}

func TestNextLeadsToPagesOfThisSite(t *testing.T) {
	page := openPage(t, nil)
	for query, want := range map[string]string{
		"":                                 "/account",
		"?mode=signup":                     "/account",
		"?next=/":                          "/",
		"?next=%2Faccount":                 "/account",
		"?next=/account%23profile":         "/account#profile",
		"?next=/account%3Ftab%3Dsecurity":  "/account?tab=security",
		"?next=/a/./b/../c":                "/a/c",
		"?next=/search%3Fq%3D%2F%2Fx":      "/search?q=//x",
		"?next=/account&next=//evil.test":  "/account",
		"?next=/caf%25C3%25A9":             "/caf%C3%A9",
		"?reason=signed-out&next=/account": "/account",
		"?next=/a:b@c":                     "/a:b@c",
	} {
		const one = `return m.returnPath(input, '/account')`
		if got := evaluate[string](t, page, "js/auth/return-path.js", query, one); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
}
