package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"rixue/internal/db"
	"rixue/internal/db/dbtest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

func insert(key string) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		_, err := tx.Exec(context.Background(), `INSERT INTO inbox (key, at, reply) VALUES ($1, $2, '')`, key, tx.Millis())
		return err
	}
}

func keys(t *testing.T, d *db.DB) []string {
	t.Helper()
	var all []string
	err := d.View(t.Context(), func(tx *db.Tx) (err error) {
		all, err = db.Column[string](t.Context(), tx, `SELECT key FROM inbox ORDER BY key`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A function that fails or panics is undone; its neighbours are not, also when
// they are committed together.
func TestFailureIsAlone(t *testing.T) {
	dbtest.Each(t, clock, func(t *testing.T, d *db.DB) {
		refused := errors.New("refused")
		var wg sync.WaitGroup
		errs := make([]error, 60)
		hold := make(chan struct{})
		wg.Go(func() { // keeps the writer busy until all others wait
			errs[0] = d.Tx(context.Background(), func(tx *db.Tx) error {
				<-hold
				return insert("k00")(tx)
			})
		})
		for i := 1; i < len(errs); i++ {
			wg.Go(func() {
				errs[i] = d.TxFor(context.Background(), fmt.Sprint(i), func(tx *db.Tx) error {
					if err := insert(fmt.Sprintf("k%02d", i))(tx); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return refused
					case 2:
						panic("boom")
					}
					return nil
				})
			})
		}
		close(hold)
		wg.Wait()
		var want []string
		for i, err := range errs {
			var p *db.PanicError
			switch {
			case i%3 == 0 && err != nil, i%3 == 1 && !errors.Is(err, refused), i%3 == 2 && !errors.As(err, &p):
				t.Errorf("job %d: %v", i, err)
			case i%3 == 0:
				want = append(want, fmt.Sprintf("k%02d", i))
			}
		}
		if got := keys(t, d); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("rows %v, want %v", got, want)
		}
	})
}

// A constraint that one function breaks must not poison the batch.
func TestBrokenConstraintIsAlone(t *testing.T) {
	dbtest.Each(t, clock, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if err := d.Tx(ctx, insert("a")); err != nil {
			t.Fatal(err)
		}
		err := d.Tx(ctx, insert("a"))
		if err == nil || db.Temporary(err) {
			t.Errorf("second insert: %v", err)
		}
		if err := d.Tx(ctx, insert("b")); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(keys(t, d)); got != "[a b]" {
			t.Error(got)
		}
	})
}

// Functions with one key run in the order of the calls.
func TestOrderPerKey(t *testing.T) {
	dbtest.Each(t, clock, func(t *testing.T, d *db.DB) {
		var mu sync.Mutex
		seen := map[string][]int{}
		hold := make(chan struct{})
		var wg sync.WaitGroup
		for i := range 40 {
			key := fmt.Sprint(i % 3)
			started := make(chan struct{})
			wg.Go(func() {
				close(started)
				err := d.TxFor(context.Background(), key, func(*db.Tx) error {
					<-hold
					mu.Lock()
					defer mu.Unlock()
					seen[key] = append(seen[key], i)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
			<-started
			d.Settle(i + 1) // the call has been taken in
		}
		close(hold)
		wg.Wait()
		for key, order := range seen {
			for i := 1; i < len(order); i++ {
				if order[i] < order[i-1] {
					t.Fatalf("key %s ran in order %v", key, order)
				}
			}
		}
	})
}

func TestClosed(t *testing.T) {
	dbtest.Each(t, clock, func(t *testing.T, d *db.DB) {
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"", "k"} {
			if err := d.TxFor(context.Background(), key, insert("x")); !errors.Is(err, db.ErrClosed) || !db.Temporary(err) {
				t.Errorf("Tx after Close: %v", err)
			}
		}
	})
}

// A caller who has given up before his turn changes nothing.
func TestCancelled(t *testing.T) {
	dbtest.Each(t, clock, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := d.TxFor(ctx, "k", insert("x")); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		if got := keys(t, d); len(got) != 0 {
			t.Error(got)
		}
	})
}

func TestOneNow(t *testing.T) {
	dbtest.Each(t, clock, func(t *testing.T, d *db.DB) {
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			if !tx.Now.Equal(noon) || tx.Millis() != noon.UnixMilli() {
				t.Errorf("Now = %v", tx.Now)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Processes that start together all find the schema up to date.
func TestMigrateTogether(t *testing.T) {
	urls := map[string]string{"sqlite": dbtest.SQLiteURL(t)}
	t.Run("sqlite", func(t *testing.T) { migrateTogether(t, urls["sqlite"]) })
	t.Run("postgres", func(t *testing.T) { migrateTogether(t, dbtest.PostgresURL(t)) })
}

func migrateTogether(t *testing.T, url string) {
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			d, err := db.Open(context.Background(), url, db.Options{Conns: 2})
			if err != nil {
				t.Error(err)
				return
			}
			defer d.Close()
			if err := d.Migrate(context.Background()); err != nil {
				t.Error(err)
			}
			if p, err := d.Pending(context.Background()); p || err != nil {
				t.Errorf("pending %v, %v", p, err)
			}
		})
	}
	wg.Wait()
}

func TestSQLiteIsDurable(t *testing.T) {
	d := dbtest.New(t, clock)
	err := d.Tx(t.Context(), func(tx *db.Tx) error {
		var mode string
		var sync int
		if err := tx.QueryRow(t.Context(), `PRAGMA journal_mode`).Scan(&mode); err != nil {
			return err
		}
		if err := tx.QueryRow(t.Context(), `PRAGMA synchronous`).Scan(&sync); err != nil {
			return err
		}
		if mode != "wal" || sync != 2 {
			t.Errorf("journal %s, synchronous %d", mode, sync)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.View(t.Context(), insert("x")); err == nil {
		t.Error("a View may write")
	}
}

// What is read is the same in a write transaction, which on SQLite goes to the
// driver itself, and in a read one.
func TestScan(t *testing.T) {
	dbtest.Each(t, clock, func(t *testing.T, d *db.DB) {
		for name, run := range map[string]func(context.Context, func(*db.Tx) error) error{"Tx": d.Tx, "View": d.View} {
			err := run(t.Context(), func(tx *db.Tx) error {
				var text string
				var raw []byte
				var n int
				var half float64
				var yes bool
				err := tx.QueryRow(t.Context(), `SELECT 'text', 'text', CAST(7 AS BIGINT), CAST(0.5 AS DOUBLE PRECISION), 1 < 2`).
					Scan(&text, &raw, &n, &half, &yes)
				if err != nil || text != "text" || string(raw) != "text" || n != 7 || half != 0.5 || !yes {
					t.Errorf("%s: %q %q %d %v %v, %v", name, text, raw, n, half, yes, err)
				}
				return nil
			})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, wrong := range []string{`SELECT 'text'`, `SELECT NULL`, `SELECT 1, 2`} {
				var n int
				if run(t.Context(), func(tx *db.Tx) error { return tx.QueryRow(t.Context(), wrong).Scan(&n) }) == nil {
					t.Errorf("%s: %s was scanned into %d", name, wrong, n)
				}
			}
		}
	})
}

func TestNewID(t *testing.T) {
	for n, next := range map[int]func() string{26: db.NewID, 13: db.NewKey} {
		last := ""
		for range 10_000 {
			id := next()
			if len(id) != n || id <= last {
				t.Fatalf("%q after %q", id, last)
			}
			last = id
		}
	}
}
