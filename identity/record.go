package identity

import (
	"context"
	"time"

	"firebase.google.com/go/v4/auth"
)

// Record is everything that the Admin SDK returns about a user, in the shape of the API. It is for
// the user's own export; pages show an [Account]. It doesn't contain the password's hash.
type Record struct {
	Account
	CustomClaims  map[string]any `json:"customClaims"`
	SecondFactors []SecondFactor `json:"secondFactors"`
	TenantID      string         `json:"tenantId"`
	LastRefreshAt *time.Time     `json:"lastRefreshAt"` // when an ID token was last issued
}

// SecondFactor is a second factor that the user has enrolled.
type SecondFactor struct {
	FactorID    string     `json:"factorId"` // phone or totp
	UID         string     `json:"uid"`
	DisplayName string     `json:"displayName"`
	PhoneNumber string     `json:"phoneNumber"`
	EnrolledAt  *time.Time `json:"enrolledAt"`
}

// GetRecord returns the user's whole record.
func (a *Accounts) GetRecord(ctx context.Context, uid string) (record *Record, err error) {
	err = a.doFor(ctx, uid, "look up the user", func(ctx context.Context) error {
		r, err := a.client.GetUser(ctx, uid)
		if err == nil {
			record = newRecord(r)
		}
		return err
	})
	return record, err
}

// newRecord converts a record of the SDK. As in newAccount, lists and claims are never nil.
func newRecord(r *auth.UserRecord) *Record {
	record := &Record{
		Account:       *newAccount(r),
		CustomClaims:  r.CustomClaims,
		SecondFactors: []SecondFactor{},
		TenantID:      r.TenantID,
		LastRefreshAt: unixMillis(r.UserMetadata.LastRefreshTimestamp),
	}
	if record.CustomClaims == nil {
		record.CustomClaims = map[string]any{}
	}
	for _, f := range r.MultiFactor.EnrolledFactors {
		factor := SecondFactor{
			FactorID: f.FactorID, UID: f.UID, DisplayName: f.DisplayName,
			EnrolledAt: unixMillis(f.EnrollmentTimestamp),
		}
		if f.Phone != nil {
			factor.PhoneNumber = f.Phone.PhoneNumber
		}
		record.SecondFactors = append(record.SecondFactors, factor)
	}
	return record
}
