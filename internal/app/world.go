package app

import (
	"context"
	"fmt"
	"time"

	"rixue/internal/db"
	"rixue/internal/wechat/wechatsim"
	"rixue/notify"
	"rixue/study"
)

// World is where a play takes place: the product in this process with a clock
// that is moved, or processes of their own with a clock that runs fast.
type World interface {
	// Until lets time pass until at, with everything that is due on the way.
	Until(ctx context.Context, at time.Time) error
	// Follower is a person with a phone.
	Follower(name string) *wechatsim.Follower
	// Codes issues binding codes, by staff number.
	Codes(ctx context.Context) (map[string]string, error)
	// Figures are what the product has counted.
	Figures(ctx context.Context) (Figures, error)
}

// Figures are the product's own, of the whole month.
type Figures struct {
	Daily, Reminder notify.Tally
	Study           study.Tally
}

// ReadFigures asks the slices of a database.
func ReadFigures(ctx context.Context, d *db.DB) (f Figures, err error) {
	err = d.View(ctx, func(tx *db.Tx) (err error) {
		if f.Daily, err = notify.Count(ctx, tx, notify.StudyDaily); err != nil {
			return err
		}
		if f.Reminder, err = notify.Count(ctx, tx, notify.StudyReminder); err != nil {
			return err
		}
		f.Study, err = study.Count(ctx, tx)
		return err
	})
	return f, err
}

// stepped is the world inside this process: its clock stands still while there
// is something to do, and goes to the next due row when there is not.
type stepped struct{ *demo }

func (w stepped) Follower(name string) *wechatsim.Follower { return w.sim.Follower(name) }

func (w stepped) Figures(ctx context.Context) (Figures, error) { return ReadFigures(ctx, w.app.DB) }

func (w stepped) Codes(ctx context.Context) (map[string]string, error) {
	codes := map[string]string{}
	for _, m := range sampleStaff() {
		err := w.app.DB.Tx(ctx, func(tx *db.Tx) error {
			c, err := w.app.Roster.Renew(ctx, tx, m.StaffNo)
			codes[m.StaffNo] = c.Code
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// Until implements World.
func (w stepped) Until(ctx context.Context, at time.Time) error {
	if err := w.idle(ctx); err != nil {
		return err
	}
	for {
		next, err := w.next(ctx)
		if err != nil {
			return err
		}
		if next.IsZero() || next.After(at) {
			break
		}
		if next.After(w.clock.Now()) {
			if err := w.clock.Move(next); err != nil {
				return err
			}
		}
		if err := w.idle(ctx); err != nil {
			return err
		}
	}
	return w.clock.Move(at)
}

// next is the time of the next due row of any kind.
func (w stepped) next(ctx context.Context) (time.Time, error) {
	if err := w.app.Timer.Plan(ctx); err != nil {
		return time.Time{}, err
	}
	run, err := w.app.Timer.Next(ctx)
	if err != nil {
		return run, err
	}
	delivery, err := w.app.Notify.Next(ctx)
	if run.IsZero() || !delivery.IsZero() && delivery.Before(run) {
		run = delivery
	}
	return run, err
}

// idle waits until the workers have nothing left to do and every receipt has
// come in.
func (w stepped) idle(ctx context.Context) error {
	const patience = time.Minute
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.NewTimer(patience)
	defer end.Stop()
	for {
		next, err := w.next(ctx)
		if err != nil {
			return err
		}
		if next.IsZero() || next.After(w.clock.Now()) {
			w.sim.Settle()
			return w.app.Notify.Reconcile(ctx)
		}
		select {
		case <-tick.C:
		case <-end.C:
			return fmt.Errorf("demo: something that is due since %s is not done", next)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
