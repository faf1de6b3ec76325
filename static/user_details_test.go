package static

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// detailRows adds the rows of the account page that js/account/user-details.js fills.
const detailRows = `document.body.innerHTML = '<img data-photo hidden><dl>' +
	['displayName', 'email', 'phoneNumber', 'providers', 'roles', 'createdAt', 'lastSignInAt',
		'uid']
		.map((key) => '<dd data-detail="' + key + '"></dd>').join('') + '</dl>'; undefined`

type shownDetails struct {
	Name     string `json:"name"`
	Elements int    `json:"elements"` // inside the rows
	Photo    string `json:"photo"`
}

const showAccount = `
	m.showDetails({ uid: 'u', email: '', emailVerified: false, displayName: '', photoURL: '',
		phoneNumber: '', providers: [], createdAt: null, lastSignInAt: null, roles: [], ...input });
	return {
		name: document.querySelector('[data-detail=displayName]').textContent,
		elements: document.querySelectorAll('dd *').length,
		photo: document.querySelector('img').getAttribute('src') ?? '',
	};`

func TestDisplayNameIsShownAsText_R39(t *testing.T) {
	page := openPage(t, nil)
	if err := chromedp.Do(page, chromedp.Evaluate[chromedp.Void](detailRows)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		`<img src=x onerror="document.title='broken'">`, `<script>document.title='broken'</script>`,
		`"><svg onload=alert(1)>`, `&lt;b&gt;`, `javascript:alert(1)`,
	} {
		account := map[string]any{
			"displayName": name, "email": name, "roles": []string{name}, "uid": name,
		}
		got := evaluate[shownDetails](t, page, "js/account/user-details.js", account, showAccount)
		if got.Name != name || got.Elements != 0 {
			t.Errorf("%q: got %+v, want the same text and no element", name, got)
		}
	}
}

func TestPhotoMustHaveAnHTTPSAddress_R40(t *testing.T) {
	page := openPage(t, nil)
	if err := chromedp.Do(page, chromedp.Evaluate[chromedp.Void](detailRows)); err != nil {
		t.Fatal(err)
	}
	for photo, want := range map[string]string{
		"https://127.0.0.1:1/photo.png":         "https://127.0.0.1:1/photo.png",
		"http://127.0.0.1:1/photo.png":          "",
		"javascript:alert(1)":                   "",
		"data:image/svg+xml,<svg/onload=alert>": "",
		"//127.0.0.1:1/photo.png":               "",
		"/photo.png":                            "",
		"":                                      "",
	} {
		account := map[string]string{"photoURL": photo}
		got := evaluate[shownDetails](t, page, "js/account/user-details.js", account, showAccount)
		if got.Photo != want {
			t.Errorf("%q: got src %q, want %q", photo, got.Photo, want)
		}
	}
}

// Facebook, for example, returns no picture for some apps.
func TestPhotoThatDoesNotLoadStaysHidden(t *testing.T) {
	page := openPage(t, nil)
	if err := chromedp.Do(page, chromedp.Evaluate[chromedp.Void](detailRows)); err != nil {
		t.Fatal(err)
	}
	const show = `
		const image = document.querySelector('img');
		m.showPhoto(image, 'https://127.0.0.1:1/photo.png');
		const ended = new Promise((resolve) => {
			image.addEventListener('error', resolve);
			image.addEventListener('load', resolve);
		});
		if (input) image.src = input;
		await ended;
		return image.hidden;`
	const pixel = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>"
	for src, want := range map[string]bool{"": true, pixel: false} {
		got := evaluate[bool](t, page, "js/account/user-details.js", src, show)
		if got != want {
			t.Errorf("%q: got hidden %v, want %v", src, got, want)
		}
	}
}
