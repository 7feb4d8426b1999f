package db

import (
	"context"
	"database/sql"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"
)

// openPostgres opens a pool. Statements are prepared and kept by pgx.
func openPostgres(ctx context.Context, url string, opts Options) (*DB, error) {
	pool, err := sql.Open("pgx", url)
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	pool.SetMaxOpenConns(opts.Conns)
	pool.SetMaxIdleConns(opts.Conns)
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("db: PostgreSQL does not answer: %w", err)
	}
	d := &DB{dialect: Postgres, pool: pool, now: opts.Now}
	d.writer = newLanes(pool, opts)
	return d, nil
}

// lanes runs functions in transactions of their own; those with the same key
// share a lane and so keep their order. Fewer lanes than connections, so that
// reads and functions without a key are not starved.
type lanes struct {
	pool  *sql.DB
	now   func() time.Time
	seed  maphash.Seed
	lanes []chan *job
	wg    sync.WaitGroup

	accepted atomic.Int64 // functions taken in

	mu     sync.RWMutex
	closed bool
}

func newLanes(pool *sql.DB, opts Options) *lanes {
	l := &lanes{pool: pool, now: opts.Now, seed: maphash.MakeSeed(), lanes: make([]chan *job, max(1, opts.Conns*2/3))}
	for i := range l.lanes {
		l.lanes[i] = make(chan *job, opts.MaxBatch)
		l.wg.Go(func() {
			for j := range l.lanes[i] {
				if j.err = j.ctx.Err(); j.err == nil {
					j.err = l.once(j.ctx, j.fn)
				}
				close(j.done)
			}
		})
	}
	return l
}

func (l *lanes) start(ctx context.Context, key string, fn func(*Tx) error) *Pending {
	j := &job{Pending: Pending{done: make(chan struct{})}, ctx: ctx, fn: fn}
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return j.finish(ErrClosed)
	}
	if key == "" {
		l.wg.Go(func() { j.finish(l.once(ctx, fn)) })
		return &j.Pending
	}
	lane := l.lanes[maphash.String(l.seed, key)%uint64(len(l.lanes))]
	select {
	case lane <- j:
		l.accepted.Add(1)
		return &j.Pending
	case <-ctx.Done():
		return j.finish(ctx.Err())
	}
}

func (l *lanes) taken() int64 { return l.accepted.Load() }

func (l *lanes) close() error {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		for _, c := range l.lanes {
			close(c)
		}
	}
	l.mu.Unlock()
	l.wg.Wait()
	return nil
}

// once runs fn until it was not in conflict with a neighbour: PostgreSQL
// breaks a deadlock by failing one of its parties.
func (l *lanes) once(ctx context.Context, fn func(*Tx) error) error {
	const tries = 5
	var err error
	for range tries {
		if err = l.try(ctx, fn); !conflict(err) {
			return err
		}
	}
	return err
}

func (l *lanes) try(ctx context.Context, fn func(*Tx) error) error {
	tx, err := l.pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("db: begin: %w", err)
	}
	defer tx.Rollback()
	if err := guard(&Tx{Now: l.now(), run: direct{tx}, dialect: Postgres}, fn); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("db: commit: %w", err)
	}
	return nil
}
