package identitytoolkit

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// maxOutbox is the maximum number of messages that the outbox keeps.
const maxOutbox = 200

// Message is an email or a text message that a real project would have sent.
type Message struct {
	Time    time.Time `json:"time"`
	Kind    string    `json:"kind"`    // "email" or "sms"
	Purpose string    `json:"purpose"` // such as VERIFY_EMAIL; empty for a text message
	To      string    `json:"to"`      // an email address or a phone number
	Subject string    `json:"subject,omitempty"`
	Text    string    `json:"text,omitempty"` // the body of an email without a link
	Link    string    `json:"link,omitempty"`
	Code    string    `json:"code,omitempty"` // the code in a text message
}

// send adds a message to the outbox. If the outbox is full, it drops the oldest.
func (s *Service) send(m Message) {
	var keys []string
	for key := range s.outbox.all() {
		keys = append(keys, key)
	}
	next := 1
	if len(keys) > 0 {
		last, _ := strconv.Atoi(keys[len(keys)-1]) // every key is a number, as written below
		next = last + 1
	}
	for _, old := range keys[:max(0, len(keys)+1-maxOutbox)] {
		s.outbox.del(old)
	}
	s.outbox.put(fmt.Sprintf("%012d", next), m)
}

// Outbox returns the messages in the outbox, newest first.
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
