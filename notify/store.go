package notify

import (
	"context"
	"time"

	"rixue/internal/db"
	"rixue/internal/seal"
)

// OpenIDColumn is the name under which openids are sealed; it is the callback
// engine's.
const OpenIDColumn = "person.openid"

// delivery is a row of the table, with what is known of its person.
type delivery struct {
	noticeID, recipient string
	ofMember            bool
	state               State
	channel             Channel
	reason              Reason
	dueAt               int64
	holdUntil           int64
	tries               int
	barred              int64
	personID            string
	templateID, msgID   string
	sentAt              int64

	// of the person and his consent; not written back
	sentTo   string // who it was sent to, if it was
	openID   string
	broken   bool // it cannot be opened
	followed bool
	consent  bool
	said     action
	tapped   action
}

// action is what the person did last, and how much of its right was used.
type action struct {
	at   int64 // WeChat's milliseconds; 0: never
	used int
}

const selectDue = `
SELECT d.notice_id, d.recipient, d.of_member, d.state, d.channel, d.reason, d.due_at, d.tries, d.barred, d.template_id, d.sent_at, d.person_id,
  COALESCE(m.id, p.id, ''), COALESCE(m.openid, p.openid), COALESCE(m.followed, p.followed, FALSE),
  COALESCE(m.said_at, p.said_at, 0), COALESCE(m.said_used, p.said_used, 0),
  COALESCE(m.tapped_at, p.tapped_at, 0), COALESCE(m.tap_used, p.tap_used, 0),
  o.id IS NOT NULL
FROM delivery d
JOIN notice n ON n.id = d.notice_id
LEFT JOIN person m ON d.of_member AND m.member_id = d.recipient AND m.member_id <> ''
LEFT JOIN person p ON NOT d.of_member AND p.id = d.recipient
LEFT JOIN opt_in o ON o.until = 0 AND o.member_id = d.recipient AND o.topic = n.topic
WHERE d.due_at > 0 AND d.due_at <= $1 AND d.hold_until <= $2
ORDER BY d.due_at, d.notice_id, d.recipient LIMIT $3`

// due lists the next chunk of due deliveries that nobody holds, and keeps
// others from them until the commit.
func (s *Service) due(ctx context.Context, tx *db.Tx, real time.Time) ([]delivery, error) {
	return db.All(ctx, tx, func(r db.Rows) (d delivery, err error) {
		var sealed []byte
		err = r.Scan(&d.noticeID, &d.recipient, &d.ofMember, (*string)(&d.state), (*string)(&d.channel), (*string)(&d.reason), &d.dueAt,
			&d.tries, &d.barred, &d.templateID, &d.sentAt, &d.sentTo, &d.personID, &sealed, &d.followed,
			&d.said.at, &d.said.used, &d.tapped.at, &d.tapped.used, &d.consent)
		if err == nil && len(sealed) > 0 {
			var broken error
			d.openID, broken = s.Ring.Open(OpenIDColumn, sealed)
			d.broken = broken != nil // this one alone must not keep the others
		}
		return d, err
	}, selectDue+tx.SkipLocked("d"), tx.Millis(), real.UnixMilli(), chunk)
}

// Due counts the deliveries that Work would take now, at most limit, and tells
// since when the oldest of them is due.
func (s *Service) Due(ctx context.Context, limit int) (n int, oldest time.Time, err error) {
	var first int64
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT COUNT(*), COALESCE(MIN(due_at), 0) FROM (
			SELECT due_at FROM delivery WHERE due_at > 0 AND due_at <= $1 AND hold_until <= $2 ORDER BY due_at LIMIT $3) AS d`,
			tx.Millis(), s.Real().UnixMilli(), limit).Scan(&n, &first)
	})
	if first > 0 {
		oldest = time.UnixMilli(first)
	}
	return n, oldest, err
}

const saveDelivery = `
UPDATE delivery SET state = $3, channel = $4, reason = $5, due_at = $6, hold_until = $7, tries = $8, barred = $9,
  person_id = $10, template_id = $11, msg_id = $12, sent_at = $13, changed_at = $14, history = history || $15
WHERE notice_id = $1 AND recipient = $2`

// save writes the row back and adds a line to its history.
func (d *delivery) save(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, saveDelivery, d.columns(tx, "")...)
	return err
}

// saveHeld is save for who claimed the row with a lease until held; detail is
// what the platform said. It is false
// if the lease ran out and somebody else has taken the row over.
func (d *delivery) saveHeld(ctx context.Context, tx *db.Tx, detail string, held int64) (bool, error) {
	n, err := tx.Exec(ctx, saveDelivery+` AND state = 'sending' AND hold_until = $16`, append(d.columns(tx, detail), held)...)
	return n == 1, err
}

func (d *delivery) columns(tx *db.Tx, detail string) []any {
	reason := d.reason
	if detail != "" {
		reason += Reason(":" + detail)
	}
	return []any{
		d.noticeID, d.recipient, string(d.state), string(d.channel), string(reason), d.dueAt, d.holdUntil,
		d.tries, d.barred, d.personID, d.templateID, d.msgID, d.sentAt, tx.Millis(), step(tx.Millis(), d.state, d.channel, reason),
	}
}

// holdFor leaves the row as it is for a while of real time.
func (d *delivery) holdFor(ctx context.Context, tx *db.Tx, real time.Time, pause time.Duration) error {
	_, err := tx.Exec(ctx, `UPDATE delivery SET hold_until = $3 WHERE notice_id = $1 AND recipient = $2`,
		d.noticeID, d.recipient, real.Add(pause).UnixMilli())
	return err
}

func readNotice(ctx context.Context, tx *db.Tx, ring *seal.Ring, id string) (*notice, error) {
	n := &notice{id: id}
	var sealed []byte
	var expires int64
	err := tx.QueryRow(ctx, `SELECT kind, urgent, visit_only, content, expires_at FROM notice WHERE id = $1`, id).
		Scan((*string)(&n.kind), &n.urgent, &n.visitOnly, &sealed, &expires)
	if err != nil {
		return nil, err
	}
	if expires > 0 {
		n.expires = time.UnixMilli(expires)
	}
	n.content, err = openContent(ring, sealed)
	return n, err
}
