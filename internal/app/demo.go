package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"rixue/bot"
	"rixue/config"
	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/roster"
	"rixue/internal/wechat/wechatsim"
	"rixue/internal/words"
)

// DemoOptions are the flags of `rixue demo`.
type DemoOptions struct {
	Listen string
	Data   string // folder; empty: one that is gone afterwards
	Play   bool
}

// demo is the whole product on embedded parts with a WeChat of its own, in the
// sample hospital. Time is moved by who plays.
type demo struct {
	app     *App
	sim     *wechatsim.Sim
	clock   *movedClock
	handler *bot.Handler
	ln      net.Listener
	base    string // http://127.0.0.1:8080
	closers []func() error
}

// What the demo's account is called at its platform. None of it is secret: the
// platform is in the same process.
const (
	demoAppID  = "wx00000000000demo0"
	demoSecret = "0123456789abcdef0123456789abcdef"
	demoToken  = "demotoken"
	demoAESKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

// demoTemplates are the account's, and demoConfig says what they are for.
var demoTemplates = []wechatsim.Template{
	{ID: "T-study-daily", Title: words.DemoDailyCard, Kind: wechatsim.KindTemplate, Fields: []string{"thing1", "time2", "thing3"}, Labels: words.DemoLabels},
	{ID: "O-study-reminder", Title: words.DemoReminderCard, Kind: wechatsim.KindOnce, Fields: []string{"thing1", "time2"}, Labels: words.DemoLabels},
}

const demoConfig = `wechat:
  templates:
    study_daily: {id: T-study-daily, type: template, fields: {thing1: title, time2: due, thing3: remark}}
    study_reminder: {id: O-study-reminder, type: subscribe_once, fields: {thing1: title, time2: due}}
`

// demoTick is quicker than in production: somebody is watching.
const demoTick = 50 * time.Millisecond

// demoStart is a Monday morning, half an hour before the push: time enough to
// be bound.
var demoStart = time.Date(2026, 11, 23, 7, 0, 0, 0, calendar.Shanghai)

// Demo runs the product for somebody to try, or plays a month of it by itself.
func Demo(ctx context.Context, o DemoOptions, out io.Writer, log *slog.Logger) error {
	if o.Play {
		return playDemo(ctx, o, out, log)
	}
	d, err := openDemo(ctx, o, demoStart, true, log)
	if err != nil {
		return errors.Join(err, d.close())
	}
	codes, err := d.cast(ctx)
	if err == nil {
		_, err = io.WriteString(out, words.DemoReady(d.base+"/sim/", codes))
	}
	if err == nil {
		err = d.serve(ctx)
	}
	return errors.Join(err, d.close())
}

// openDemo makes the demo's world. Its clock runs, or stands still between the
// steps of a play.
func openDemo(ctx context.Context, o DemoOptions, start time.Time, runs bool, log *slog.Logger) (d *demo, err error) {
	d = &demo{clock: newMovedClock(start, runs)}
	if d.ln, err = new(net.ListenConfig).Listen(ctx, "tcp", o.Listen); err != nil {
		return d, fmt.Errorf("%w: --listen: %s cannot be opened; choose another address: %w", ErrUsage, o.Listen, err)
	}
	d.base = "http://" + d.ln.Addr().String()
	dir := o.Data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "rixue-demo-"); err != nil {
			return d, err
		}
		d.closers = append(d.closers, func() error { return os.RemoveAll(dir) })
	}
	views := &webViews{beside: d.ln.Addr()}
	d.closers = append(d.closers, views.close)
	d.sim = wechatsim.New(wechatsim.Options{
		AppID: demoAppID, Secret: demoSecret, Token: demoToken, AESKey: demoAESKey,
		CallbackURL: d.base + "/wechat", Now: d.clock.Now, Log: log, Templates: demoTemplates,
		Name: words.DemoHospital, Phones: words.DemoPhones, OpenWebView: views.open, MoveClock: d.clock.Move,
	})
	d.sim.SetSite(d.base)
	d.closers = append(d.closers, func() error { d.sim.Close(); return nil })
	cfg, err := d.config(dir, o.Data == "")
	if err != nil {
		return d, err
	}
	d.app, err = open(ctx, &App{Config: cfg, Log: log, Metrics: newMetrics(), now: d.clock.Now, tick: demoTick})
	d.closers = append(d.closers, d.app.Close)
	if err != nil {
		return d, err
	}
	if d.handler, err = d.app.callback(); err != nil {
		return d, err
	}
	return d, d.settle(ctx)
}

// settle fills an empty database with the sample hospital, and takes the clock
// of one that was played in before to where it stood.
func (d *demo) settle(ctx context.Context) error {
	var members int
	var last int64
	err := d.app.DB.View(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM member`).Scan(&members)
		if err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT COALESCE(MAX(last_at), 0) FROM person`).Scan(&last)
	})
	if err != nil {
		return err
	}
	if at := time.UnixMilli(last); at.After(d.clock.Now()) {
		if err := d.clock.Move(at.Add(time.Minute)); err != nil {
			return err
		}
	}
	if members > 0 {
		return nil
	}
	return loadSample(ctx, d.app)
}

func (d *demo) config(dir string, temporary bool) (*config.Config, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "rixue.yaml")
	if err := os.WriteFile(file, []byte(demoConfig), 0o600); err != nil {
		return nil, err
	}
	if temporary {
		d.closers = append(d.closers, func() error { return os.Remove(file) })
	}
	return config.Load(file, []string{
		"RIXUE_DATA_DIR=" + dir, "RIXUE_LISTEN=" + d.ln.Addr().String(), "RIXUE_PUBLIC_URL=" + d.base,
		"RIXUE_HOSPITAL=" + words.DemoHospital,
		"RIXUE_WECHAT_APP_ID=" + demoAppID, "RIXUE_WECHAT_APP_SECRET=" + demoSecret,
		"RIXUE_WECHAT_TOKEN=" + demoToken, "RIXUE_WECHAT_ENCODING_AES_KEY=" + demoAESKey,
		"RIXUE_WECHAT_API_BASE=" + d.base, "RIXUE_WECHAT_OPEN_BASE=" + d.base,
	})
}

// serve answers product and platform on one address until ctx ends, and
// publishes the menus as soon as it does.
func (d *demo) serve(ctx context.Context) error {
	var menus sync.WaitGroup
	defer menus.Wait()
	menus.Go(func() {
		if err := ApplyMenu(ctx, d.app, io.Discard); err != nil && ctx.Err() == nil {
			d.app.Log.ErrorContext(ctx, "no menus", "error", err.Error())
		}
	})
	defer context.AfterFunc(ctx, d.sim.Close)() // its pages' streams of events end with it
	roles := Roles{Web: true, Worker: true, Scheduler: true}
	return d.app.serve(ctx, d.ln, d.mux(d.app.routes(d.handler, roles)), d.handler, roles)
}

// mux puts the platform's addresses in front of the product's.
func (d *demo) mux(product http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, platform := range []string{"/sim/", "/cgi-bin/", "/sns/", "/connect/", "/wxaapi/", "/open/"} {
			if strings.HasPrefix(r.URL.Path, platform) {
				d.sim.ServeHTTP(w, r)
				return
			}
		}
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/sim/", http.StatusFound)
			return
		}
		product.ServeHTTP(w, r)
	})
}

// cast lists what the staff of the demo's phones send to be bound.
func (d *demo) cast(ctx context.Context) (lines []string, err error) {
	for _, m := range sampleStaff() {
		if !slices.Contains(words.DemoPhones, m.Name) {
			continue
		}
		var c roster.Code
		err := d.app.DB.Tx(ctx, func(tx *db.Tx) (err error) {
			c, err = d.app.Roster.Renew(ctx, tx, m.StaffNo)
			return err
		})
		if err != nil {
			return nil, err
		}
		lines = append(lines, words.DemoBind(m.StaffNo, m.Name, c.Code))
	}
	return lines, nil
}

func (d *demo) close() error {
	var errs []error
	for _, c := range slices.Backward(d.closers) {
		errs = append(errs, c())
	}
	d.closers = nil
	return errors.Join(errs...)
}

// movedClock is a clock that somebody moves forward. In between it runs like
// any other, or stands still.
type movedClock struct {
	mu   sync.Mutex
	at   time.Time
	from time.Time // real time at which it was at; zero: it stands still
}

func newMovedClock(at time.Time, runs bool) *movedClock {
	c := &movedClock{at: at}
	if runs {
		c.from = calendar.Real()
	}
	return c
}

// Now is the time that the demo believes.
func (c *movedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *movedClock) now() time.Time {
	if c.from.IsZero() {
		return c.at
	}
	return c.at.Add(calendar.Real().Sub(c.from))
}

// errBackwards says that time does not go back.
var errBackwards = errors.New("demo: the clock goes forward only")

// Move moves the clock forward.
func (c *movedClock) Move(to time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if to.Before(c.now()) {
		return errBackwards
	}
	c.at = to.In(calendar.Shanghai)
	if !c.from.IsZero() {
		c.from = calendar.Real()
	}
	return nil
}
