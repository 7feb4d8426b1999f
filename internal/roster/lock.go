package roster

import (
	"context"
	"time"

	"rixue/internal/db"
)

// The lock of binding: so many wrong tries of one subject (an openid, or a
// staff number) within the window lock that subject for as long again.
const (
	lockTries  = 5
	lockWindow = time.Hour
)

// lockedUntil tells from when on a subject may try again, given the times of
// its latest wrong tries, the last one first; a time in the past is no lock.
// Tries while locked are not recorded, so five within the window always end
// with the one that locked.
func lockedUntil(tries []time.Time) time.Time {
	if len(tries) < lockTries || tries[0].Sub(tries[lockTries-1]) >= lockWindow {
		return time.Time{}
	}
	return tries[0].Add(lockWindow)
}

const selectTries = `SELECT at FROM bind_try WHERE subject = $1 ORDER BY at DESC LIMIT 5`

// locked tells until when any of the subjects is locked; zero is not.
func locked(ctx context.Context, tx *db.Tx, subjects []string) (time.Time, error) {
	var until time.Time
	for _, s := range subjects {
		millis, err := db.Column[int64](ctx, tx, selectTries, s)
		if err != nil {
			return until, err
		}
		tries := make([]time.Time, len(millis))
		for i, m := range millis {
			tries[i] = time.UnixMilli(m)
		}
		if u := lockedUntil(tries); u.After(tx.Now) && u.After(until) {
			until = u
		}
	}
	return until, nil
}

const (
	insertTry = `INSERT INTO bind_try (subject, at, id) VALUES ($1, $2, $3)`
	// What is too old to lock is of no use to anybody.
	deleteTries = `DELETE FROM bind_try WHERE subject = $1 AND at <= $2`
)

// recordTry writes a wrong try down for each subject.
func recordTry(ctx context.Context, tx *db.Tx, subjects []string) error {
	for _, s := range subjects {
		if _, err := tx.Exec(ctx, deleteTries, s, tx.Now.Add(-2*lockWindow).UnixMilli()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, insertTry, s, tx.Millis(), db.NewID()); err != nil {
			return err
		}
	}
	return nil
}
