// Package notify brings what the product has to say to people, of its own
// accord, to their phones. It knows no slice.
//
// # The way of a notice
//
//	Enqueue     the caller's transaction    notice + one delivery per recipient
//	Work        claims what is due          facts → Plan → state sending, rights reserved
//	            sends, many at once
//	            writes the results down     accepted, waiting, unknown, failed …
//	Receipt     WeChat's later word         delivered, or failed after all
//
// The database is the truth and the queue at once: a delivery is due while
// due_at has passed and nobody holds it. Whoever calls Work takes the next
// chunk, so any number of processes may, and nothing that is not in the
// database is needed: a queue in front of Work only says when to call it.
//
// # Never twice
//
// A notice has the key of its cause and a delivery the key of notice and
// recipient: telling the same again adds nothing. A claim is committed before
// anything is sent, with a lease in real time. Who dies in between leaves
// deliveries in state sending; after the lease the next one finds them. A
// template message then goes again under the same client_msg_id, which WeChat
// sends once in ten minutes; service messages and subscription notices have no
// such key, so their outcome stays unknown, is shown, and is not sent again.
//
// # Why
//
// Every state and every choice of a channel has a [Reason], and every step is
// kept in the delivery's history.
//
// # Time
//
// Due times, windows, quotas, quiet hours and expiry are business time; leases
// and pauses between tries are real time.
package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"rixue/internal/db"
	"rixue/internal/seal"
)

// Kind is a kind of notice.
type Kind string

// The kinds. Those with an optional topic need consent and can be stopped.
const (
	StudyDaily      Kind = "study_daily"
	StudyReminder   Kind = "study_reminder"
	LectureTurn     Kind = "lecture_turn"
	MeetingNotice   Kind = "meeting_notice"
	MeetingReminder Kind = "meeting_reminder"
	PledgeReminder  Kind = "pledge_reminder"
	CaseAssigned    Kind = "case_assigned"
	CaseUpdate      Kind = "case_update"
	CaseOverdue     Kind = "case_overdue"
	Survey          Kind = "survey"
	MonthlySummary  Kind = "monthly_summary"

	// LateReply is a reply that missed WeChat's five seconds. There is no card
	// for it: it goes inside the window that the person's message opened, or with
	// the next reply.
	LateReply Kind = "late_reply"
)

// Topic is something that a person may switch on and off.
type Topic string

// The topics: 日学 微课 汇总 调查.
const (
	TopicStudy   Topic = "study"
	TopicLecture Topic = "lecture"
	TopicSummary Topic = "summary"
	TopicSurvey  Topic = "survey"
)

// Topic returns the topic of an optional kind; empty for a duty.
func (k Kind) Topic() Topic {
	switch k {
	case StudyDaily, StudyReminder:
		return TopicStudy
	case LectureTurn:
		return TopicLecture
	case MonthlySummary:
		return TopicSummary
	case Survey:
		return TopicSurvey
	case MeetingNotice, MeetingReminder, PledgeReminder, CaseAssigned, CaseUpdate, CaseOverdue, LateReply:
	}
	return ""
}

// Content is what a notice says. Values fill the fields of cards, by the names
// of the configuration: title unit person time place due number state remark.
type Content struct {
	Title  string            `json:"t"` // of the card, and the first line of a message
	Text   string            `json:"x"` // of a message
	Path   string            `json:"p"` // of its page, under public_url
	Values map[string]string `json:"v"`
}

// message is a content without a page as a service message says it.
func (c *Content) message() string {
	switch {
	case c.Title == "":
		return c.Text
	case c.Text == "":
		return c.Title
	}
	return c.Title + "\n" + c.Text
}

// Recipient is a member, wherever he is bound, or a follower.
type Recipient struct {
	ID     string
	Member bool
}

// Member is the recipient of a member's id.
func Member(id string) Recipient { return Recipient{id, true} }

// Person is the recipient of a follower's id.
func Person(id string) Recipient { return Recipient{id, false} }

// Message is a notice to be told.
type Message struct {
	Key       string // of the cause; the same key is the same notice
	Kind      Kind
	To        []Recipient
	Urgent    bool      // breaks quiet hours
	VisitOnly bool      // waits for the next visit, disturbs nobody
	Expires   time.Time // of no use from then on; zero: never
	Content   Content
}

// Enqueue tells a notice to its recipients and returns how many of them are
// new to it. It may be called again with further recipients, page by page. The
// content and expiry of the first call count.
func (s *Service) Enqueue(ctx context.Context, tx *db.Tx, m Message) (added int, err error) {
	id, err := s.insertNotice(ctx, tx, m)
	if err != nil {
		return 0, err
	}
	now := tx.Millis()
	history := step(now, Planned, "", ReasonNew)
	for _, to := range m.To {
		n, err := tx.Exec(ctx, `INSERT INTO delivery (notice_id, recipient, of_member, state, reason, due_at, changed_at, history)
			VALUES ($1, $2, $3, $4, $5, $6, $6, $7) ON CONFLICT (notice_id, recipient) DO NOTHING`,
			id, to.ID, to.Member, string(Planned), string(ReasonNew), now, history)
		if err != nil {
			return added, err
		}
		added += int(n)
	}
	return added, nil
}

// contentColumn is the name under which contents are sealed.
const contentColumn = "notice.content"

// insertNotice makes the notice of m.Key, once, and returns its id.
func (s *Service) insertNotice(ctx context.Context, tx *db.Tx, m Message) (id string, err error) {
	text, err := json.Marshal(m.Content)
	if err != nil {
		return "", err
	}
	var expires int64
	if !m.Expires.IsZero() {
		expires = m.Expires.UnixMilli()
	}
	id = db.NewKey()
	n, err := tx.Exec(ctx, `INSERT INTO notice (id, key, kind, topic, urgent, visit_only, content, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (key) DO NOTHING`,
		id, m.Key, string(m.Kind), string(m.Kind.Topic()), m.Urgent, m.VisitOnly, s.Ring.Seal(contentColumn, string(text)), tx.Millis(), expires)
	if err != nil || n == 1 {
		return id, err
	}
	err = tx.QueryRow(ctx, `SELECT id FROM notice WHERE key = $1`, m.Key).Scan(&id)
	return id, err
}

func openContent(ring *seal.Ring, sealed []byte) (c Content, err error) {
	text, err := ring.Open(contentColumn, sealed)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(text), &c)
}

// step is a line of a delivery's history.
func step(millis int64, s State, c Channel, r Reason) string {
	return fmt.Sprintf("%d %s %s %s\n", millis, s, c, r)
}
