package bot

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"rixue/internal/db"
	"rixue/internal/db/dbtest"
	"rixue/internal/seal"
	"rixue/internal/wechat/wire"
)

// A reply goes one way: whoever comes first of the delivery that fetches it and
// the note that it is owed, it is not sent again once it was fetched, and is
// owed as long as it was not.
func TestFetchedOrOwed(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 11, 23, 7, 40, 0, 0, time.UTC) }
	dbtest.Each(t, now, func(t *testing.T, d *db.DB) {
		ring, err := seal.Parse(seal.New())
		if err != nil {
			t.Fatal(err)
		}
		h := NewHandler(Config{DB: d, Ring: ring, Log: slog.New(slog.DiscardHandler), Now: now, Deadline: time.Hour})
		deliver := func(key string) *callback {
			t.Helper()
			c := &callback{h: h, key: key, msg: &wire.Message{From: "o1", Type: "text"}, start: h.started()}
			err := c.once(context.Background(), func(context.Context, *Turn) (Reply, error) { return Text("回答正确"), nil }).Wait()
			if reply, err := c.settle(context.Background(), err); err != nil || reply.Text != "回答正确" {
				t.Fatalf("%q, %v", reply.Text, err)
			}
			return c
		}
		owed := func() (n int) {
			t.Helper()
			err := d.View(context.Background(), func(tx *db.Tx) error {
				return tx.QueryRow(context.Background(), `SELECT COUNT(*) FROM inbox_late WHERE tries = 0`).Scan(&n)
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}

		first := deliver("m1")
		deliver("m1") // fetches it
		first.owe(context.Background())
		if n := owed(); n != 0 {
			t.Errorf("fetched, then noted as owed: %d are to be sent", n)
		}

		first = deliver("m2")
		first.owe(context.Background())
		if n := owed(); n != 1 {
			t.Errorf("owed and not fetched: %d are to be sent", n)
		}
		second := deliver("m2")
		if n := owed(); n != 0 {
			t.Errorf("owed, then fetched: %d are to be sent", n)
		}
		second.owe(context.Background()) // it came too late after all
		if n := owed(); n != 1 {
			t.Errorf("fetched by a delivery that came too late: %d are to be sent", n)
		}
	})
}
