package identitytoolkit

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// maxOutbox bounds the messages that are kept.
const maxOutbox = 200

// Message is an email or a text message that production would have sent.
type Message struct {
	Time    time.Time `json:"time"`
	Kind    string    `json:"kind"`    // "email" or "sms"
	Purpose string    `json:"purpose"` // the request type: VERIFY_EMAIL, PASSWORD_RESET, …; empty for text messages
	To      string    `json:"to"`      // an email address or a phone number
	Subject string    `json:"subject,omitempty"`
	Text    string    `json:"text,omitempty"` // of an email without a link
	Link    string    `json:"link,omitempty"`
	Code    string    `json:"code,omitempty"` // of a text message
}

// send puts a message into the outbox and drops the oldest when it is full.
func (s *Service) send(m Message) {
	var keys []string
	for key := range s.outbox.all() {
		keys = append(keys, key)
	}
	next := 1
	if len(keys) > 0 {
		last, _ := strconv.Atoi(keys[len(keys)-1]) // written below, so always a number
		next = last + 1
	}
	for _, old := range keys[:max(0, len(keys)+1-maxOutbox)] {
		s.outbox.del(old)
	}
	s.outbox.put(fmt.Sprintf("%012d", next), m)
}

// Outbox lists what was sent, the newest first.
func (s *Service) Outbox() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Message
	for _, m := range s.outbox.all() {
		list = append(list, m)
	}
	slices.Reverse(list)
	return list
}
