package main

import (
	"errors"
	"net/mail"
	"net/url"
	"strings"
)

// pageSettings is what a deployment decides about the pages.
type pageSettings struct {
	support      string // whom people ask for what they may not do themselves: a mailto: or https: address, or ""
	sessionPanel bool   // the account page's window into the SDK
}

// loadPageSettings reads SUPPORT_CONTACT and SESSION_PANEL.
func loadPageSettings(cfg *config, env map[string]string) error {
	support, ok := contactLink(env["SUPPORT_CONTACT"])
	if !ok {
		return errors.New("set SUPPORT_CONTACT to an email address or an https address")
	}
	cfg.pages.support = support
	switch env["SESSION_PANEL"] {
	case "", "on":
		cfg.pages.sessionPanel = true
	case "off":
	default:
		return errors.New("set SESSION_PANEL to on or off")
	}
	return nil
}

// contactLink makes a link of the setting; "" stays "".
func contactLink(contact string) (link string, ok bool) {
	if contact == "" {
		return "", true
	}
	if u, err := url.Parse(contact); err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil {
		return u.String(), true
	}
	address, err := mail.ParseAddress(contact)
	if err != nil || address.Address != contact || strings.ContainsAny(contact, "?&%\"") {
		return "", false
	}
	return "mailto:" + contact, true
}
