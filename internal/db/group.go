package db

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// group is the single writer of SQLite: it commits whatever waits.
type group struct {
	conn *conn
	now  func() time.Time
	max  int
	jobs chan *job
	done chan struct{}

	accepted atomic.Int64 // functions taken in

	mu     sync.RWMutex // held to send on jobs, so that close can close it
	closed bool
}

// job is a function that waits for its commit.
type job struct {
	Pending
	ctx context.Context //nolint:containedctx // a queued call, gone before its caller is
	fn  func(*Tx) error
}

// finish tells who waits what came of it.
func (j *job) finish(err error) *Pending {
	j.err = err
	close(j.done)
	return &j.Pending
}

func newGroup(conn *conn, opts Options) *group {
	g := &group{
		conn: conn, now: opts.Now, max: opts.MaxBatch,
		jobs: make(chan *job, opts.MaxBatch), done: make(chan struct{}),
	}
	go g.loop()
	return g
}

func (g *group) start(ctx context.Context, _ string, fn func(*Tx) error) *Pending {
	j := &job{Pending: Pending{done: make(chan struct{})}, ctx: ctx, fn: fn}
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.closed {
		return j.finish(ErrClosed)
	}
	select {
	case g.jobs <- j:
		g.accepted.Add(1)
		return &j.Pending
	case <-ctx.Done():
		return j.finish(ctx.Err())
	}
}

func (g *group) taken() int64 { return g.accepted.Load() }

func (g *group) close() error {
	g.mu.Lock()
	before := g.closed
	if !before {
		g.closed = true
		close(g.jobs)
	}
	g.mu.Unlock()
	<-g.done
	if before {
		return nil
	}
	return g.conn.close()
}

func (g *group) loop() {
	defer close(g.done)
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
//
// Failures are rare, so the batch is first run without savepoints; if one of
// its functions fails, all is undone and run again, each under a savepoint.
func (g *group) commit(batch []*job) error {
	ctx := context.Background() // the batch is nobody's alone
	if err := g.must(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, j := range batch {
		if j.err = j.ctx.Err(); j.err != nil {
			continue
		}
		if j.err = guard(&Tx{Now: g.now(), run: g.conn, dialect: SQLite}, j.fn); j.err == nil {
			continue
		}
		if len(batch) == 1 {
			return g.must(ctx, "ROLLBACK")
		}
		if err := g.must(ctx, "ROLLBACK"); err != nil {
			return err
		}
		return g.commitApart(ctx, batch)
	}
	return g.end(ctx)
}

// commitApart is commit with a savepoint for each function.
func (g *group) commitApart(ctx context.Context, batch []*job) error {
	if err := g.must(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, j := range batch {
		if err := g.runOne(ctx, j); err != nil {
			return errors.Join(err, g.must(ctx, "ROLLBACK"))
		}
	}
	return g.end(ctx)
}

func (g *group) end(ctx context.Context) error {
	if err := g.must(ctx, "COMMIT"); err != nil {
		return errors.Join(err, g.must(ctx, "ROLLBACK"))
	}
	return nil
}

// runOne runs a job under its own savepoint.
func (g *group) runOne(ctx context.Context, j *job) error {
	if j.err = j.ctx.Err(); j.err != nil {
		return nil //nolint:nilerr // the job's own error, not the transaction's
	}
	if err := g.must(ctx, "SAVEPOINT one"); err != nil {
		return err
	}
	j.err = guard(&Tx{Now: g.now(), run: g.conn, dialect: SQLite}, j.fn)
	if j.err != nil {
		if err := g.must(ctx, "ROLLBACK TO one"); err != nil {
			return err
		}
	}
	return g.must(ctx, "RELEASE one")
}

func (g *group) must(ctx context.Context, query string) error {
	if _, err := g.conn.exec(ctx, query, nil); err != nil {
		return fmt.Errorf("db: %s: %w", query, err)
	}
	return nil
}
