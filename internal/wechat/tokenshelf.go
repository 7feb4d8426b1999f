package wechat

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	redisTimeout = 500 * time.Millisecond // of one command: Redis is a convenience here
	leadLife     = 15 * time.Second       // longer than one exchange with the platform
	leadPoll     = 50 * time.Millisecond  // how often a waiting process looks
	leadWait     = 3 * time.Second        // then it asks by itself: it gets the same token
)

// dropToken deletes the hash KEYS[1] if its token still is ARGV[1].
var dropToken = redis.NewScript(`
if redis.call('HGET', KEYS[1], 'token') == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`)

// dropLead deletes the key KEYS[1] if it still holds ARGV[1].
var dropLead = redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`)

// shelf is the place in Redis where processes share a token. Every failure of
// Redis is logged and then means "nothing there".
type shelf struct {
	rdb   redis.UniversalClient // nil: no sharing
	appID string
	name  string // what is on it: token, ticket
	log   *slog.Logger
}

// key names this account's token itself, or with a suffix what belongs to it;
// the braces keep it on one node of a cluster.
func (s shelf) key(suffix string) string { return "rixue:{wechat:" + s.appID + "}:" + s.name + suffix }

// lead returns a wanted token if another process has put one there, or the
// lead, that is, the right to ask the platform, to be given back with release.
// A process that waited too long, or cannot reach Redis, leads as well.
func (s shelf) lead(ctx context.Context, wanted func(grant) bool) (g grant, found bool, release func()) {
	release = func() {}
	if s.rdb == nil {
		return grant{}, false, release
	}
	me := rand.Text()
	for waited := time.Duration(0); waited < leadWait; waited += leadPoll {
		got, err := s.setNX(ctx, s.key(":lead"), me, leadLife)
		if err != nil {
			return grant{}, false, release
		}
		if got {
			release = func() { s.run(context.WithoutCancel(ctx), dropLead, s.key(":lead"), me) }
		}
		// Looking only after the try: whoever led before us has stored by now.
		g, ok := s.get(ctx)
		if ok && wanted(g) {
			release()
			return g, true, func() {}
		}
		if got || !pauseFor(ctx, leadPoll) {
			return grant{}, false, release
		}
	}
	return grant{}, false, release
}

func (s shelf) get(ctx context.Context) (grant, bool) {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	m, err := s.rdb.HGetAll(ctx, s.key("")).Result()
	if err != nil {
		s.complain(ctx, err)
		return grant{}, false
	}
	asked, err1 := strconv.ParseInt(m["asked"], 10, 64)
	until, err2 := strconv.ParseInt(m["until"], 10, 64)
	if m["token"] == "" || err1 != nil || err2 != nil {
		return grant{}, false
	}
	return grant{token: m["token"], asked: time.UnixMilli(asked), until: time.UnixMilli(until)}, true
}

// put stores g for the rest of its life.
func (s shelf) put(ctx context.Context, g grant, life time.Duration) {
	if s.rdb == nil || life < time.Millisecond {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	_, err := s.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, s.key(""),
			"token", g.token, "asked", g.asked.UnixMilli(), "until", g.until.UnixMilli())
		p.PExpire(ctx, s.key(""), life)
		return nil
	})
	s.complain(ctx, err)
}

func (s shelf) drop(ctx context.Context, token string) {
	if s.rdb != nil {
		s.run(ctx, dropToken, s.key(""), token)
	}
}

// takeForce reports whether any process may force a token now. When Redis
// cannot say so, none may: processes must not force against each other.
func (s shelf) takeForce(ctx context.Context) bool {
	if s.rdb == nil {
		return true
	}
	got, err := s.setNX(ctx, s.key(":force"), "1", forceInterval)
	return err == nil && got
}

func (s shelf) setNX(ctx context.Context, key, value string, life time.Duration) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	got, err := s.rdb.SetNX(ctx, key, value, life).Result()
	s.complain(ctx, err)
	return got, err
}

func (s shelf) run(ctx context.Context, script *redis.Script, key, arg string) {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	s.complain(ctx, script.Run(ctx, s.rdb, []string{key}, arg).Err())
}

func (s shelf) complain(ctx context.Context, err error) {
	if err != nil && !errors.Is(err, redis.Nil) {
		s.log.WarnContext(ctx, "wechat token not shared: redis failed", "error", err)
	}
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
