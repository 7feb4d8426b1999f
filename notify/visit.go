package notify

import (
	"context"

	"rixue/internal/db"
)

// HandOver gives out what waits for a person who is here at this moment, to be
// shown with the reply: take is asked for each in turn and says whether the
// reply had room for it. Those are accepted; the others go on waiting, as do
// those that a worker holds just now: to wait for him would be to wait for each
// other.
func (s *Service) HandOver(ctx context.Context, tx *db.Tx, personID, memberID string, take func(Kind, Content) bool) error {
	list, err := waitingFor(ctx, tx, personID, memberID)
	if err != nil {
		return err
	}
	for i := range list {
		d := &list[i]
		n, err := readNotice(ctx, tx, s.Ring, d.noticeID)
		if err != nil {
			return err
		}
		on, err := s.OptedIn(ctx, tx, memberID)
		if err != nil {
			return err
		}
		f := Facts{Optional: n.kind.Topic() != "", Consent: on[n.kind.Topic()], Expires: n.expires, OfMember: d.ofMember, Bound: true, Follows: true}
		d.personID, d.dueAt, d.holdUntil = personID, 0, 0
		switch end, ended := f.end(tx.Now); {
		case ended:
			d.state, d.reason = end.State, end.Reason
		case take(n.kind, n.content):
			d.state, d.channel, d.reason = Accepted, Visit, ReasonShown
		default:
			continue
		}
		s.Observe(d.channel, d.state, d.reason)
		if err := d.save(ctx, tx); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE person SET held = EXISTS (SELECT 1 FROM delivery
		WHERE recipient IN ($1, $2) AND recipient <> '' AND due_at > 0 AND state = 'waiting') WHERE id = $1`, personID, memberID)
	return err
}

func waitingFor(ctx context.Context, tx *db.Tx, personID, memberID string) ([]delivery, error) {
	return db.All(ctx, tx, func(r db.Rows) (d delivery, err error) {
		return d, r.Scan(&d.noticeID, &d.recipient, &d.ofMember, (*string)(&d.channel), &d.tries, &d.barred, &d.templateID)
	}, `SELECT notice_id, recipient, of_member, channel, tries, barred, template_id FROM delivery
		WHERE recipient IN ($1, $2) AND recipient <> '' AND due_at > 0 AND state = 'waiting' ORDER BY notice_id`+tx.SkipLocked("delivery"), personID, memberID)
}

// Seen ends a notice that a member need not be told any more, as he was there
// by himself. One that is on its way is left alone.
func (s *Service) Seen(ctx context.Context, tx *db.Tx, key, memberID string) error {
	return s.endOne(ctx, tx, memberID, ReasonSeen, `notice_id = (SELECT id FROM notice WHERE key = $1)`, key)
}

// Unfollowed ends everything that is under way to a person who left, and takes
// back what he gave: consents and subscriptions.
func (s *Service) Unfollowed(ctx context.Context, tx *db.Tx, personID, memberID string) error {
	templates, err := db.Column[string](ctx, tx, `SELECT template_id FROM subscription WHERE person_id = $1`, personID)
	if err != nil {
		return err
	}
	for _, t := range templates {
		if err := emptySubscription(ctx, tx, personID, t, causeUnfollowed); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `DELETE FROM subscription WHERE person_id = $1`, personID); err != nil {
		return err
	}
	for _, recipient := range []string{personID, memberID} {
		if recipient == "" {
			continue
		}
		if err := s.endOne(ctx, tx, recipient, ReasonUnfollowed, `$1 = ''`, ""); err != nil {
			return err
		}
	}
	if memberID != "" {
		if _, err := s.OptOut(ctx, tx, memberID, "", EndedUnfollowed); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE person SET held = FALSE, said_at = 0, tapped_at = 0 WHERE id = $1`, personID)
	return err
}

// endOne cancels the deliveries to a recipient that wait or are planned and fit
// the condition on $1.
func (s *Service) endOne(ctx context.Context, tx *db.Tx, recipient string, why Reason, condition, arg string) error {
	n, err := tx.Exec(ctx, `UPDATE delivery SET state = 'cancelled', reason = $3, due_at = 0, hold_until = 0, changed_at = $4, history = history || $5
		WHERE `+condition+` AND recipient = $2 AND due_at > 0 AND state IN ('planned', 'waiting')`,
		arg, recipient, string(why), tx.Millis(), step(tx.Millis(), Cancelled, "", why))
	for range n {
		s.Observe("", Cancelled, why)
	}
	return err
}
