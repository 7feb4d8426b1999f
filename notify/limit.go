package notify

import (
	"context"
	"sync"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"golang.org/x/time/rate"
)

// limiter keeps the pace of all processes together: tokens are taken from Redis
// a handful at a time, and where Redis does not answer, from a bucket of this
// process.
type limiter struct {
	perSecond int
	shared    *redis_rate.Limiter
	own       *rate.Limiter

	mu     sync.Mutex
	tokens int // taken and not used yet
	real   func() time.Time
	alone  time.Time // until then Redis is not asked
}

// aloneFor is how long a process keeps its own pace after Redis failed.
const aloneFor = 5 * time.Second

// handful is how many tokens one question to Redis brings at most. They are
// used at once, so the pace errs by no more.
const handful = 20

func newLimiter(c Config) *limiter {
	l := &limiter{perSecond: c.PerSecond, real: c.Real}
	if c.PerSecond > 0 {
		l.own = rate.NewLimiter(rate.Limit(c.PerSecond), handful)
		if c.Redis != nil {
			l.shared = redis_rate.NewLimiter(c.Redis)
		}
	}
	return l
}

// wait returns when one more message may be sent, or ctx ends.
func (l *limiter) wait(ctx context.Context) error {
	if l.perSecond == 0 {
		return ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.tokens == 0 {
		if l.shared == nil || l.real().Before(l.alone) {
			return l.own.Wait(ctx)
		}
		pause, err := l.take(ctx)
		if err != nil {
			l.alone = l.real().Add(aloneFor)
			continue
		}
		if l.tokens == 0 && !pauseFor(ctx, pause) {
			return ctx.Err()
		}
	}
	l.tokens--
	return ctx.Err()
}

// pauseFor waits for d; false if ctx ended first.
func pauseFor(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// take asks Redis for tokens and returns how long to wait if there are none.
func (l *limiter) take(ctx context.Context) (pause time.Duration, err error) {
	ask, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	limit := redis_rate.Limit{Rate: l.perSecond, Burst: handful, Period: time.Second}
	res, err := l.shared.AllowAtMost(ask, "notify", limit, handful)
	if err != nil {
		return 0, err
	}
	l.tokens = res.Allowed
	return res.RetryAfter, nil
}
