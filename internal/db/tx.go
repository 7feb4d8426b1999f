package db

import (
	"context"
	"database/sql"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// Tx is an open transaction. It is used by one goroutine and is of no use
// after the function that got it has returned.
type Tx struct {
	// Now is the moment of this transaction.
	Now     time.Time
	run     runner
	dialect Dialect
}

// runner is what carries out statements: a connection that keeps its prepared
// statements, or a transaction of a pool.
type runner interface {
	exec(ctx context.Context, query string, args []any) (changed int64, err error)
	query(ctx context.Context, query string, args []any) (rows, error)
}

// rows is what a query answers: database/sql's or a conn's.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// Millis is Now as the database keeps times: Unix milliseconds.
func (tx *Tx) Millis() int64 { return tx.Now.UnixMilli() }

// Exec carries out a statement and returns how many rows it changed.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	n, err := tx.run.exec(ctx, query, args)
	return n, wrap(err, query)
}

// Rows is the answer to a query.
type Rows struct{ rows }

// Close ends the query; it is safe to call twice. What went wrong is in Err.
func (r Rows) Close() { r.rows.Close() } //nolint:errcheck // see above

// Query carries out a query of many rows. The caller closes them.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	rows, err := tx.run.query(ctx, query, args)
	if err != nil {
		return Rows{}, wrap(err, query)
	}
	return Rows{rows}, nil
}

// Row is the answer to a query of one row.
type Row struct {
	rows  rows
	err   error
	query string
}

// QueryRow carries out a query of which the first row is wanted.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) Row {
	rows, err := tx.run.query(ctx, query, args)
	return Row{rows, err, query}
}

// Scan copies the row's columns into dest; ErrNoRows if there was none.
func (r Row) Scan(dest ...any) error {
	if r.err != nil {
		return wrap(r.err, r.query)
	}
	defer r.rows.Close() //nolint:errcheck // an error before is what counts
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return wrap(err, r.query)
		}
		return ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return wrap(err, r.query)
	}
	// A statement with RETURNING has done its work only when it ran to its end.
	for r.rows.Next() {
	}
	if err := r.rows.Err(); err != nil {
		return wrap(err, r.query)
	}
	return r.rows.Close()
}

// All collects the rows of a query; scan reads one.
func All[T any](ctx context.Context, tx *Tx, scan func(Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, wrap(err, query)
		}
		all = append(all, one)
	}
	return all, wrap(rows.Err(), query)
}

// Column collects the first column of a query's rows.
func Column[T any](ctx context.Context, tx *Tx, query string, args ...any) ([]T, error) {
	return All(ctx, tx, func(r Rows) (v T, err error) { return v, r.Scan(&v) }, query, args...)
}

// PanicError is a panic of a transaction's function. Its text names no value,
// as that may hold what a person wrote.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %T", e.Value) }

// guard runs fn and turns its panic into an error, so that a fault in one
// function cannot take down its neighbours' transaction.
func guard(tx *Tx, fn func(*Tx) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{v, debug.Stack()}
		}
	}()
	return fn(tx)
}

// changed is how many rows a statement changed.
func changed(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// direct runs statements on a transaction whose driver keeps prepared
// statements by itself (pgx).
type direct struct{ tx *sql.Tx }

func (d direct) exec(ctx context.Context, query string, args []any) (int64, error) {
	return changed(d.tx.ExecContext(ctx, query, args...))
}

func (d direct) query(ctx context.Context, query string, args []any) (rows, error) {
	return d.tx.QueryContext(ctx, query, args...) //nolint:rowserrcheck // handed to the caller
}

// pooled runs statements prepared once for the pool. One that is new is run as
// it is, and noted to be prepared when the transaction has ended.
type pooled struct {
	tx     *sql.Tx
	cache  *stmtCache
	missed *[]string
}

func (p *pooled) exec(ctx context.Context, query string, args []any) (int64, error) {
	return changed(p.tx.ExecContext(ctx, query, args...)) // views do not write
}

func (p *pooled) query(ctx context.Context, query string, args []any) (rows, error) {
	if st := p.cache.look(query); st != nil {
		return p.tx.StmtContext(ctx, st).QueryContext(ctx, args...) //nolint:sqlclosecheck,rowserrcheck // ends with the transaction; handed to the caller
	}
	*p.missed = append(*p.missed, query)
	return p.tx.QueryContext(ctx, query, args...) //nolint:rowserrcheck // handed to the caller
}

// stmtCache keeps prepared statements by their text. Texts are constants of
// the program, so it does not grow without bound.
type stmtCache struct {
	mu sync.RWMutex
	m  map[string]*sql.Stmt
}

// look returns a statement that is prepared, or nil.
func (c *stmtCache) look(query string) *sql.Stmt {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.m[query]
}

func (c *stmtCache) get(ctx context.Context, p *sql.DB, query string) (*sql.Stmt, error) {
	if st := c.look(query); st != nil {
		return st, nil
	}
	st, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.m[query]; old != nil {
		st.Close() //nolint:sqlclosecheck // made twice at the same moment
		return old, nil
	}
	if c.m == nil {
		c.m = map[string]*sql.Stmt{}
	}
	c.m[query] = st
	return st, nil
}

func (c *stmtCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, st := range c.m {
		st.Close()
	}
	c.m = nil
}
