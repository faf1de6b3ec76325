package identity

import (
	"context"

	"firebase.google.com/go/v4/auth"
	"google.golang.org/api/iterator"
)

// maxPage is how many accounts Identity Platform lists at most in one response.
const maxPage = 1000

// List returns a page of at most size accounts (1–1,000), and the token of the next page, which
// is empty on the last page. An empty pageToken requests the first page.
func (a *Accounts) List(
	ctx context.Context, pageToken string, size int,
) (accounts []*Account, next string, err error) {
	size = min(max(size, 1), maxPage)
	accounts = make([]*Account, 0, size)
	err = a.do(ctx, "list users", func(ctx context.Context) (err error) {
		var records []*auth.ExportedUserRecord
		pager := iterator.NewPager(a.client.Users(ctx, ""), size, pageToken)
		next, err = pager.NextPage(&records)
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
