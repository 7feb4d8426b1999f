package notify

import (
	"context"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/db"
)

// record writes down what came of a chunk, in one transaction.
func (s *Service) record(ctx context.Context, jobs []*job) error {
	if len(jobs) == 0 {
		return nil
	}
	err := s.DB.Tx(ctx, func(tx *db.Tx) error {
		early, err := anyReceipt(ctx, tx)
		if err != nil {
			return err
		}
		rests := map[string]rest{}
		refunds := map[Channel]int{}
		for _, j := range jobs {
			held, err := s.recordOne(ctx, tx, j)
			if err != nil {
				return err
			}
			if !held {
				continue
			}
			j.pause(tx, rests)
			if j.result.Refund {
				refunds[j.channel]--
			}
			if early && j.result.State == Accepted {
				if err := s.applyEarly(ctx, tx, j); err != nil {
					return err
				}
			}
		}
		return writeLedgers(ctx, tx, rests, refunds)
	})
	if err != nil {
		return err
	}
	for _, j := range jobs {
		s.Observe(j.channel, j.result.State, j.result.Reason)
	}
	return nil
}

// recordOne moves one delivery on and corrects what is known of its person;
// false if somebody else has taken it over.
func (s *Service) recordOne(ctx context.Context, tx *db.Tx, j *job) (bool, error) {
	d, o := j.delivery, j.again()
	lease := d.holdUntil
	d.state, d.reason, d.msgID = o.State, o.Reason, j.msgID
	d.holdUntil = 0
	if j.result != givenBack { // what was not begun is no try, and keeps its place
		d.tries++
		d.dueAt = tx.Now.Add(o.Later).UnixMilli()
	}
	switch o.State {
	case Sending, Planned:
		if o.Again > 0 {
			d.holdUntil = s.Real().Add(o.Again).UnixMilli()
		}
	case Waiting, Accepted, Delivered, Unknown, Failed, Expired, Cancelled:
		d.dueAt = 0
	}
	if o.State != Sending {
		d.sentAt = 0
	}
	if o.Bar {
		d.barred |= channelBits[d.channel]
	}
	held, err := d.saveHeld(ctx, tx, o.Detail, lease)
	if err != nil || !held {
		return held, err
	}
	return true, d.learn(ctx, tx, o)
}

// patience is how many tries a delivery gets one after the other; then there is
// an hour between them.
const patience = 20

// again is what is to be done after a job's result. Of one that may have been
// sent by an earlier try, whose answer was lost, nothing but WeChat's taking it
// under the same key is certain: it is tried again the same way while WeChat
// tells a second one apart, and never by another.
func (j *job) again() outcome {
	o := j.result
	if j.reason == ReasonOrphan && o.State != Accepted {
		o.State, o.Reason, o.Refund = Sending, ReasonLost, false
		o.Later, o.Again = 0, max(o.Again, backOff(j.tries))
	}
	if o.State == Planned && j.tries >= patience {
		o.Later = max(o.Later, time.Hour)
	}
	return o
}

// learn corrects what we believed about the person.
func (d *delivery) learn(ctx context.Context, tx *db.Tx, o outcome) error {
	exec := func(query string, args ...any) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}
	switch {
	case o.WindowShut: // unless he did something meanwhile
		return exec(`UPDATE person SET said_at = 0, tapped_at = 0 WHERE id = $1 AND said_at = $2 AND tapped_at = $3`,
			d.personID, d.said.at, d.tapped.at)
	case o.CountUsed:
		return exec(`UPDATE person SET said_used = $4, tap_used = $4 WHERE id = $1 AND said_at = $2 AND tapped_at = $3`,
			d.personID, d.said.at, d.tapped.at, saidCount)
	case o.NotFollowing:
		return exec(`UPDATE person SET followed = FALSE WHERE id = $1`, d.personID)
	case o.StockGone:
		return emptySubscription(ctx, tx, d.personID, d.templateID, causeRefused)
	case o.Refund && d.channel == ServiceMsg:
		return refundWindow(ctx, tx, d)
	case o.Refund && d.channel == Once:
		return changeSubscription(ctx, tx, d.personID, d.templateID, 1, causeRefunded)
	}
	return nil
}

// rest is a pause of a channel or template.
type rest struct {
	until int64
	code  string
}

// templatePause names the pause of a template.
func templatePause(id string) string { return "template:" + id }

// pause notes that a channel or a template rests.
func (j *job) pause(tx *db.Tx, rests map[string]rest) {
	o := j.result
	if o.Pause == 0 {
		return
	}
	what, until := string(j.channel), tx.Now.Add(o.Pause)
	if o.Template {
		what = templatePause(j.templateID)
	}
	if o.Pause == midnight {
		until = calendar.DayOf(tx.Now).Add(1).Time(0, 0)
	}
	rests[what] = rest{until.UnixMilli(), o.Detail}
}

func writeLedgers(ctx context.Context, tx *db.Tx, rests map[string]rest, use map[Channel]int) error {
	for what, r := range rests {
		_, err := tx.Exec(ctx, `INSERT INTO send_pause (what, until, code, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (what) DO UPDATE SET until = excluded.until, code = excluded.code, at = excluded.at
			WHERE send_pause.until < excluded.until`, what, r.until, r.code, tx.Millis())
		if err != nil {
			return err
		}
	}
	return addUse(ctx, tx, calendar.DayOf(tx.Now), use)
}

// addUse adds to the day's ledger, in one order, so that two of us never wait
// for each other.
func addUse(ctx context.Context, tx *db.Tx, day calendar.Day, use map[Channel]int) error {
	for _, c := range []Channel{ServiceMsg, Long, Once, Template} {
		if use[c] == 0 {
			continue
		}
		_, err := tx.Exec(ctx, `INSERT INTO send_use (channel, day, used) VALUES ($1, $2, $3)
			ON CONFLICT (channel, day) DO UPDATE SET used = send_use.used + excluded.used`, string(c), string(day), use[c])
		if err != nil {
			return err
		}
	}
	return nil
}

func usedToday(ctx context.Context, tx *db.Tx, day calendar.Day) (map[Channel]int, error) {
	used := map[Channel]int{}
	_, err := db.All(ctx, tx, func(r db.Rows) (struct{}, error) {
		var c string
		var n int
		err := r.Scan(&c, &n)
		used[Channel(c)] = n
		return struct{}{}, err
	}, `SELECT channel, used FROM send_use WHERE day = $1`, string(day))
	return used, err
}

func pauses(ctx context.Context, tx *db.Tx) (map[string]time.Time, error) {
	all := map[string]time.Time{}
	_, err := db.All(ctx, tx, func(r db.Rows) (struct{}, error) {
		var what string
		var until int64
		err := r.Scan(&what, &until)
		all[what] = time.UnixMilli(until)
		return struct{}{}, err
	}, `SELECT what, until FROM send_pause WHERE until > $1`, tx.Millis())
	return all, err
}
