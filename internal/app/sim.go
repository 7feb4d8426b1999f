package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/web"
	"rixue/internal/wechat/wechatsim"
)

// SimOptions are the flags of `rixue sim`.
type SimOptions struct {
	Listen                          string
	AppID, AppSecret, Token, AESKey string
	Callback                        string
	Mode                            string // plain, compat, safe; empty: safe with a key
	Clock                           string // as the configuration's clock
}

// ErrUsage marks a fault of the command line.
var ErrUsage = errors.New("rixue")

// Simulate runs the simulator alone until ctx ends.
func Simulate(ctx context.Context, o SimOptions, log *slog.Logger) error {
	clock, err := calendar.ParseClock(o.Clock, calendar.Real())
	if err != nil {
		return fmt.Errorf("%w: --clock: %w", ErrUsage, err)
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %s cannot be opened; choose another address: %w", o.Listen, err)
	}
	views := &webViews{beside: ln.Addr()}
	sim := wechatsim.New(wechatsim.Options{
		AppID: o.AppID, Secret: o.AppSecret, Token: o.Token, AESKey: o.AESKey,
		CallbackURL: o.Callback, Mode: wechatsim.Mode(o.Mode), Now: clock.Now, Log: log, OpenWebView: views.open,
	})
	defer context.AfterFunc(ctx, sim.Close)() // its pages' streams of events end with it
	defer sim.Close()
	srv := web.Server(sim)
	srv.WriteTimeout = time.Minute // a person's message waits for its replies, up to three tries
	log.Info("simulator", "listen", ln.Addr().String(), "callback", o.Callback)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		err = srv.Shutdown(end)
		if errors.Is(err, context.DeadlineExceeded) {
			err = srv.Close()
		}
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, views.close())
}
