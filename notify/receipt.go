package notify

import (
	"context"
	"errors"
	"strings"
	"time"

	"rixue/internal/db"
)

// Receipt is what the platform says about a message after it took it.
type Receipt struct {
	PersonID   string
	TemplateID string // of a subscription notice; empty for a template message
	MsgID      string
	Status     ReceiptStatus
}

// ReceiptStatus is the platform's verdict.
type ReceiptStatus string

// The verdicts.
const (
	ReceiptDelivered ReceiptStatus = "delivered"
	ReceiptBlocked   ReceiptStatus = "blocked" // the person switched our messages off
	ReceiptFailed    ReceiptStatus = "failed"
)

// TemplateStatus reads the Status of TEMPLATESENDJOBFINISH: success,
// failed:user block, failed: system failed.
func TemplateStatus(s string) ReceiptStatus {
	reason, failed := strings.CutPrefix(s, "failed:")
	switch {
	case !failed && s == "success":
		return ReceiptDelivered
	case failed && strings.TrimSpace(reason) == "user block":
		return ReceiptBlocked
	}
	return ReceiptFailed
}

// Receipt moves the delivery on that the receipt is about. One that comes
// before its message's id was written down is kept until then.
func (s *Service) Receipt(ctx context.Context, tx *db.Tx, r Receipt) error {
	found, err := s.apply(ctx, tx, r)
	if err != nil || found {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO receipt (key, person_id, template_id, msg_id, status, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (key) DO NOTHING`, r.key(), r.PersonID, r.TemplateID, r.MsgID, string(r.Status), tx.Millis())
	return err
}

func (r Receipt) key() string { return r.TemplateID + "|" + r.PersonID + "|" + r.MsgID }

const deliveryByMsg = `SELECT notice_id, recipient, of_member, channel, tries, barred, template_id, sent_at, person_id, msg_id FROM delivery
	WHERE msg_id = $1 AND person_id = $2 AND state = 'accepted'`

// A subscription notice has no id that its sender knows: the oldest one of the
// template that has no receipt yet is meant, or else one whose answer was lost minutes ago.
const deliveryBySubscription = `SELECT notice_id, recipient, of_member, channel, tries, barred, template_id, sent_at, person_id, $1 FROM delivery
	WHERE recipient IN (SELECT id FROM person WHERE id = $2 UNION ALL SELECT member_id FROM person WHERE id = $2 AND member_id <> '')
	AND person_id = $2 AND template_id = $3 AND (state = 'accepted' OR state = 'unknown' AND changed_at > $4) ORDER BY state, changed_at LIMIT 1`

// apply moves on the delivery that a receipt is about; false if there is none.
func (s *Service) apply(ctx context.Context, tx *db.Tx, r Receipt) (bool, error) {
	query, args := deliveryByMsg, []any{r.MsgID, r.PersonID}
	if r.TemplateID != "" {
		query, args = deliveryBySubscription, append(args, r.TemplateID, tx.Now.Add(-dedupe).UnixMilli())
	}
	var d delivery
	err := tx.QueryRow(ctx, query+tx.ForUpdate(), args...).Scan(&d.noticeID, &d.recipient, &d.ofMember, (*string)(&d.channel),
		&d.tries, &d.barred, &d.templateID, &d.sentAt, &d.personID, &d.msgID)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, s.moveOn(ctx, tx, &d, r.Status)
}

// moveOn carries a verdict out. A duty that did not arrive is planned again
// without that channel; of an optional notice this is the end.
func (s *Service) moveOn(ctx context.Context, tx *db.Tx, d *delivery, status ReceiptStatus) error {
	switch status {
	case ReceiptDelivered:
		d.state, d.reason = Delivered, ReasonReceipt
	case ReceiptBlocked:
		d.state, d.reason = Failed, ReasonBlocked
	case ReceiptFailed:
		d.state, d.reason = Failed, ReasonSystem
	}
	s.Observe(d.channel, d.state, d.reason)
	if err := d.save(ctx, tx); err != nil || d.state == Delivered {
		return err
	}
	n, err := readNotice(ctx, tx, s.Ring, d.noticeID)
	if err != nil || n.kind.Topic() != "" {
		return err
	}
	d.state, d.dueAt, d.msgID = Planned, tx.Millis(), ""
	d.barred |= channelBits[d.channel]
	return d.save(ctx, tx)
}

func anyReceipt(ctx context.Context, tx *db.Tx) (found bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM receipt)`).Scan(&found)
	return found, err
}

const selectReceipts = `SELECT person_id, template_id, msg_id, status FROM receipt `

func scanReceipt(r db.Rows) (x Receipt, err error) {
	return x, r.Scan(&x.PersonID, &x.TemplateID, &x.MsgID, (*string)(&x.Status))
}

// applyEarly applies receipts that came before their message was written down.
func (s *Service) applyEarly(ctx context.Context, tx *db.Tx, j *job) error {
	list, err := db.All(ctx, tx, scanReceipt, selectReceipts+`WHERE person_id = $1`, j.personID)
	if err != nil {
		return err
	}
	return s.applyAll(ctx, tx, list)
}

func (s *Service) applyAll(ctx context.Context, tx *db.Tx, list []Receipt) error {
	for _, r := range list {
		found, err := s.apply(ctx, tx, r)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if _, err := tx.Exec(ctx, `DELETE FROM receipt WHERE key = $1`, r.key()); err != nil {
			return err
		}
	}
	return nil
}

// Reconcile applies receipts that met their message in the same moment and so
// missed it, and forgets those of messages that are not ours.
func (s *Service) Reconcile(ctx context.Context) error {
	const forget = 24 * time.Hour
	return s.DB.Tx(ctx, func(tx *db.Tx) error {
		list, err := db.All(ctx, tx, scanReceipt, selectReceipts+`ORDER BY at LIMIT 500`)
		if err != nil || len(list) == 0 {
			return err
		}
		if err := s.applyAll(ctx, tx, list); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM receipt WHERE at < $1`, tx.Now.Add(-forget).UnixMilli())
		return err
	})
}
