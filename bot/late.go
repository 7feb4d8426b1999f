package bot

import (
	"context"
	"errors"
	"time"

	"rixue/internal/db"
)

// Late hands over the replies that are owed and that WeChat did not come back
// for: tell takes each into the outbox, in the transaction that crosses it off
// here, so that it is told once whatever process does so and whenever it dies.
func (h *Handler) Late(ctx context.Context, tell func(ctx context.Context, tx *db.Tx, personID, key, text string) error) (n int, err error) {
	for {
		err := h.DB.Tx(ctx, func(tx *db.Tx) error {
			var key, person, text string
			err := tx.QueryRow(ctx, `DELETE FROM inbox_late WHERE key =
				(SELECT key FROM inbox_late WHERE tries = 0 AND due_at <= $1 ORDER BY due_at LIMIT 1`+tx.SkipLocked("inbox_late")+`)
				RETURNING key, person_id`, tx.Millis()).Scan(&key, &person)
			if err != nil {
				return err
			}
			if err := tx.QueryRow(ctx, `SELECT reply FROM inbox WHERE key = $1`, key).Scan(&text); err != nil {
				return err
			}
			return tell(ctx, tx, person, key, text)
		})
		if errors.Is(err, db.ErrNoRows) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		n++
	}
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
