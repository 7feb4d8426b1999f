package timer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/db"
)

const (
	hold    = 30 * time.Second // of a claim; each page renews it
	horizon = 31               // days: how far back missed runs are noted, and ahead the next one is looked for
)

// Plan makes the rows of runs up to the next one of each job, those included
// that were missed.
func (t *Timer) Plan(ctx context.Context) error {
	for _, j := range t.jobs {
		if err := t.planJob(ctx, j); err != nil {
			return err
		}
	}
	return nil
}

func (t *Timer) planJob(ctx context.Context, j job) error {
	now := t.Now()
	today := calendar.DayOf(now)
	next, nextDay := j.next(now)
	var last string
	var there bool
	err := t.DB.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT COALESCE(MAX(CASE WHEN at <= $2 THEN subject END), ''),
			COALESCE(MAX(CASE WHEN subject = $3 AND at = $4 THEN 1 ELSE 0 END), 0) = 1
			FROM due WHERE kind = $1 AND at >= $5`,
			j.kind, now.UnixMilli(), string(nextDay), next.UnixMilli(), today.Add(-2*horizon).Time(0, 0).UnixMilli()).Scan(&last, &there)
	})
	if err != nil {
		return err
	}
	if there && (last == "" || j.none(calendar.Day(last), today, now)) {
		return nil // the usual case: all that was due has its row, and the next one too
	}
	from := today
	if last != "" {
		from = max(calendar.Day(last), today.Add(-horizon)) // the last one too: its hour may have been changed
	}
	return t.DB.Tx(ctx, func(tx *db.Tx) error {
		for d := from; d <= today.Add(horizon); d = d.Add(1) {
			at, ok := j.at(d)
			if !ok {
				continue
			}
			_, err := tx.Exec(ctx, `INSERT INTO due (key, kind, subject, at) VALUES ($1, $2, $3, $4)
				ON CONFLICT (key) DO UPDATE SET at = excluded.at WHERE due.done_at = 0 AND due.place = ''`,
				j.kind+":"+string(d), j.kind, string(d), at.UnixMilli())
			if err != nil {
				return err
			}
			if at.After(now) {
				return nil
			}
		}
		return nil
	})
}

// next is the job's first run after now, by its rule; zero if none is in sight.
func (j job) next(now time.Time) (time.Time, calendar.Day) {
	today := calendar.DayOf(now)
	for d := today; d <= today.Add(horizon); d = d.Add(1) {
		if at, ok := j.at(d); ok && at.After(now) {
			return at, d
		}
	}
	return time.Time{}, ""
}

// none tells whether the job has no run after a day's until now.
func (j job) none(last, today calendar.Day, now time.Time) bool {
	for d := last.Add(1); d <= today; d = d.Add(1) {
		if at, ok := j.at(d); ok && !at.After(now) {
			return false
		}
	}
	return true
}

// TopicsApproved runs today's push again if it found no approved topic: the
// topic came late. Who was told before is not told twice.
func (t *Timer) TopicsApproved(ctx context.Context) error {
	return t.DB.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE due SET done_at = 0, place = '', outcome = '', hold_until = 0 WHERE key = $1 AND outcome = $2`,
			"study_push:"+string(calendar.DayOf(tx.Now)), NoTopic)
		return err
	})
}

// Next tells when the next run is due, the zero time if none is planned.
func (t *Timer) Next(ctx context.Context) (at time.Time, err error) {
	var millis int64
	err = t.DB.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT COALESCE(MIN(at), 0) FROM due WHERE done_at = 0`).Scan(&millis)
	})
	if millis > 0 {
		at = time.UnixMilli(millis)
	}
	return at, err
}

// NextOf tells when a job runs next, from its rule.
func (t *Timer) NextOf(kind string) (time.Time, error) {
	for _, j := range t.jobs {
		if j.kind != kind {
			continue
		}
		if at, _ := j.next(t.Now()); !at.IsZero() {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("timer: no run of %q is in sight", kind)
}

// Due counts the runs that Work would take now, at most limit, and tells since
// when the oldest of them is due.
func (t *Timer) Due(ctx context.Context, limit int) (n int, oldest time.Time, err error) {
	var first int64
	err = t.DB.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT COUNT(*), COALESCE(MIN(at), 0) FROM (
			SELECT at FROM due WHERE done_at = 0 AND at <= $1 AND hold_until <= $2 ORDER BY at LIMIT $3) AS d`,
			tx.Millis(), t.Real().UnixMilli(), limit).Scan(&n, &first)
	})
	if first > 0 {
		oldest = time.UnixMilli(first)
	}
	return n, oldest, err
}

// Work does the runs that are due, until none is, and returns how many it took.
func (t *Timer) Work(ctx context.Context) (n int, err error) {
	for ctx.Err() == nil {
		r, tries, err := t.claim(ctx)
		if errors.Is(err, db.ErrNoRows) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		n++
		err = t.do(ctx, r)
		if err == nil {
			if err := t.Plan(ctx); err != nil { // the next one has its row at once
				return n, err
			}
			continue
		}
		t.Log.ErrorContext(ctx, "run failed, to be tried again", "kind", r.Kind, "day", string(r.Day), "tries", tries, "error", err.Error())
		if err := t.putBack(context.WithoutCancel(ctx), r, tries, err); err != nil {
			return n, err
		}
	}
	return n, ctx.Err()
}

// claim takes the oldest run that is due and that nobody holds.
func (t *Timer) claim(ctx context.Context) (r Run, tries int, err error) {
	err = t.DB.Tx(ctx, func(tx *db.Tx) error {
		now := t.Real()
		var at int64
		err := tx.QueryRow(ctx, `UPDATE due SET hold_until = $3, tries = tries + 1 WHERE key =
			(SELECT key FROM due WHERE done_at = 0 AND at <= $1 AND hold_until <= $2 ORDER BY at, key LIMIT 1`+tx.SkipLocked("due")+`)
			RETURNING kind, subject, at, tries`, tx.Millis(), now.UnixMilli(), now.Add(hold).UnixMilli()).
			Scan(&r.Kind, (*string)(&r.Day), &at, &tries)
		r.At = time.UnixMilli(at)
		return err
	})
	return r, tries, err
}

// do does a run's pages.
func (t *Timer) do(ctx context.Context, r Run) error {
	for {
		var s Step
		err := t.DB.Tx(ctx, func(tx *db.Tx) (err error) {
			s, err = t.page(ctx, tx, r)
			return err
		})
		if errors.Is(err, errFinished) {
			return nil
		}
		if err != nil {
			return err
		}
		if s.Place == "" {
			t.Log.InfoContext(ctx, "run", "kind", r.Kind, "day", string(r.Day), "outcome", s.Outcome)
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// errFinished says that another process has finished the run.
var errFinished = errors.New("timer: the run is finished")

// page does the next page, from where the row says that the run stands.
func (t *Timer) page(ctx context.Context, tx *db.Tx, r Run) (Step, error) {
	key := r.Kind + ":" + string(r.Day)
	err := tx.QueryRow(ctx, `SELECT place FROM due WHERE key = $1 AND done_at = 0`+tx.ForUpdate(), key).Scan(&r.Place)
	if errors.Is(err, db.ErrNoRows) {
		err = errFinished
	}
	if err != nil {
		return Step{}, err
	}
	s, err := t.step(ctx, tx, r)
	if err != nil {
		return s, err
	}
	if s.Place != "" {
		_, err = tx.Exec(ctx, `UPDATE due SET place = $2, hold_until = $3 WHERE key = $1`, key, s.Place, t.Real().Add(hold).UnixMilli())
		return s, err
	}
	_, err = tx.Exec(ctx, `UPDATE due SET done_at = $2, outcome = $3 WHERE key = $1`, key, tx.Millis(), s.Outcome)
	return s, err
}

func (t *Timer) step(ctx context.Context, tx *db.Tx, r Run) (Step, error) {
	for _, j := range t.jobs {
		if j.kind != r.Kind {
			continue
		}
		if _, ok := j.at(r.Day); !ok { // a notice about working days came after the row
			return Step{Outcome: NoWork}, nil
		}
		return j.run(ctx, tx, r)
	}
	return Step{Outcome: fmt.Sprintf("skipped: no job %q", r.Kind)}, nil
}

// putBack leaves a run that failed for a later try.
func (t *Timer) putBack(ctx context.Context, r Run, tries int, cause error) error {
	pauses := [...]time.Duration{5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute}
	pause := pauses[min(max(tries-1, 0), len(pauses)-1)]
	return t.DB.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE due SET hold_until = $2, outcome = $3 WHERE key = $1 AND done_at = 0`,
			r.Kind+":"+string(r.Day), t.Real().Add(pause).UnixMilli(), cause.Error())
		return err
	})
}
