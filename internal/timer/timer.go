// Package timer is the door of the clock: everything that the product does
// because it is time stands in the table of [Timer.table].
//
// A run is a row of the table due, made ahead of its time under the key of its
// kind and day. Whoever finds it due claims it in the database, so any number
// of processes may look; it is done page by page, each in one transaction with
// the note how far it has come, so that a run that was broken off goes on where
// it stood. A run that failed is tried again, and keeps no other from its turn.
//
// Runs that were missed while nothing was running are not forgotten: their rows
// are made afterwards, and each kind says what becomes of a late one.
package timer

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/study"
)

// Config of New.
type Config struct {
	DB   *db.DB
	Days *calendar.Calendar
	Log  *slog.Logger
	Real func() time.Time // real time, for claims
	Now  func() time.Time // business time

	Study            *study.Service
	PushAt, RemindAt calendar.TimeOfDay // of daily study
}

// job is a kind of run.
type job struct {
	kind string
	// at is when it runs on a day; false if it does not on that day.
	at func(calendar.Day) (time.Time, bool)
	// run does the next page of a run.
	run func(context.Context, *db.Tx, Run) (Step, error)
}

// Run is one run of a job.
type Run struct {
	Kind  string
	Day   calendar.Day
	At    time.Time
	Place string // how far it has come; empty at the beginning
}

// Step is what a page came to.
type Step struct {
	Place   string // where the next page begins; empty: the run is done
	Outcome string // of a run that is done, for the log: done, caught up, skipped and why
}

// Outcomes of a run.
const (
	Done     = "done"
	CaughtUp = "caught up"
	TooLate  = "skipped: too late"
	NoWork   = "skipped: not a working day"
	NoTopic  = "skipped: no approved topic"
)

// table lists every job.
func (t *Timer) table() []job {
	return []job{
		{"study_push", t.onWorkdays(t.PushAt), t.push},
		{"study_remind", t.onWorkdays(t.RemindAt), t.remind},
	}
}

// Timer runs what is due.
type Timer struct {
	Config
	jobs []job
}

// New returns the timer.
func New(c Config) *Timer {
	t := &Timer{Config: c}
	t.jobs = t.table()
	return t
}

func (t *Timer) onWorkdays(at calendar.TimeOfDay) func(calendar.Day) (time.Time, bool) {
	return func(d calendar.Day) (time.Time, bool) {
		work, _ := t.Days.Workday(d) // an unknown year is an alarm of `rixue check`, and counted by its weekdays
		return d.At(at), work
	}
}

// push tells the day's topic. A late push goes out at once until the time of
// the reminder; later it disturbs nobody and waits for the next visit.
func (t *Timer) push(ctx context.Context, tx *db.Tx, r Run) (Step, error) {
	end := t.Study.DayEnd(r.Day)
	if !tx.Now.Before(end) {
		return Step{Outcome: TooLate}, nil
	}
	late := !tx.Now.Before(r.Day.At(t.RemindAt))
	next, err := t.Study.Push(ctx, tx, r.Day, r.Place, late)
	if errors.Is(err, study.ErrNoTopic) {
		return Step{Outcome: NoTopic}, nil
	}
	return Step{Place: next, Outcome: t.outcome(tx, r)}, err
}

// remind reminds those who began the day's topic. It is of no use on another
// day.
func (t *Timer) remind(ctx context.Context, tx *db.Tx, r Run) (Step, error) {
	if !tx.Now.Before(t.Study.DayEnd(r.Day)) {
		return Step{Outcome: TooLate}, nil
	}
	next, err := t.Study.Remind(ctx, tx, r.Day, r.Place)
	return Step{Place: next, Outcome: t.outcome(tx, r)}, err
}

// late is how long after its time a run counts as caught up.
const late = 10 * time.Minute

func (t *Timer) outcome(tx *db.Tx, r Run) string {
	if tx.Now.Sub(r.At) > late {
		return CaughtUp
	}
	return Done
}
