package identitytoolkit

import (
	"fmt"
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
	Link    string    `json:"link,omitempty"`
	Code    string    `json:"code,omitempty"` // of a text message
}

// send puts a message into the outbox and drops the oldest when it is full.
func (s *Service) send(m Message) {
	count, last := 0, ""
	for key := range s.outbox.all() {
		count, last = count+1, key
	}
	for key := range s.outbox.all() {
		if count < maxOutbox {
			break
		}
		s.outbox.del(key)
		count--
	}
	var number int
	if last != "" {
		fmt.Sscanf(last, "%d", &number)
	}
	s.outbox.put(fmt.Sprintf("%012d", number+1), m)
}

// Outbox lists what was sent, the newest first.
func (s *Service) Outbox() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Message
	for _, m := range s.outbox.all() {
		list = append([]Message{m}, list...)
	}
	return list
}
