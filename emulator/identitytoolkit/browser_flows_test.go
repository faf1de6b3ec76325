package identitytoolkit_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestPopupWithTheUnmodifiedSDK(t *testing.T) {
	b := openApp(t)
	b.enterEmail(b.popup("sdk.signInWithPopup(auth, google, resolver)"), "ann@gmail.com")
	got := b.outcome()
	uid := b.uid()
	b.want(got, "signIn "+uid+" ann@gmail.com google.com")

	b.enterEmail(b.popup("sdk.linkWithPopup(auth.currentUser, github, resolver)"),
		"ann@work.example")
	b.want(b.outcome(), "link "+uid+" ann@gmail.com google.com github.com")

	page := b.popup("sdk.reauthenticateWithPopup(auth.currentUser, google, resolver)")
	_ = chromedp.Do(page, chromedp.Click(chromedp.CSS(".accounts button")))
	b.want(b.outcome(), "reauthenticate "+uid+" ann@gmail.com google.com github.com")
}

func TestCanceledPopupReturnsAnError(t *testing.T) {
	b := openApp(t)
	b.click(b.popup("sdk.signInWithPopup(auth, google, resolver)"), "cancel")
	b.want(b.outcome(), "auth/user-cancelled")

	page := b.popup("sdk.signInWithPopup(auth, google, resolver)")
	evaluate[bool](b, page, "setTimeout(close), true")
	b.want(b.outcome(), "auth/popup-closed-by-user")
}

func TestReauthenticationAsAnotherUserIsRejected(t *testing.T) {
	b := openApp(t)
	b.enterEmail(b.popup("sdk.signInWithPopup(auth, google, resolver)"), "ann@gmail.com")
	b.outcome()
	b.enterEmail(b.popup("sdk.reauthenticateWithPopup(auth.currentUser, google, resolver)"),
		"bob@gmail.com")
	b.want(b.outcome(), "auth/user-mismatch")
}

func TestRedirectWithTheUnmodifiedSDK(t *testing.T) {
	b := openApp(t)
	b.redirect("sdk.signInWithRedirect(auth, google, resolver)")
	b.enterEmail(b.ctx, "ann@gmail.com")
	got := b.redirectResult()
	uid := b.uid()
	b.want(got, "signIn "+uid+" ann@gmail.com google.com")

	b.redirect("sdk.linkWithRedirect(auth.currentUser, github, resolver)")
	b.click(b.ctx, "cancel")
	b.want(b.redirectResult(), "auth/user-cancelled")

	b.redirect("sdk.linkWithRedirect(auth.currentUser, github, resolver)")
	b.enterEmail(b.ctx, "ann@work.example")
	b.want(b.redirectResult(), "link "+uid+" ann@gmail.com google.com github.com")
}

// redirect runs the script on a click and waits for the provider's page in the same tab.
func (b *tab) redirect(script string) {
	b.t.Helper()
	b.runOnClick(script)
	b.wait(b.ctx,
		"location.pathname === '/emulator/auth/handler' && document.readyState === 'complete'")
}

// redirectResult waits for the app's page and returns the outcome of the redirect.
func (b *tab) redirectResult() string {
	b.t.Helper()
	b.wait(b.ctx, "location.pathname === '/app' && window.ready")
	return b.run("sdk.getRedirectResult(auth, resolver)")
}

func TestProviderPageNeverRedirectsToAnotherSite(t *testing.T) {
	b := openApp(t)
	page := b.url + providerPage + "signInViaRedirect&redirectUrl="
	for _, target := range []string{
		"https://evil.example/", "javascript:alert(1)", "//evil.example", "", "data:text/html,x",
	} {
		if err := chromedp.Do(b.ctx, chromedp.Navigate(page+target)); err != nil {
			t.Fatal(err)
		}
		b.enterEmail(b.ctx, "ann@gmail.com")
		b.wait(b.ctx, "!document.getElementById('failed').hidden")
		if got := evaluate[string](b, b.ctx, "location.href"); !strings.HasPrefix(got, b.url) {
			t.Errorf("redirectUrl=%s: the browser navigated to %s", target, got)
		}
	}
}

func TestPendingCredentialIsLinkedAfterAnotherSignIn(t *testing.T) {
	b := openApp(t)
	created := b.run("sdk.createUserWithEmailAndPassword(auth, 'ann@example.com', 'correct horse')")
	uid := b.uid()
	b.want(created, "signIn "+uid+" ann@example.com password")
	for _, provider := range []struct{ script, id string }{
		{"github", "github.com"}, {"new sdk.FacebookAuthProvider()", "facebook.com"},
		{"new sdk.OAuthProvider('microsoft.com')", "microsoft.com"}, {"google", "google.com"},
	} {
		b.run("sdk.signOut(auth)")
		b.enterEmail(b.popup("sdk.signInWithPopup(auth, "+provider.script+", resolver)"),
			"ann@example.com")
		b.want(b.outcome(), "auth/account-exists-with-different-credential")
		b.run(`(() => {
			const providers = {
				'facebook.com': sdk.FacebookAuthProvider,
				'github.com': sdk.GithubAuthProvider,
				'google.com': sdk.GoogleAuthProvider,
			};
			const provider = providers['` + provider.id + `'] ?? sdk.OAuthProvider;
			window.pending = provider.credentialFromError(error);
			return sdk.signInWithEmailAndPassword(auth, 'ann@example.com', 'correct horse');
		})()`)
		got := b.run("sdk.linkWithCredential(auth.currentUser, pending)")
		if !strings.HasPrefix(got, "link "+uid) || !strings.Contains(got, provider.id) {
			t.Errorf("%s: got %q", provider.id, got)
		}
	}
}

func TestPhoneNumberCanBeLinkedWithoutRecaptcha(t *testing.T) {
	b := openApp(t)
	b.run("sdk.signInAnonymously(auth)")
	uid := b.uid()
	evaluate[bool](b, b.ctx, `(async () => {
		const verifier = new sdk.RecaptchaVerifier(auth, 'captcha', { size: 'invisible' });
		window.confirmation =
			await sdk.linkWithPhoneNumber(auth.currentUser, '+441632960001', verifier);
		return true;
	})()`)
	b.want(b.run("confirmation.confirm('nope')"), "auth/invalid-verification-code")
	b.want(b.run("confirmation.confirm('"+b.service.lastTextCode()+"')"), "link "+uid+"  phone")
	b.want(b.run("confirmation.confirm('000000')"), "auth/provider-already-linked")
}

func TestEmailLinkWithTheUnmodifiedSDK(t *testing.T) {
	b := openApp(t)
	b.run("sdk.signInAnonymously(auth)")
	uid := b.uid()
	b.run("sdk.sendSignInLinkToEmail(auth, 'ann@example.com', " +
		"{ url: location.href, handleCodeInApp: true })")
	link := b.service.service.Outbox()[0].Link
	if !evaluate[bool](b, b.ctx, "sdk.isSignInWithEmailLink(auth, '"+link+"')") {
		t.Errorf("the SDK doesn't recognize %s as a sign-in link", link)
	}
	credential := "sdk.EmailAuthProvider.credentialWithLink('ann@example.com', '" + link + "')"
	b.want(b.run("sdk.linkWithCredential(auth.currentUser, "+credential+")"),
		"link "+uid+" ann@example.com password")
	b.want(b.run("sdk.signInWithEmailLink(auth, 'ann@example.com', '"+link+"')"),
		"auth/invalid-action-code")
}

func TestOutboxShowsNewMessagesWithoutAReload(t *testing.T) {
	b := openApp(t)
	if err := chromedp.Do(b.ctx, chromedp.Navigate(b.url+"/emulator/outbox")); err != nil {
		t.Fatal(err)
	}
	b.service.sendText(number)
	b.wait(b.ctx, "document.querySelector('.code')")
	shown := evaluate[string](b, b.ctx, "document.querySelector('.code').textContent")
	b.want(shown, b.service.lastTextCode())
}
