package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"rixue/internal/calendar"
)

// belt brings work from the database to the workers by Asynq. A task says only
// that there is something to do: what it is, and who does it, is decided in the
// database, where a claim is a commit. So nothing of weight is in Redis: a task
// that is lost is sent again with the next tick, one that comes twice finds
// nothing to do, and an empty Redis is full again within seconds.
type belt struct {
	queue string // of this account alone: several may share a Redis
	lines []line
	redis redis.UniversalClient
	log   *slog.Logger
	watch func(line string, waiting int, age time.Duration)
	now   func() time.Time // business time
	real  func() time.Time
	tick  time.Duration // how often work is looked for
	works bool          // this process has workers too
}

// line is a kind of work.
type line struct {
	name string
	size int // how much of it one task is worth
	// due counts what could be done now, at most limit, and since when.
	due  func(ctx context.Context, limit int) (n int, oldest time.Time, err error)
	work func(ctx context.Context) (n int, err error)
}

const (
	// usualTick: a person who waits for a push sees no difference below a second.
	usualTick = time.Second
	// slot is how long a task's id lives. Two processes that see the same work
	// in the same slot send one task; a task that hangs keeps the next slot's
	// from nothing.
	slot = 5 * time.Second
	// tasks is how many tasks of a line one slot sends at most.
	tasks = 4
)

// schedule looks for work and sends tasks until ctx ends.
func (b *belt) schedule(ctx context.Context) {
	client := asynq.NewClientFromRedisClient(b.redis)
	every := time.NewTicker(b.tick)
	defer every.Stop()
	for {
		for _, l := range b.lines {
			if err := b.send(ctx, client, l); err != nil && ctx.Err() == nil {
				b.log.WarnContext(ctx, "no tasks sent", "line", l.name, "error", err.Error())
				if b.works { // without Redis as well as it goes
					b.do(ctx, l)
				}
			}
		}
		select {
		case <-every.C:
		case <-ctx.Done():
			return
		}
	}
}

// send sends as many tasks as there is work for.
func (b *belt) send(ctx context.Context, client *asynq.Client, l line) error {
	n, oldest, err := l.due(ctx, tasks*l.size)
	if err != nil {
		return err
	}
	age := time.Duration(0)
	if !oldest.IsZero() {
		age = b.now().Sub(oldest)
	}
	b.watch(l.name, n, age)
	at := b.real().UnixMilli() / slot.Milliseconds()
	for i := 0; i*l.size < n; i++ {
		_, err := client.EnqueueContext(ctx, asynq.NewTask(l.name, nil), asynq.Queue(b.queue+":"+l.name),
			asynq.TaskID(fmt.Sprintf("%s:%d:%d", l.name, at, i)), asynq.MaxRetry(1), asynq.Timeout(time.Minute))
		if err != nil && !errors.Is(err, asynq.ErrTaskIDConflict) { // who was there before has sent it
			return err
		}
	}
	return nil
}

// worker carries tasks out until ctx ends, and finishes those it has begun.
func (b *belt) worker(ctx context.Context) {
	mux := asynq.NewServeMux()
	for _, l := range b.lines {
		mux.HandleFunc(l.name, func(ctx context.Context, _ *asynq.Task) error {
			b.do(ctx, l)
			return nil
		})
	}
	for ctx.Err() == nil {
		if b.redis.Ping(ctx).Err() == nil && b.serve(ctx, mux) {
			return
		}
		pause(ctx, 2*time.Second)
	}
}

// do works for one slot. What is left is due and comes again, as does what
// failed: a long push must not keep the other lines from the workers.
func (b *belt) do(ctx context.Context, l line) {
	ctx, cancel := context.WithTimeout(ctx, slot)
	defer cancel()
	if _, err := l.work(ctx); err != nil && ctx.Err() == nil {
		b.log.WarnContext(ctx, "work broken off", "line", l.name, "error", err.Error())
	}
}

// serve runs Asynq until ctx ends; false if it could not be started, which it
// does not notice by itself when Redis is away.
func (b *belt) serve(ctx context.Context, mux *asynq.ServeMux) bool {
	srv := asynq.NewServerFromRedisClient(b.redis, asynq.Config{
		Concurrency: tasks, Queues: b.queues(),
		TaskCheckInterval: b.tick / 5, ShutdownTimeout: 10 * time.Second,
		Logger: asynqLog{b.log}, LogLevel: asynq.WarnLevel,
		BaseContext: func() context.Context { return ctx },
	})
	if err := srv.Start(mux); err != nil {
		b.log.WarnContext(ctx, "workers not started", "error", err.Error())
		return false
	}
	<-ctx.Done()
	srv.Shutdown()
	return true
}

// queues gives each line a queue of its own; runs are short and come first.
func (b *belt) queues() map[string]int {
	queues := map[string]int{}
	for i, l := range b.lines {
		queues[b.queue+":"+l.name] = len(b.lines) - i
	}
	return queues
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// asynqLog writes Asynq's lines into ours.
type asynqLog struct{ *slog.Logger }

func (l asynqLog) Debug(args ...any) { l.Logger.Debug("asynq", "message", fmt.Sprint(args...)) }
func (l asynqLog) Info(args ...any)  { l.Logger.Info("asynq", "message", fmt.Sprint(args...)) }
func (l asynqLog) Warn(args ...any)  { l.Logger.Warn("asynq", "message", fmt.Sprint(args...)) }
func (l asynqLog) Error(args ...any) { l.Logger.Warn("asynq", "message", fmt.Sprint(args...)) }
func (l asynqLog) Fatal(args ...any) { l.Logger.Error("asynq", "message", fmt.Sprint(args...)) }

// runBelt starts what the roles ask for and returns what waits for its end.
func (a *App) runBelt(ctx context.Context, roles Roles) *sync.WaitGroup {
	b := a.belt()
	b.works = roles.Worker
	var running sync.WaitGroup
	if roles.Scheduler {
		running.Go(func() { a.every(ctx, 10*time.Second, "planned runs", a.Timer.Plan) })
		running.Go(func() { a.every(ctx, 5*time.Second, "receipts", a.Notify.Reconcile) })
		running.Go(func() { b.schedule(ctx) })
	}
	if roles.Worker {
		running.Go(func() { b.worker(ctx) })
	}
	return &running
}

func (a *App) belt() *belt {
	return &belt{
		queue: "rixue:" + a.Config.WeChat.AppID,
		redis: a.Redis, log: a.Log, watch: a.Metrics.line, now: a.now, real: calendar.Real, tick: cmp.Or(a.tick, usualTick),
		lines: []line{
			{"timer", 1, a.Timer.Due, a.Timer.Work},
			{"notify", 200, a.Notify.Due, a.Notify.Work},
			{"tags", tagBatch, a.Tags.due, a.Tags.work},
		},
	}
}
