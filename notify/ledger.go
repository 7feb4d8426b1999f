package notify

import (
	"context"
	"errors"
	"time"

	"rixue/internal/db"
)

// What an action of the person allows (wechat.md 2.2), less a little for the
// platform's clock.
const (
	saidSpan  = 48*time.Hour - time.Minute
	saidCount = 5
	tapSpan   = time.Minute - 5*time.Second
	tapCount  = 3
)

func (a action) window(span time.Duration, count int) Window {
	if a.at == 0 {
		return Window{}
	}
	return Window{Until: time.UnixMilli(a.at).Add(span), Left: count - a.used}
}

// spendWindow uses up one service message; false if the facts have changed
// since they were read.
func spendWindow(ctx context.Context, tx *db.Tx, d *delivery) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE person SET said_used = said_used + 1, tap_used = tap_used + 1
		WHERE id = $1 AND said_at = $2 AND said_used = $3 AND tapped_at = $4 AND tap_used = $5`,
		d.personID, d.said.at, d.said.used, d.tapped.at, d.tapped.used)
	return n == 1, err
}

// refundWindow gives a service message back that was not sent, unless the
// person has opened a new window meanwhile.
func refundWindow(ctx context.Context, tx *db.Tx, d *delivery) error {
	_, err := tx.Exec(ctx, `UPDATE person SET
		said_used = CASE WHEN said_at = $2 AND said_used > 0 THEN said_used - 1 ELSE said_used END,
		tap_used = CASE WHEN tapped_at = $3 AND tap_used > 0 THEN tap_used - 1 ELSE tap_used END
		WHERE id = $1`, d.personID, d.said.at, d.tapped.at)
	return err
}

// The causes of a subscription's entries.
const (
	causeAccepted   = "accepted"
	causeSent       = "sent"
	causeRefunded   = "refunded"
	causeRefused    = "refused"
	causeUnfollowed = "unfollowed"
)

// subscribed tells what a person has of a template.
func subscribed(ctx context.Context, tx *db.Tx, personID, templateID string) (stock int, standing bool, err error) {
	err = tx.QueryRow(ctx, `SELECT stock, standing FROM subscription WHERE person_id = $1 AND template_id = $2`, personID, templateID).
		Scan(&stock, &standing)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return stock, standing, err
}

// spendSubscription uses up one of the stock; false if there is none.
func spendSubscription(ctx context.Context, tx *db.Tx, personID, templateID string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE subscription SET stock = stock - 1, changed_at = $3
		WHERE person_id = $1 AND template_id = $2 AND stock > 0`, personID, templateID, tx.Millis())
	if err != nil || n == 0 {
		return false, err
	}
	return true, enter(ctx, tx, personID, templateID, -1, causeSent)
}

// changeSubscription adds to the stock.
func changeSubscription(ctx context.Context, tx *db.Tx, personID, templateID string, n int, cause string) error {
	_, err := tx.Exec(ctx, `INSERT INTO subscription (person_id, template_id, stock, standing, changed_at) VALUES ($1, $2, $3, FALSE, $4)
		ON CONFLICT (person_id, template_id) DO UPDATE SET stock = subscription.stock + excluded.stock, changed_at = excluded.changed_at`,
		personID, templateID, n, tx.Millis())
	if err != nil {
		return err
	}
	return enter(ctx, tx, personID, templateID, n, cause)
}

// emptySubscription takes the stock and the grant away.
func emptySubscription(ctx context.Context, tx *db.Tx, personID, templateID, cause string) error {
	stock, _, err := subscribed(ctx, tx, personID, templateID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE subscription SET stock = 0, standing = FALSE, changed_at = $3 WHERE person_id = $1 AND template_id = $2`,
		personID, templateID, tx.Millis())
	if err != nil {
		return err
	}
	return enter(ctx, tx, personID, templateID, -stock, cause)
}

func enter(ctx context.Context, tx *db.Tx, personID, templateID string, change int, cause string) error {
	_, err := tx.Exec(ctx, `INSERT INTO subscription_entry (id, person_id, template_id, change, cause, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		db.NewID(), personID, templateID, change, cause, tx.Millis())
	return err
}

// Granted notes that a person accepted a template on the subscribe sheet, or
// refused it.
func (s *Service) Granted(ctx context.Context, tx *db.Tx, personID, templateID string, accepted bool) error {
	var err error
	switch c := s.cardOf(templateID); {
	case c == "": // not ours: nothing is sent by it
		return nil
	case !accepted && c == Once:
		return nil // this one tap gave nothing; what was given before stays
	case !accepted:
		err = emptySubscription(ctx, tx, personID, templateID, causeRefused)
	case c == Long:
		err = changeSubscription(ctx, tx, personID, templateID, 0, causeAccepted)
		if err == nil {
			_, err = tx.Exec(ctx, `UPDATE subscription SET standing = TRUE WHERE person_id = $1 AND template_id = $2`, personID, templateID)
		}
	default:
		err = changeSubscription(ctx, tx, personID, templateID, 1, causeAccepted)
	}
	if err != nil {
		return err
	}
	return s.Replan(ctx, tx, personID)
}

// Withdrawn notes that a person switched a template off in the settings of the
// notice.
func (s *Service) Withdrawn(ctx context.Context, tx *db.Tx, personID, templateID string) error {
	return emptySubscription(ctx, tx, personID, templateID, causeRefused)
}

// cardOf tells by which channel a template is sent; empty if it is not ours.
func (s *Service) cardOf(templateID string) Channel {
	for _, c := range s.Cards {
		if c.ID == templateID {
			return c.Channel
		}
	}
	return ""
}

// Replan looks again at what waits for a person, now that he can be reached in
// another way.
func (s *Service) Replan(ctx context.Context, tx *db.Tx, personID string) error {
	_, err := tx.Exec(ctx, `UPDATE delivery SET due_at = $2 WHERE due_at > $2 AND state = 'waiting' AND recipient IN
		(SELECT id FROM person WHERE id = $1 UNION ALL SELECT member_id FROM person WHERE id = $1 AND member_id <> '')`,
		personID, tx.Millis())
	return err
}
