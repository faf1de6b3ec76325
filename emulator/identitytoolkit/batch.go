package identitytoolkit

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// batchGet returns a page of accounts, sorted by ID. The query parameter maxResults limits the
// page (default 20, at most 1000). nextPageToken is the ID of the last account on the previous
// page.
func (s *Service) batchGet(c *call, _ empty) (any, error) {
	limit, err := strconv.Atoi(c.query.Get("maxResults"))
	if err != nil || limit <= 0 {
		limit = 20
	}
	limit = min(limit, 1000)
	after := c.query.Get("nextPageToken")
	users, next := []userResource{}, ""
	for id, u := range s.users.all() {
		if id <= after {
			continue
		}
		if len(users) == limit {
			next = users[limit-1].LocalID
			break
		}
		users = append(users, u.resource(true))
	}
	resp := map[string]any{"kind": "identitytoolkit#DownloadAccountResponse"}
	if len(users) > 0 {
		resp["users"] = users
	}
	if next != "" {
		resp["nextPageToken"] = next
	}
	return resp, nil
}

type batchDeleteRequest struct {
	LocalIDs []string `json:"localIds"`
	Force    bool     `json:"force"`
}

// batchError reports one failed item of a batch.
type batchError struct {
	Index   int    `json:"index"`
	LocalID string `json:"localId,omitempty"`
	Message string `json:"message"`
}

// batchDelete deletes up to 1000 accounts. An unknown account counts as deleted. An enabled
// account is only deleted if force is set.
func (s *Service) batchDelete(_ *call, req batchDeleteRequest) (any, error) {
	if len(req.LocalIDs) == 0 || len(req.LocalIDs) > 1000 {
		return nil, badRequest("LOCAL_ID_LIST_EXCEEDS_LIMIT")
	}
	var resp struct {
		Errors []batchError `json:"errors,omitempty"`
	}
	for i, id := range req.LocalIDs {
		u, ok := s.users.get(id)
		switch {
		case !ok:
		case !u.Disabled && !req.Force:
			const message = "NOT_DISABLED : Disable the account before batch deletion."
			resp.Errors = append(resp.Errors, batchError{i, id, message})
		default:
			s.removeUser(u)
		}
	}
	return resp, nil
}

type queryRequest struct {
	ReturnUserInfo *bool      `json:"returnUserInfo"`
	Limit          int64Value `json:"limit"`
	Offset         int64Value `json:"offset"`
	SortBy         string     `json:"sortBy"`
	Order          string     `json:"order"`
	Expression     []struct {
		Email       string `json:"email"`
		UserID      string `json:"userId"`
		PhoneNumber string `json:"phoneNumber"`
	} `json:"expression"`
}

type queryResponse struct {
	RecordsCount int64Value     `json:"recordsCount"`
	UserInfo     []userResource `json:"userInfo,omitempty"`
}

// queryAccounts finds accounts by email address, ID or phone number. It returns a sorted page
// of at most 500.
func (s *Service) queryAccounts(_ *call, req queryRequest) (any, error) {
	found := s.matching(req)
	if req.ReturnUserInfo != nil && !*req.ReturnUserInfo {
		return queryResponse{RecordsCount: int64Value(len(found))}, nil
	}
	slices.SortStableFunc(found, userOrder(req.SortBy))
	if req.Order == "DESC" {
		slices.Reverse(found)
	}
	from := min(max(int(req.Offset), 0), len(found))
	limit := 500
	if req.Limit > 0 {
		limit = min(int(req.Limit), limit)
	}
	page := found[from:min(from+limit, len(found))]
	resp := queryResponse{RecordsCount: int64Value(len(page))}
	for _, u := range page {
		resp.UserInfo = append(resp.UserInfo, u.resource(true))
	}
	return resp, nil
}

// matching returns the accounts that match at least one expression, or all accounts if the
// request has no expressions.
func (s *Service) matching(req queryRequest) []User {
	var found []User
	for _, u := range s.users.all() {
		match := len(req.Expression) == 0
		for _, e := range req.Expression {
			match = match || (e.Email == "" || strings.EqualFold(e.Email, u.Email)) &&
				(e.UserID == "" || e.UserID == u.LocalID) &&
				(e.PhoneNumber == "" || e.PhoneNumber == u.PhoneNumber)
		}
		if match {
			found = append(found, u)
		}
	}
	return found
}

// userOrder returns the comparison for a sortBy value. Unknown values sort by ID.
func userOrder(by string) func(a, b User) int {
	switch by {
	case "NAME":
		return func(a, b User) int { return cmp.Compare(a.DisplayName, b.DisplayName) }
	case "CREATED_AT":
		return func(a, b User) int { return a.CreatedAt.Compare(b.CreatedAt) }
	case "LAST_LOGIN_AT":
		return func(a, b User) int { return a.LastLoginAt.Compare(b.LastLoginAt) }
	case "USER_EMAIL":
		return func(a, b User) int { return cmp.Compare(a.Email, b.Email) }
	default:
		return func(a, b User) int { return cmp.Compare(a.LocalID, b.LocalID) }
	}
}
