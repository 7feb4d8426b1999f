package bot

import (
	"context"
	"errors"
	"time"

	"rixue/internal/db"
)

// Sender sends a service message; internal/wechat's client is one.
type Sender interface {
	SendText(ctx context.Context, openID, text string) error
}

// Late sends the replies that are owed. Any number of processes may do so: who
// changes the row first has it. A service message cannot be taken back and
// WeChat does not tell doubles apart, so each is tried once; what failed or
// whose outcome is unknown stays in inbox_late with its reason.
func (h *Handler) Late(ctx context.Context, send Sender) (sent int, err error) {
	for {
		l, err := h.takeLate(ctx)
		if errors.Is(err, db.ErrNoRows) {
			return sent, nil
		}
		if err != nil {
			return sent, err
		}
		if err := h.sendLate(ctx, send, l); err != nil {
			return sent, err
		}
		sent++
	}
}

type lateReply struct{ key, openID, text string }

// takeLate claims the oldest reply that is owed and due.
func (h *Handler) takeLate(ctx context.Context) (lateReply, error) {
	var l lateReply
	var person string
	err := h.DB.Tx(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(ctx, `
			UPDATE inbox_late SET tries = tries + 1, reason = 'unknown'
			WHERE key = (SELECT key FROM inbox_late WHERE tries = 0 AND due_at <= $1 ORDER BY due_at LIMIT 1) AND tries = 0
			RETURNING key, person_id`, tx.Millis()).Scan(&l.key, &person)
		if err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `SELECT reply FROM inbox WHERE key = $1`, l.key).Scan(&l.text); err != nil {
			return err
		}
		l.openID, err = OpenID(ctx, tx, h.Ring, person)
		return err
	})
	return l, err
}

func (h *Handler) sendLate(ctx context.Context, send Sender, l lateReply) error {
	sendErr := send.SendText(ctx, l.openID, l.text)
	if sendErr != nil {
		h.Log.WarnContext(ctx, "late reply not sent", "key", l.key, "error", sendErr.Error())
	}
	return h.DB.Tx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		if sendErr == nil {
			_, err := tx.Exec(ctx, `DELETE FROM inbox_late WHERE key = $1`, l.key)
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE inbox_late SET reason = $2 WHERE key = $1`, l.key, sendErr.Error())
		return err
	})
}

// Forget removes marks that WeChat can no longer ask for: it delivers again
// within seconds, the platform's advice is a day, ours is two. It looks for
// them while others write, and removes a few hundred at a time.
func (h *Handler) Forget(ctx context.Context) error {
	const keep, slice = 48 * time.Hour, 300
	for {
		var old []string
		err := h.DB.View(ctx, func(tx *db.Tx) (err error) {
			old, err = db.Column[string](ctx, tx, `SELECT key FROM inbox i WHERE at < $1
				AND NOT EXISTS (SELECT 1 FROM inbox_late l WHERE l.key = i.key AND l.reason <> $3) LIMIT $2`,
				tx.Now.Add(-keep).UnixMilli(), slice, fetched)
			return err
		})
		if err != nil || len(old) == 0 {
			return err
		}
		err = h.DB.Tx(ctx, func(tx *db.Tx) error {
			for _, key := range old {
				if _, err := tx.Exec(ctx, `DELETE FROM inbox WHERE key = $1`, key); err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `DELETE FROM inbox_late WHERE key = $1`, key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
