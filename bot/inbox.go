package bot

import (
	"context"
	"errors"
	"time"

	"rixue/internal/db"
)

// errSeen undoes a transaction that carried out what had been done before.
var errSeen = errors.New("bot: seen before")

// once does step 4: it runs handle in a transaction that also marks the
// callback and keeps its reply.
func (c *callback) once(ctx context.Context, handle Handle) *db.Pending {
	id := c.h.Ring.ID("openid", c.msg.From)
	return c.h.DB.Start(ctx, id, func(tx *db.Tx) error {
		p, err := c.h.meet(ctx, tx, id, c.msg)
		if err != nil {
			return err
		}
		if said, tapped := opens(c.msg); said || tapped {
			p.Followed = true // only followers can, whatever events were lost
		}
		t := &Turn{Tx: tx, Msg: c.msg, Person: p}
		if c.reply, err = handle(ctx, t); err != nil {
			return err
		}
		if err := p.save(ctx, tx, c.msg); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `INSERT INTO inbox (key, at, reply) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING`,
			c.key, tx.Millis(), c.reply.Text)
		if err != nil {
			return err
		}
		if n == 0 {
			return errSeen
		}
		if c.owed = c.late() && c.reply.Text != ""; c.owed {
			return owe(ctx, tx, c.key, id, c.h.grace())
		}
		return nil
	})
}

// again fetches the reply of a callback that was carried out before. With it
// the person has it: it is noted as fetched, so that nobody sends it again,
// also who has yet to note that it is owed.
func (c *callback) again(ctx context.Context) (Reply, error) {
	var reply Reply
	err := c.h.DB.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT reply FROM inbox WHERE key = $1`, c.key).Scan(&reply.Text)
	})
	if err != nil || reply.Text == "" || c.late() {
		return reply, err
	}
	err = c.h.DB.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO inbox_late (key, person_id, due_at, tries, reason) VALUES ($1, '', $2, 1, $3)
			ON CONFLICT (key) DO UPDATE SET tries = 1, reason = $3 WHERE inbox_late.tries = 0`, c.key, tx.Millis(), fetched)
		return err
	})
	c.fetched = err == nil
	return reply, err
}

// fetched is the reason of a row of inbox_late that nobody has to send.
const fetched = "fetched"

// late tells whether WeChat has stopped waiting for this attempt.
func (c *callback) late() bool {
	return c.state.Load() == gone || c.h.started().Sub(c.start) > c.h.Deadline
}

// owe notes after the commit that the reply found nobody waiting, if the
// transaction itself did not know it yet.
func (c *callback) owe(ctx context.Context) {
	if c.owed {
		return
	}
	err := c.h.DB.Tx(ctx, func(tx *db.Tx) error {
		var text string
		if err := tx.QueryRow(ctx, `SELECT reply FROM inbox WHERE key = $1`, c.key).Scan(&text); err != nil || text == "" {
			return err
		}
		if c.fetched { // by this very delivery, which came too late after all
			if _, err := tx.Exec(ctx, `DELETE FROM inbox_late WHERE key = $1 AND reason = $2`, c.key, fetched); err != nil {
				return err
			}
		}
		return owe(ctx, tx, c.key, c.h.Ring.ID("openid", c.msg.From), c.h.grace())
	})
	if err != nil {
		c.log(ctx, err)
	}
}

// owe records a reply that goes out as a service message unless WeChat's next
// delivery fetches it within grace.
func owe(ctx context.Context, tx *db.Tx, key, person string, grace time.Duration) error {
	_, err := tx.Exec(ctx, `INSERT INTO inbox_late (key, person_id, due_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING`,
		key, person, tx.Now.Add(grace).UnixMilli())
	return err
}

// grace is how long WeChat may still deliver again: three tries of five
// seconds, in business time.
func (h *Handler) grace() time.Duration {
	return time.Duration(15 * float64(time.Second) * h.Rate)
}

// bury keeps a message that could not be carried out, sealed.
func (c *callback) bury(ctx context.Context, tx *db.Tx, cause error) error {
	_, err := tx.Exec(ctx, `INSERT INTO inbox_dead (key, at, kind, body, reason) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (key) DO NOTHING`,
		c.key, tx.Millis(), c.kind, c.h.Ring.Seal("inbox_dead.body", c.msg.Content+c.msg.EventKey), cause.Error())
	return err
}
