// Package app puts the product together: constructors in the order of what
// needs what, and the programs that cmd/rixue offers.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/redis/go-redis/v9"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"rixue/bot"
	"rixue/config"
	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/dialog"
	"rixue/internal/roster"
	"rixue/internal/seal"
	"rixue/internal/timer"
	"rixue/internal/web"
	"rixue/internal/wechat"
	"rixue/internal/wechat/wire"
	"rixue/internal/words"
	"rixue/notify"
	"rixue/study"
)

// App holds what a process has opened. Fields are in the order in which they
// are made; Close goes backwards.
type App struct {
	Config  *config.Config
	Log     *slog.Logger
	Clock   calendar.Clock
	Days    *calendar.Calendar
	Ring    *seal.Ring
	DB      *db.DB
	Redis   redis.UniversalClient
	WeChat  *wechat.Client
	Roster  *roster.Service
	Notify  *notify.Service
	Study   *study.Service
	Timer   *timer.Timer
	Tags    *tags
	Metrics *metrics

	now      func() time.Time // business time
	deadline time.Duration    // of a callback; 0 is the usual one
	tick     time.Duration    // of the belt; 0 is the usual one
	closers  []func() error
}

// New opens everything that a command needs and brings the schema up. The
// caller closes it, also after an error.
func New(ctx context.Context, cfg *config.Config, log *slog.Logger) (*App, error) {
	return open(ctx, &App{Config: cfg, Log: log, Metrics: newMetrics()})
}

// open makes what a does not have yet.
func open(ctx context.Context, a *App) (*App, error) {
	for _, step := range []func(context.Context) error{a.openClock, a.openKeys, a.openDB, a.openRedis, a.openWeChat, a.openServices} {
		if err := step(ctx); err != nil {
			return a, err
		}
	}
	return a, nil
}

// Close gives back what was opened, in reverse.
func (a *App) Close() error {
	var errs []error
	for _, v := range slices.Backward(a.closers) {
		errs = append(errs, v())
	}
	a.closers = nil
	return errors.Join(errs...)
}

func (a *App) openClock(context.Context) error {
	clock, err := calendar.ParseClock(a.Config.Clock, calendar.Real())
	if err != nil {
		return fmt.Errorf("clock: %w", err)
	}
	if !clock.IsReal() {
		a.Log.Warn("TEST CLOCK: business time is not real time", "clock", clock.String())
	}
	a.Clock, a.Days = clock, calendar.New()
	if a.now == nil {
		a.now = clock.Now
	}
	return nil
}

func (a *App) openKeys(context.Context) (err error) {
	where := string(a.Config.Keys)
	if where == "" {
		where = filepath.Join(a.Config.DataDir, "keys.json")
	}
	a.Ring, err = seal.Load(where)
	return err
}

func (a *App) openDB(ctx context.Context) error {
	url := a.Config.DatabaseURL
	if url == "sqlite" {
		if err := os.MkdirAll(a.Config.DataDir, 0o700); err != nil {
			return err
		}
		url = "sqlite:" + filepath.Join(a.Config.DataDir, "rixue.db")
	}
	d, err := db.Open(ctx, url, db.Options{Now: a.now})
	if err != nil {
		return err
	}
	a.DB = d
	a.Metrics.watch(d)
	a.closers = append(a.closers, d.Close)
	return d.Migrate(ctx)
}

func (a *App) openWeChat(context.Context) error {
	if a.Config.WeChat.AppID == "" {
		return nil // commands without the platform
	}
	a.WeChat = wechat.New(wechat.Config{
		AppID: a.Config.WeChat.AppID, AppSecret: string(a.Config.WeChat.AppSecret),
		APIBase: a.Config.WeChat.APIBase, OpenBase: a.Config.WeChat.OpenBase,
		Redis: a.Redis, Log: a.Log, Now: a.now, OnCall: a.Metrics.wechatCall,
	})
	a.closers = append(a.closers, func() error { a.WeChat.Close(); return nil })
	return nil
}

func (a *App) openServices(context.Context) error {
	var times [3]calendar.TimeOfDay
	for i, text := range []string{a.Config.Study.PushAt, a.Config.Study.RemindAt, a.Config.Study.DayEndsAt} {
		at, err := calendar.ParseTimeOfDay(text)
		if err != nil {
			return err
		}
		times[i] = at
	}
	pushAt, remindAt, endsAt := times[0], times[1], times[2]
	quiet, err := calendar.ParseQuiet(a.Config.QuietHours)
	if err != nil {
		return err
	}
	a.Roster = roster.New(a.Ring)
	a.Notify = notify.New(notify.Config{
		DB: a.DB, Ring: a.Ring, Send: a.WeChat, Redis: a.Redis, Log: a.Log, Real: calendar.Real,
		PublicURL: a.publicURL(), Cards: cards(a.Config.WeChat.Templates), Quiet: quiet,
		PerSecond: a.pace(), Observe: a.Metrics.delivery,
	})
	a.Study = study.New(study.Config{
		Shuffle: a.Config.Study.ShuffleOptions, PushAt: pushAt, DayEndsAt: endsAt, Roster: a.Roster, Notify: a.Notify,
	})
	a.Timer = timer.New(timer.Config{
		DB: a.DB, Days: a.Days, Log: a.Log, Real: calendar.Real, Now: a.now,
		Study: a.Study, PushAt: pushAt, RemindAt: remindAt,
	})
	a.Tags = &tags{db: a.DB, roster: a.Roster, wechat: a.WeChat, log: a.Log, real: calendar.Real}
	return nil
}

// publicURL is the base of links sent to phones.
func (a *App) publicURL() string { return cmp.Or(a.Config.PublicURL, "http://"+a.Config.Listen) }

// pace is how many messages are sent in a second. WeChat publishes no limit and
// intercepts bursts (wechat.md 2.3); a simulator takes what comes.
func (a *App) pace() int {
	if a.Config.WeChat.APIBase == wechat.DefaultAPIBase {
		return 80
	}
	return 0
}

// cards are the templates by which each kind is sent.
func cards(templates map[string]config.Template) map[notify.Kind]notify.Card {
	channels := map[string]notify.Channel{
		"template": notify.Template, "subscribe_once": notify.Once, "subscribe_long": notify.Long,
	}
	out := map[notify.Kind]notify.Card{}
	for kind, t := range templates {
		out[notify.Kind(kind)] = notify.Card{Channel: channels[t.Type], ID: t.ID, Fields: t.Fields}
	}
	return out
}

// callback is the handler of WeChat's address.
func (a *App) callback() (*bot.Handler, error) {
	w := a.Config.WeChat
	account, err := wire.NewAccount(w.AppID, string(w.Token), string(w.EncodingAESKey), string(w.PreviousEncodingAESKey))
	if err != nil {
		return nil, err
	}
	return bot.NewHandler(bot.Config{
		Account: account, DB: a.DB, Ring: a.Ring, Log: a.Log,
		Router: dialog.New(a.Roster, a.Study, a.Notify, dialog.Config{
			Hospital: a.Config.Hospital, Numbers: words.Numbers(a.Config.Emergency), PublicURL: a.publicURL(),
		}),
		Now: a.now, Rate: a.Clock.Rate(),
		Apology: words.Apology, Observe: a.Metrics.callback, Deadline: a.deadline,
	}), nil
}

// members are the pages inside WeChat.
func (a *App) members() *web.Members {
	w := a.Config.WeChat
	script := w.OpenBase + "/open/js/jweixin-1.6.0.js" // as a simulator has it
	if w.OpenBase == wechat.DefaultOpenBase {
		script = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"
	}
	return &web.Members{
		DB: a.DB, Ring: a.Ring, Roster: a.Roster, Study: a.Study, Notify: a.Notify, WeChat: a.WeChat, Log: a.Log,
		Met: func(ctx context.Context, tx *db.Tx, personID string) (bool, error) {
			_, err := bot.OpenID(ctx, tx, a.Ring, personID)
			if errors.Is(err, db.ErrNoRows) {
				return false, nil
			}
			return err == nil, err
		},
		PublicURL: a.publicURL(), Script: script, Offer: offer(w.Templates),
	}
}

// offer lists the templates of daily study to which members can subscribe. Those
// of one type fit on one sheet: the daily notice's comes first.
func offer(templates map[string]config.Template) []string {
	var ids []string
	kind := ""
	for _, k := range []notify.Kind{notify.StudyDaily, notify.StudyReminder} {
		t := templates[string(k)]
		if !strings.HasPrefix(t.Type, "subscribe_") || kind != "" && t.Type != kind || slices.Contains(ids, t.ID) {
			continue
		}
		ids, kind = append(ids, t.ID), t.Type
	}
	return ids
}

// tuneMemory lets the heap grow further between two collections than Go's
// default: the live heap is a few megabytes and a callback's garbage is short
// of life, so that this buys a third of the processor for some megabytes.
func tuneMemory() {
	debug.SetGCPercent(800)
	debug.SetMemoryLimit(96 << 20) // soft: from here on it collects more often
}

const shutdownTime = 15 * time.Second
