package wechat

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	loadTimeout  = 25 * time.Second // waiting for another process, then two exchanges
	pauseBusy    = time.Second      // between tries while the platform is busy
	pauseGood    = 5 * time.Second  // the same while the current token still is good
	pauseRefused = 30 * time.Second // between tries while it refuses secret or address
	insistPause  = 10 * time.Second // how long "this token is the right one" is believed

	// forceInterval lies between two forced tokens, over all processes. The
	// platform asks for 30 s and grants 20 a day: with 75 minutes these 20 are
	// never used up, and a forced token that is refused is not forced again.
	forceInterval = 75 * time.Minute
)

// grant is one token or ticket with its life, by the platform's clock.
type grant struct {
	token string
	asked time.Time
	until time.Time
}

// usable reports whether the platform should still accept the token.
func (g grant) usable(now time.Time) bool { return g.token != "" && now.Before(g.until) }

// fresh reports whether less than half of what was left of its life is over.
func (g grant) fresh(now time.Time) bool {
	return g.usable(now) && now.Sub(g.asked) < g.until.Sub(g.asked)/2
}

// tokens keeps one thing that the platform gives out for a time to everyone who
// asks: the account's access token, or its JS-SDK ticket, which is nowhere
// refused and so never replaced.
type tokens struct {
	path  string // of the call that brings it, for errors
	fetch func(ctx context.Context, force bool) (grant, error)
	shelf shelf
	log   *slog.Logger
	now   func() time.Time // by which tokens age
	real  func() time.Time // by which back-off is measured

	flight singleflight.Group // one conversation about the token at a time

	mu          sync.Mutex
	cur         grant
	failure     error     // of the last fetch
	pausedUntil time.Time // no fetch before
	insisted    string    // the platform calls this token the right one,
	insistUntil time.Time // until then we do not ask again
	forcedAt    time.Time // when this process last forced a token
}

// get returns a token that should be valid.
func (t *tokens) get(ctx context.Context) (string, error) {
	cur := t.current()
	if cur.fresh(t.now()) {
		return cur.token, nil
	}
	g, err := t.single(ctx, "get", func(ctx context.Context) (grant, error) { return t.load(ctx, "") })
	if err != nil && cur.usable(t.now()) && ctx.Err() == nil {
		return cur.token, nil
	}
	return g.token, err
}

// replace returns another token than the refused one, or the refused one
// itself if the platform insists on it.
func (t *tokens) replace(ctx context.Context, refused string) (string, error) {
	if t.insists(refused) {
		return refused, nil
	}
	g, err := t.single(ctx, "replace "+refused, func(ctx context.Context) (grant, error) {
		t.forget(ctx, refused)
		g, err := t.load(ctx, refused)
		if err != nil || g.token != refused {
			return g, err
		}
		return t.insist(ctx, g)
	})
	return g.token, err
}

// insist deals with a refused token which the platform calls the right one: it
// is made to issue another one where that is allowed.
func (t *tokens) insist(ctx context.Context, g grant) (grant, error) {
	if t.mayForce(ctx) {
		forced, err := t.fetch(ctx, true)
		if err == nil {
			t.log.WarnContext(ctx, "wechat token forced: the platform refused the one it gave out")
			return t.keep(ctx, forced), nil
		}
		t.log.ErrorContext(ctx, "wechat token could not be forced", "error", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.insisted, t.insistUntil = g.token, t.real().Add(insistPause)
	return g, nil
}

// insists reports whether the platform called this token the right one a
// moment ago.
func (t *tokens) insists(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return token == t.insisted && t.real().Before(t.insistUntil)
}

// mayForce reports whether the platform may be made to issue a token, and if
// so takes the permission.
func (t *tokens) mayForce(ctx context.Context) bool {
	t.mu.Lock()
	now := t.real()
	ok := t.forcedAt.IsZero() || now.Sub(t.forcedAt) >= forceInterval
	if ok {
		t.forcedAt = now
	}
	t.mu.Unlock()
	return ok && t.shelf.takeForce(ctx)
}

// load brings a fresh token other than refused from memory, Redis or the
// platform. The platform may give out the refused one.
func (t *tokens) load(ctx context.Context, refused string) (grant, error) {
	wanted := func(g grant) bool { return g.token != refused && g.fresh(t.now()) }
	if cur := t.current(); wanted(cur) {
		return cur, nil
	}
	if err := t.paused(); err != nil {
		return grant{}, err
	}
	g, found, release := t.shelf.lead(ctx, wanted)
	if found {
		t.remember(g)
		return g, nil
	}
	defer release()
	g, err := t.fetch(ctx, false)
	if err != nil {
		t.fail(err)
		t.log.ErrorContext(ctx, "wechat token not fetched", "path", t.path, "error", err)
		return grant{}, err
	}
	return t.keep(ctx, g), nil
}

// single lets one goroutine do what many ask for. The work goes on when the
// first who asked gives up.
func (t *tokens) single(ctx context.Context, key string, work func(context.Context) (grant, error)) (grant, error) {
	done := t.flight.DoChan(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		return work(ctx)
	})
	select {
	case r := <-done:
		return r.Val.(grant), r.Err
	case <-ctx.Done():
		return grant{}, noAnswer(t.path, NoAnswer, ClassNow, ctx.Err())
	}
}
