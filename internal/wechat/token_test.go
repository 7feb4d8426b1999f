package wechat_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"rixue/internal/wechat"
	"rixue/internal/wechat/wechatsim"
)

// clock is moved by hand and shared by platform and client.
type clock struct{ seconds atomic.Int64 }

func (c *clock) Now() time.Time {
	return time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC).Add(time.Duration(c.seconds.Load()) * time.Second)
}

func (c *clock) Add(d time.Duration) { c.seconds.Add(int64(d / time.Second)) }

func withRedis(t *testing.T) (*miniredis.Miniredis, func(*wechat.Config)) {
	t.Helper()
	server := miniredis.RunT(t)
	return server, func(cfg *wechat.Config) {
		rdb := redis.NewClient(&redis.Options{Addr: server.Addr(), MaxRetries: -1, DialerRetries: 1})
		t.Cleanup(func() { rdb.Close() })
		cfg.Redis = rdb
	}
}

// hundred lets a hundred goroutines call through clients in turn.
func hundred(t *testing.T, clients ...*wechat.Client) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			if _, err := clients[i%len(clients)].CallbackIPs(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestTwoClientsShareOneToken(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	_, shared := withRedis(t)
	hundred(t, p.client(t, shared), p.client(t, shared))
	if n := p.Calls(tokenPath); n != 1 {
		t.Errorf("%d tokens fetched", n)
	}
}

func TestTokenIsFetchedAgainAtHalfItsLife(t *testing.T) {
	var now clock
	p := newPlatform(t, wechatsim.Options{Now: now.Now})
	c := p.client(t, func(cfg *wechat.Config) { cfg.Now = now.Now })
	for _, step := range []struct {
		wait    time.Duration
		fetches int
	}{{0, 1}, {time.Hour - time.Second, 1}, {time.Second, 2}, {30*time.Minute - time.Second, 2}, {time.Second, 3}} {
		now.Add(step.wait)
		if _, err := c.CallbackIPs(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := p.Calls(tokenPath); n != step.fetches {
			t.Errorf("after %v: %d fetches, want %d", step.wait, n, step.fetches)
		}
	}
	// With the platform's token endpoint down the token is used to its end.
	p.AddFault(wechatsim.Fault{Path: tokenPath, Code: -1})
	now.Add(25 * time.Minute)
	if _, err := c.CallbackIPs(t.Context()); err != nil {
		t.Errorf("with five minutes left: %v", err)
	}
	now.Add(5 * time.Minute)
	if _, err := c.CallbackIPs(t.Context()); failure(t, err).Class != wechat.ClassNow {
		t.Errorf("at its end: %v", err)
	}
}

func TestKilledTokenIsReplacedOnce(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	_, shared := withRedis(t)
	one, two := p.client(t, shared), p.client(t, shared)
	hundred(t, one, two)
	p.KillTokens()
	hundred(t, one, two)
	if n := p.Calls(tokenPath); n != 2 {
		t.Errorf("%d tokens fetched, want one and one more", n)
	}
	if n := p.Calls(ipPath); n > 300 {
		t.Errorf("%d calls for 200 requests, each repeated at most once where it was refused", n)
	}
}

func TestTokenThatStaysBadIsForcedOnceAndThenAnAlarm(t *testing.T) {
	for _, shared := range []bool{false, true} {
		t.Run(fmt.Sprint("redis ", shared), func(t *testing.T) {
			p := newPlatform(t, wechatsim.Options{})
			change := func(*wechat.Config) {}
			if shared {
				_, change = withRedis(t)
			}
			c := p.client(t, change)
			p.AddFault(wechatsim.Fault{Path: ipPath, Code: 40001, Msg: "invalid credential"})
			for range 10 {
				_, err := c.CallbackIPs(t.Context())
				if e := failure(t, err); e.Class != wechat.ClassAlarm || e.Code != 40001 {
					t.Errorf("%+v", e)
				}
			}
			// The first request: a fetch, the call, a fetch that brings the
			// same token, a forced one, the call again. The second: the call,
			// a fetch that brings the same. The others: the call alone.
			if n := p.Calls(tokenPath); n != 4 {
				t.Errorf("%d tokens fetched", n)
			}
			if n := p.Calls(ipPath); n != 11 {
				t.Errorf("%d calls for 10 requests", n)
			}
			a := p.writer("a")
			if err := c.SendText(t.Context(), a.OpenID(), "x"); err != nil {
				t.Errorf("another path: %v", err)
			}
		})
	}
}

func TestRefusedTokenOfAnotherTimeDoesNotDropTheCurrentOne(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	server, shared := withRedis(t)
	old, fresh := p.client(t, shared), p.client(t, shared)
	hundred(t, old, fresh)
	p.KillTokens()
	hundred(t, fresh) // has put the next token into Redis
	token, err := fresh.AccessToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	hundred(t, old) // still holds the killed one
	if got := server.HGet("rixue:{wechat:wx1}:token", "token"); got != token {
		t.Errorf("redis holds %q, want the current token", got)
	}
	if n := p.Calls(tokenPath); n != 2 {
		t.Errorf("%d tokens fetched", n)
	}
}

func TestWithoutRedisEachAsksForItself(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	server, shared := withRedis(t)
	one, two := p.client(t, shared), p.client(t, shared)
	server.Close()
	hundred(t, one, two)
	if n := p.Calls(tokenPath); n != 2 {
		t.Errorf("%d tokens fetched, want one a process", n)
	}
	a, err := one.AccessToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if b, err := two.AccessToken(t.Context()); err != nil || a != b {
		t.Errorf("tokens differ (%v)", err)
	}
	p.KillTokens()
	hundred(t, one, two)
}

func TestWrongSecretIsAnAlarmAndNotRepeated(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	c := p.client(t, func(cfg *wechat.Config) { cfg.AppSecret = "SESAME" })
	for range 10 {
		_, err := c.AccessToken(t.Context())
		if e := failure(t, err); e.Class != wechat.ClassAlarm || e.Code != 40125 {
			t.Errorf("%+v", e)
		}
	}
	if n := p.Calls(tokenPath); n != 1 {
		t.Errorf("%d tries", n)
	}
}
