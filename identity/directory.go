package identity

import (
	"context"

	"firebase.google.com/go/v4/auth"
	"google.golang.org/api/iterator"
)

// maxPage is the most accounts the service gives in one answer.
const maxPage = 1000

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
