package static

import "testing"

func TestPhoneNumbersMayBeFormattedFreely(t *testing.T) {
	page := withoutFirebase(t)
	const body = `
		try {
			return m.e164(input);
		} catch (error) {
			return error.field + ': ' + error.message;
		}`
	const noCountry = "phoneNumber: Start with + and the country code, " +
		"such as +44 for the United Kingdom."
	const invalid = "phoneNumber: Enter a valid phone number: + and 7 to 15 digits, " +
		"such as +44 20 7946 0958."
	for typed, want := range map[string]string{
		"+442079460958":        "+442079460958",
		" +44 (20) 7946-0958 ": "+442079460958",
		"0044 20/79.46 09 58":  "+442079460958",
		"+1 555-0100-123":      "+15550100123",
		"020 7946 0958":        noCountry,
		"":                     noCountry,
		"call me":              noCountry,
		"+44":                  invalid,
		"+0 20 7946 0958":      invalid,
		"+44 20 7946 0958 x12": invalid,
		"+1234567890123456":    invalid,
		"+44 20 7946 0958<br>": invalid,
	} {
		if got := evaluate[string](t, page, "js/auth/phone.js", typed, body); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}
