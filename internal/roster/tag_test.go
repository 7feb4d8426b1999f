package roster_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"rixue/internal/db"
)

// A tag that is new to us is carried by nobody: all members are marked, however
// many, and once.
func TestAdoptTag(t *testing.T) {
	each(t, func(w *world) {
		const people = 450
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			for i := range people {
				_, err := tx.Exec(ctx, `INSERT INTO person (id, openid, followed, first_at, last_at, member_id, bound_at, tag_for, tag_code, tag_tries)
					VALUES ($1, $2, TRUE, 1, 1, $3, $4, $4, 40003, 2)`, fmt.Sprintf("p%03d", i), []byte{1}, fmt.Sprintf("m%03d", i), 7000+i)
				if err != nil {
					return err
				}
			}
			return nil
		})
		w.follow("patient")
		due := func(limit int) (n int, oldest time.Time) {
			w.must(w.db.View(w.Context(), func(tx *db.Tx) (err error) {
				n, oldest, err = w.TagsDue(w.Context(), tx, time.UnixMilli(1000), limit)
				return err
			}))
			return n, oldest
		}
		if n, oldest := due(1000); n != 0 || !oldest.IsZero() {
			w.Errorf("before: %d since %v", n, oldest)
		}
		w.must(w.AdoptTag(w.Context(), w.db, 101))
		if n, oldest := due(1000); n != people || oldest.UnixMilli() != 7000 {
			w.Errorf("%d are due since %d", n, oldest.UnixMilli())
		}
		if n, _ := due(100); n != 100 {
			w.Errorf("%d are counted, at most 100 were asked for", n)
		}
		if n := w.count(`SELECT COUNT(*) FROM person WHERE tag_code <> 0 OR tag_tries <> 0`); n != 0 {
			w.Errorf("%d keep the old tag's refusals", n)
		}
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE person SET tag_for = bound_at`)
			return err
		})
		w.must(w.AdoptTag(w.Context(), w.db, 101))
		if n, _ := due(1000); n != 0 {
			w.Errorf("the same tag again: %d are due", n)
		}
	})
}
