package main

import "context"

// smoke tests a deployed service from the outside.
func smoke(ctx context.Context, h host, site, iamToken string) error { return nil }
