package identity

import (
	"context"
	"strings"

	"firebase.google.com/go/v4/auth"
	"google.golang.org/api/iterator"
)

const (
	// maxPage is the most accounts the service gives in one answer.
	maxPage = 1000
	// maxSearched bounds how many accounts a search looks at: each thousand is one call.
	maxSearched = 5000
)

// List returns a page of at most size accounts (1–1,000), and the token of the next page, empty after the last.
func (a *Accounts) List(ctx context.Context, pageToken string, size int) ([]*Account, string, error) {
	size = min(max(size, 1), maxPage)
	accounts := make([]*Account, 0, size)
	var next string
	err := a.do(ctx, "list users", func(ctx context.Context) (err error) {
		var records []*auth.ExportedUserRecord
		next, err = iterator.NewPager(a.client.Users(ctx, ""), size, pageToken).NextPage(&records)
		for _, r := range records {
			accounts = append(accounts, newAccount(r.UserRecord))
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return accounts, next, nil
}

// Search returns at most limit accounts whose uid, email address, name or phone number contains the text, whatever the
// case. The service can look up only exact values, so this reads through the list, as far as 5,000 accounts; complete
// is false if there may be more matches. Beyond that size keep an index of your own, or use [Accounts.FindByEmail].
func (a *Accounts) Search(ctx context.Context, text string, limit int) (found []*Account, complete bool, err error) {
	text = strings.ToLower(strings.TrimSpace(text))
	found = []*Account{}
	page := ""
	for searched := 0; searched < maxSearched; searched += maxPage {
		var accounts []*Account
		accounts, page, err = a.List(ctx, page, maxPage)
		if err != nil {
			return nil, false, err
		}
		for _, account := range accounts {
			if !account.matches(text) {
				continue
			}
			if len(found) == limit {
				return found, false, nil
			}
			found = append(found, account)
		}
		if page == "" {
			return found, true, nil
		}
	}
	return found, false, nil
}

// matches says whether the lower-case text is part of what the account is known by.
func (a *Account) matches(text string) bool {
	for _, field := range []string{a.UID, a.Email, a.DisplayName, a.PhoneNumber} {
		if strings.Contains(strings.ToLower(field), text) {
			return true
		}
	}
	return false
}
