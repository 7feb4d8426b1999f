// Package db is the only way to touch SQL. It gives one transaction type over
// SQLite and PostgreSQL, who read the same SQL text: ids made in Go, times as
// Unix milliseconds, local days as TEXT 2026-11-23, $n parameters, ON
// CONFLICT, RETURNING; no now(), no autoincrement.
//
// # Writing
//
// A function that changes something runs inside [DB.Tx] or [DB.TxFor] and is
// durable when that returns nil. It must be safe to run twice: nothing but the
// transaction may be changed by it before the call returns.
//
// On SQLite there is one writer. It takes what waits (at most 256), runs the
// functions, commits once and only then lets the callers go on; if one fails
// or panics, all is undone and run again, each under a savepoint, so that it
// is rolled back alone. While one commit waits for the disk the next batch
// gathers by itself, so there is no timer. On PostgreSQL each function is a transaction of its own, as the
// server already gathers commits, and a savepoint per function would cost a
// round trip and hold other people's row locks until the whole batch is done;
// functions with the same key run in the order in which they came.
//
// # Time
//
// A transaction has one Now, taken from the clock that [Open] was given, so
// that all rows of one act agree and tests own the time.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrNoRows is what Row.Scan returns when nothing was found.
var ErrNoRows = sql.ErrNoRows

// ErrClosed is returned by a transaction that was asked for after Close.
var ErrClosed = errors.New("db: closed")

// Options of Open.
type Options struct {
	// Now is the clock of transactions; nil means time.Now.
	Now func() time.Time
	// MaxBatch bounds a group commit on SQLite; 0 means 256.
	MaxBatch int
	// Conns bounds the connections to PostgreSQL; 0 means 12.
	Conns int
}

// DB is a database, open for reading and writing.
type DB struct {
	dialect Dialect
	dsn     string  // of SQLite's writing connection
	pool    *sql.DB // on SQLite for reading alone
	writer  writer
	now     func() time.Time
	stmts   stmtCache // of reads, on SQLite
}

// writer runs functions in write transactions.
type writer interface {
	start(ctx context.Context, key string, fn func(*Tx) error) *Pending
	taken() int64
	close() error
}

// Dialect names the database at hand, for the few lines where they differ.
type Dialect string

// The two dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// Open opens the database at url: `sqlite:PATH`, or `postgres://…`. The driver
// ("sqlite" or "pgx") must be registered by the program. It does not migrate.
func Open(ctx context.Context, url string, opts Options) (*DB, error) {
	if opts.Now == nil {
		opts.Now = time.Now //nolint:forbidigo // the default of the option
	}
	if opts.MaxBatch == 0 {
		opts.MaxBatch = 256
	}
	if opts.Conns == 0 {
		opts.Conns = 12
	}
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		return openSQLite(path, opts) //nolint:contextcheck // the writer outlives the opening
	}
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return openPostgres(ctx, url, opts)
	}
	scheme, _, _ := strings.Cut(url, ":")
	return nil, fmt.Errorf("db: unknown database %q", scheme)
}

// Dialect tells which database this is.
func (d *DB) Dialect() Dialect { return d.dialect }

// Accepted counts the functions that Tx and TxFor have taken in, also those
// that still wait. Without a key PostgreSQL's are not counted.
func (d *DB) Accepted() int64 { return d.writer.taken() }

// Ping tells whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.pool.PingContext(ctx) }

// Close finishes the writes that were accepted and closes the database.
func (d *DB) Close() error {
	err := d.writer.close()
	d.stmts.close()
	return errors.Join(err, d.pool.Close())
}

// Tx runs fn in a write transaction and returns when it is durable. If fn
// returns an error nothing is changed and Tx returns that error; if it panics
// nothing is changed and Tx returns a *PanicError. fn may run more than once.
func (d *DB) Tx(ctx context.Context, fn func(*Tx) error) error {
	return d.writer.start(ctx, "", fn).Wait()
}

// TxFor is Tx with an order: functions with the same key run one after the
// other, in the order in which TxFor was called in this process.
func (d *DB) TxFor(ctx context.Context, key string, fn func(*Tx) error) error {
	return d.Start(ctx, key, fn).Wait()
}

// Start is TxFor for a caller who may not have the time to wait: the function
// has its place in the order when Start returns.
func (d *DB) Start(ctx context.Context, key string, fn func(*Tx) error) *Pending {
	return d.writer.start(ctx, key, fn)
}

// Pending is a write transaction that was asked for.
type Pending struct {
	done chan struct{}
	err  error
}

// Done is closed when it is durable or has failed.
func (p *Pending) Done() <-chan struct{} { return p.done }

// Wait waits for that and returns what came of it, as Tx does.
func (p *Pending) Wait() error {
	<-p.done
	return p.err
}

// View runs fn in a read transaction: all that it reads is of one moment.
func (d *DB) View(ctx context.Context, fn func(*Tx) error) error {
	if d.dialect == Postgres {
		return d.view(ctx, fn, func(tx *sql.Tx) runner { return direct{tx} })
	}
	var missed []string
	err := d.view(ctx, fn, func(tx *sql.Tx) runner { return &pooled{tx, &d.stmts, &missed} })
	// Only now that its connection is free: if every reader waited for a second
	// one to prepare a statement on, none would ever get it.
	for _, query := range missed {
		if _, err := d.stmts.get(context.WithoutCancel(ctx), d.pool, query); err != nil { //nolint:sqlclosecheck // kept for the next time
			return err
		}
	}
	return err
}

func (d *DB) view(ctx context.Context, fn func(*Tx) error, run func(*sql.Tx) runner) error {
	sqlTx, err := d.pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: d.dialect == Postgres, Isolation: d.viewLevel()})
	if err != nil {
		return fmt.Errorf("db: begin: %w", err)
	}
	defer sqlTx.Rollback()
	return guard(&Tx{Now: d.now(), dialect: d.dialect, run: run(sqlTx)}, fn)
}

func (d *DB) viewLevel() sql.IsolationLevel {
	if d.dialect == Postgres {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}
