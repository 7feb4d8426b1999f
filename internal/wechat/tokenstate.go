package wechat

import "context"

// This file holds what tokens keeps in memory; all of it under one mutex which
// is never held while somebody else is asked.

func (t *tokens) current() grant {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cur
}

func (t *tokens) remember(g grant) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cur, t.failure = g, nil
}

// keep stores a token from the platform in memory and in Redis.
func (t *tokens) keep(ctx context.Context, g grant) grant {
	t.remember(g)
	t.shelf.put(ctx, g, g.until.Sub(t.now()))
	return g
}

// forget drops the token where it still is the current one: somebody else may
// have put a better one there already.
func (t *tokens) forget(ctx context.Context, token string) {
	t.mu.Lock()
	if t.cur.token == token {
		t.cur = grant{}
	}
	t.mu.Unlock()
	t.shelf.drop(ctx, token)
}

// fail remembers a failed fetch, so that a burst of calls does not become a
// burst of fetches. While the current token still is good nobody need wait for
// another try.
func (t *tokens) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	pause := pauseRefused
	if e, ok := asError(err); ok && e.Temporary() {
		pause = pauseBusy
	}
	if t.cur.usable(t.now()) {
		pause = pauseGood
	}
	t.failure, t.pausedUntil = err, t.real().Add(pause)
}

// paused returns the last failure while it is too early to try again.
func (t *tokens) paused() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failure != nil && t.real().Before(t.pausedUntil) {
		return t.failure
	}
	return nil
}
