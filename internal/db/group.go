package db

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// group is the single writer of SQLite: it commits whatever waits.
type group struct {
	conn  *sql.Conn
	stmts stmtCache
	now   func() time.Time
	max   int
	jobs  chan *job
	done  chan struct{}

	accepted atomic.Int64 // functions taken in

	mu     sync.RWMutex // held to send on jobs, so that close can close it
	closed bool
}

// job is a function that waits for its commit.
type job struct {
	ctx  context.Context //nolint:containedctx // a queued call, gone before its caller is
	fn   func(*Tx) error
	err  error
	done chan struct{}
}

func newGroup(conn *sql.Conn, opts Options) *group {
	g := &group{
		conn: conn, now: opts.Now, max: opts.MaxBatch,
		jobs: make(chan *job, opts.MaxBatch), done: make(chan struct{}),
	}
	go g.loop()
	return g
}

func (g *group) do(ctx context.Context, _ string, fn func(*Tx) error) error {
	j := &job{ctx: ctx, fn: fn, done: make(chan struct{})}
	g.mu.RLock()
	if g.closed {
		g.mu.RUnlock()
		return ErrClosed
	}
	select {
	case g.jobs <- j:
		g.accepted.Add(1)
		g.mu.RUnlock()
	case <-ctx.Done():
		g.mu.RUnlock()
		return ctx.Err()
	}
	// Not left early: once it runs it may commit, and the caller must know.
	<-j.done
	return j.err
}

func (g *group) taken() int64 { return g.accepted.Load() }

func (g *group) close() {
	g.mu.Lock()
	if !g.closed {
		g.closed = true
		close(g.jobs)
	}
	g.mu.Unlock()
	<-g.done
}

func (g *group) loop() {
	defer close(g.done)
	defer g.conn.Close()
	defer g.stmts.close()
	batch := make([]*job, 0, g.max)
	for first := range g.jobs {
		batch = g.gather(append(batch[:0], first))
		if err := g.commit(batch); err != nil {
			for _, j := range batch {
				if j.err == nil {
					j.err = err
				}
			}
		}
		for i, j := range batch {
			close(j.done)
			batch[i] = nil
		}
	}
}

// gather adds what waits already, without waiting for more.
func (g *group) gather(batch []*job) []*job {
	for len(batch) < g.max {
		select {
		case j, ok := <-g.jobs:
			if !ok {
				return batch
			}
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// commit runs the batch in one transaction. Its error is that of the
// transaction; the error of a function is in its job.
func (g *group) commit(batch []*job) error {
	ctx := context.Background()
	if err := g.must(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, j := range batch {
		if err := g.runOne(ctx, j); err != nil {
			g.must(ctx, "ROLLBACK")
			return err
		}
	}
	if err := g.must(ctx, "COMMIT"); err != nil {
		g.must(ctx, "ROLLBACK")
		return err
	}
	return nil
}

// runOne runs a job under its own savepoint.
func (g *group) runOne(ctx context.Context, j *job) error {
	if j.err = j.ctx.Err(); j.err != nil {
		return nil
	}
	if err := g.must(ctx, "SAVEPOINT one"); err != nil {
		return err
	}
	j.err = guard(&Tx{Now: g.now(), run: g, dialect: SQLite}, j.fn)
	if j.err != nil {
		if err := g.must(ctx, "ROLLBACK TO one"); err != nil {
			return err
		}
	}
	return g.must(ctx, "RELEASE one")
}

func (g *group) must(ctx context.Context, query string) error {
	if _, err := g.exec(ctx, query, nil); err != nil {
		return fmt.Errorf("db: %s: %w", query, err)
	}
	return nil
}

// exec and query leave the caller's context aside: the driver would keep a
// goroutine per statement for it, and one caller's hurry must not interrupt
// the connection that his neighbours share.
func (g *group) exec(_ context.Context, query string, args []any) (sql.Result, error) {
	ctx := context.Background()
	st, err := g.stmts.get(ctx, g.conn, query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

func (g *group) query(_ context.Context, query string, args []any) (*sql.Rows, error) {
	ctx := context.Background()
	st, err := g.stmts.get(ctx, g.conn, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}
