package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"rixue/bot"
	"rixue/internal/db"
	"rixue/internal/web"
	"rixue/notify"
)

// Roles are what a process does: answer the web, work tasks off, look for what
// is due.
type Roles struct{ Web, Worker, Scheduler bool }

// Serve runs the product until ctx ends, then lets go of nothing that it has
// begun: callbacks under way get their replies. A process without the web role
// answers health and metrics alone.
func Serve(ctx context.Context, a *App, roles Roles) error {
	if err := a.Config.CheckServe(); err != nil {
		return err
	}
	tuneMemory()
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", a.Config.Listen)
	if err != nil {
		return fmt.Errorf("listen: %s cannot be opened; choose another address: %w", a.Config.Listen, err)
	}
	handler, err := a.callback()
	if err != nil {
		return err
	}
	a.announce(ln.Addr().String())
	return a.serve(ctx, ln, a.routes(handler, roles), handler, roles)
}

// routes is what the process answers.
func (a *App) routes(handler *bot.Handler, roles Roles) http.Handler {
	c := web.Config{Metrics: a.Metrics.handler(), Ready: a.ready}
	if roles.Web {
		c.Callback, c.VerifyDir = handler, filepath.Join(a.Config.DataDir, "verify")
		c.Members = a.members()
	}
	return web.New(c)
}

// serve does what the roles ask for until ctx ends.
func (a *App) serve(ctx context.Context, ln net.Listener, routes http.Handler, handler *bot.Handler, roles Roles) error {
	var loops sync.WaitGroup
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	if roles.Worker {
		loops.Go(func() { a.every(work, 2*time.Second, "late replies", a.tellLate(handler)) })
		loops.Go(func() { a.every(work, time.Hour, "old marks", handler.Forget) })
	}
	belt := a.runBelt(work, roles)
	srv := web.Server(routes)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	a.Log.Info("stopping")
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	err = errors.Join(err, srv.Shutdown(end))
	stop()
	loops.Wait()
	belt.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

func (a *App) announce(addr string) {
	a.Log.Info("serving", "listen", addr, "public_url", a.Config.PublicURL,
		"database", a.DB.Dialect(), "safe_mode", a.Config.WeChat.EncodingAESKey != "")
	if a.Config.RedisURL == "embedded" {
		a.Log.Info("embedded Redis: for one process only; run several with PostgreSQL and Redis")
	}
	if a.Config.WeChat.EncodingAESKey == "" {
		a.Log.Warn("plain mode: callbacks are readable on their way; set wechat.encoding_aes_key")
	}
}

// ready tells why this process should get no callbacks. Redis being away is no
// reason: nothing that a callback needs is there.
func (a *App) ready(ctx context.Context) error { return a.DB.Ping(ctx) }

// tellLate sends the replies that missed their callback as messages of their
// own: the person waits for them, so quiet hours do not hold them.
func (a *App) tellLate(h *bot.Handler) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := h.Late(ctx, func(ctx context.Context, tx *db.Tx, personID, key, text string) error {
			_, err := a.Notify.Enqueue(ctx, tx, notify.Message{
				Key: "reply:" + key, Kind: notify.LateReply, To: []notify.Recipient{notify.Person(personID)},
				Urgent: true, Expires: tx.Now.Add(lateLife), Content: notify.Content{Text: text},
			})
			return err
		})
		return err
	}
}

// lateLife is how long a late reply is worth telling.
const lateLife = 48 * time.Hour

// every does work now and then until ctx ends. A failure is logged and tried
// again at the next tick.
func (a *App) every(ctx context.Context, d time.Duration, name string, work func(context.Context) error) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "background work failed", "work", name, "error", err.Error())
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
