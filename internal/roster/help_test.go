package roster_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"sync"
	"testing"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/db/dbtest"
	"rixue/internal/office"
	"rixue/internal/roster"
	"rixue/internal/seal"
)

// world is a roster on a database with a clock that tests move.
type world struct {
	*testing.T
	db *db.DB
	*roster.Service

	mu  sync.Mutex
	now time.Time
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	w := &world{}
	dbtest.Each(t, func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now }, func(t *testing.T, d *db.DB) {
		ring, err := seal.Parse(seal.New())
		if err != nil {
			t.Fatal(err)
		}
		w.T, w.db, w.Service = t, d, roster.New(ring)
		w.set(time.Date(2026, 11, 23, 9, 0, 0, 0, calendar.Shanghai))
		test(w)
	})
}

func (w *world) set(t time.Time) { w.mu.Lock(); w.now = t; w.mu.Unlock() }

func (w *world) pass(d time.Duration) { w.mu.Lock(); w.now = w.now.Add(d); w.mu.Unlock() }

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) tx(fn func(ctx context.Context, tx *db.Tx) error) {
	w.Helper()
	w.must(w.db.Tx(w.Context(), func(tx *db.Tx) error { return fn(w.Context(), tx) }))
}

// list is a file in the usual columns; a row is written with blanks between.
func list(t *testing.T, rows ...string) roster.File {
	t.Helper()
	text := "工号,姓名,手机号,科室,窗口,所在支部,党小组,政治面貌,角色\n"
	for _, r := range rows {
		text += strings.ReplaceAll(r, " ", ",") + "\n"
	}
	return parse(t, text)
}

func parse(t *testing.T, text string) roster.File {
	t.Helper()
	table, err := office.ReadTable(strings.NewReader(text), roster.Spec())
	if err != nil {
		t.Fatal(err)
	}
	return roster.Parse(table)
}

func (w *world) apply(f roster.File, o roster.Options) roster.Diff {
	w.Helper()
	d, err := w.Apply(w.Context(), w.db, f, o)
	w.must(err)
	return d
}

func (w *world) plan(f roster.File) (d roster.Diff) {
	w.Helper()
	w.must(w.db.View(w.Context(), func(tx *db.Tx) (err error) {
		d, err = w.Plan(w.Context(), tx, f)
		return err
	}))
	return d
}

func (w *world) member(staffNo string) (m roster.Member) {
	w.Helper()
	w.must(w.db.View(w.Context(), func(tx *db.Tx) (err error) {
		m, err = w.MemberByStaffNo(w.Context(), tx, staffNo)
		return err
	}))
	return m
}

// follow adds followers of the account.
func (w *world) follow(ids ...string) {
	w.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		for _, id := range ids {
			_, err := tx.Exec(ctx, `INSERT INTO person (id, openid, followed, first_at, last_at) VALUES ($1, $2, $3, $4, $4)`,
				id, []byte{1}, true, tx.Millis())
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// bound tells to which staff number a follower is bound.
func (w *world) bound(personID string) string {
	w.Helper()
	no := ""
	w.must(w.db.View(w.Context(), func(tx *db.Tx) error {
		all, err := db.Column[string](w.Context(), tx, `SELECT m.staff_no FROM person p JOIN member m ON m.id = p.member_id WHERE p.id = $1`, personID)
		no = strings.Join(all, " ")
		return err
	}))
	return no
}

func (w *world) count(query string, args ...any) (n int) {
	w.Helper()
	w.must(w.db.View(w.Context(), func(tx *db.Tx) error { return tx.QueryRow(w.Context(), query, args...).Scan(&n) }))
	return n
}

func (w *world) issue() map[string]string {
	w.Helper()
	codes := map[string]string{}
	w.must(w.IssueCodes(w.Context(), w.db, func(list []roster.Code) error {
		for _, c := range list {
			codes[c.StaffNo] = c.Code
		}
		return nil
	}))
	return codes
}

func (w *world) renew(staffNo string) (c roster.Code) {
	w.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) (err error) { c, err = w.Renew(ctx, tx, staffNo); return err })
	return c
}

func (w *world) bind(personID, staffNo, name, code string) (r roster.BindResult) {
	w.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = w.Bind(ctx, tx, personID, staffNo, name, code)
		return err
	})
	return r
}

func (w *world) scan(personID, scene string) (r roster.BindResult) {
	w.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = w.BindByScene(ctx, tx, personID, scene)
		return err
	})
	return r
}

func writeCSV(header []string, rows [][]string) (string, error) {
	var b bytes.Buffer
	c := csv.NewWriter(&b)
	err := c.WriteAll(append([][]string{header}, rows...))
	return b.String(), err
}
