package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/wechat/wechatsim"
)

// The push of a Monday to people who were last here on Friday, so that cards
// go out: those WeChat tells apart when one is sent twice.
const (
	fridayBefore = "2026-11-20T06:00:00+08:00"
	mondayPush   = "2026-11-23T07:29:58+08:00"
)

// readers imports n members and binds them, all of whom want the push.
func (h *house) readers(n int) []*wechatsim.Follower {
	h.t.Helper()
	h.setClock(fridayBefore)
	h.sim.AddTemplate(wechatsim.Template{ID: "T-daily", Title: "每日学习提醒", Fields: []string{"thing1", "time2"}})
	dir := h.t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			h.t.Fatal(err)
		}
		return path
	}
	h.config = write("rixue.yaml", "wechat:\n  templates:\n    study_daily: {id: T-daily, type: template, fields: {thing1: title, time2: due}}\n")
	var roster strings.Builder
	roster.WriteString("工号,姓名,科室,所在支部\n")
	for i := range n {
		fmt.Fprintf(&roster, "%04d,职工,内科,第一支部\n", i+1)
	}
	h.run("import", "roster", write("roster.csv", roster.String()))
	h.run("import", "topics", "--approve", "0001", write("topics.csv", "日期,标题,正文\n2026-11-23,首问负责制,正文\n"))
	codes := h.run("bind-codes")
	server := h.serve()
	h.sim.SetCallback(server.callback())
	var all []*wechatsim.Follower
	var wg sync.WaitGroup
	busy := make(chan struct{}, 64)
	for line := range strings.Lines(codes) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) < 4 || f[0] == "工号" {
			continue
		}
		who := h.sim.Follower(f[0])
		all = append(all, who)
		busy <- struct{}{}
		wg.Go(func() {
			defer func() { <-busy }()
			who.Follow()
			who.Say("绑定 " + f[0] + " 职工 " + f[3])
			if got := who.Say("同意"); !strings.Contains(got.Text, "已订阅") {
				h.t.Errorf("同意 of %s: %+v", f[0], got)
			}
			who.SkipInbox()
		})
	}
	wg.Wait()
	server.kill()
	if len(all) != n || h.t.Failed() {
		h.t.Fatalf("%d of %d people want the push", len(all), n)
	}
	return all
}

// setClock gives every process to come, and the platform, the same test clock.
func (h *house) setClock(instant string) {
	h.t.Helper()
	clock, err := calendar.ParseClock(instant+" @"+time.Now().Format(time.RFC3339Nano), time.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	h.clock.Store(&clock)
	h.env = append(h.env, "RIXUE_CLOCK="+clock.String())
}

// TestJ2J3_PushSurvives kills the workers with -9 in the middle of a push to 2,000,
// and empties Redis where there is one: every phone gets exactly one message.
// J1 J2 J3 J5 (rows of features.md).
func TestJ2J3_PushSurvives(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and kills the real program")
	}
	const people = 2000
	t.Run("sqlite", func(t *testing.T) {
		h := newHouse(t, false)
		all := h.readers(people)
		h.setClock(mondayPush)
		server := h.serve()
		h.sim.SetCallback(server.callback())
		for _, calls := range []int{150, 700, 1300} {
			h.sent(calls)
			server.kill()
			server = h.serve()
			h.sim.SetCallback(server.callback())
		}
		h.everybodyGotOne(all)
	})
	t.Run("postgres", func(t *testing.T) {
		h := newHouse(t, true)
		all := h.readers(people)
		h.setClock(mondayPush)
		web := h.serve("--roles", "web") // takes the receipts, and lives
		h.sim.SetCallback(web.callback())
		workers := []*server{h.serve("--roles", "worker,scheduler"), h.serve("--roles", "worker,scheduler")}
		for i, calls := range []int{150, 700, 1300} {
			h.sent(calls)
			if i == 1 {
				h.emptyRedis()
				continue
			}
			workers[i%2].kill()
			workers[i%2] = h.serve("--roles", "worker,scheduler")
		}
		h.everybodyGotOne(all)
	})
}

const sendCard = "/cgi-bin/message/template/send"

// sent waits until the platform was asked for n cards.
func (h *house) sent(n int) {
	h.t.Helper()
	h.poll(2*time.Minute, func() string {
		if calls := h.sim.Calls(sendCard); calls < n {
			return fmt.Sprintf("%d of %d cards are sent", calls, n)
		}
		return ""
	})
}

// poll waits until check has nothing to complain about.
func (h *house) poll(patience time.Duration, check func() string) {
	h.t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	end := time.After(patience)
	for {
		complaint := check()
		if complaint == "" {
			return
		}
		select {
		case <-tick.C:
		case <-end:
			h.t.Fatal(complaint)
		}
	}
}

// emptyRedis takes everything out of Redis.
func (h *house) emptyRedis() {
	h.t.Helper()
	opts, err := redis.ParseURL(os.Getenv("RIXUE_TEST_REDIS"))
	if err != nil {
		h.t.Fatal(err)
	}
	c := redis.NewClient(opts)
	defer c.Close()
	if err := c.FlushDB(context.Background()).Err(); err != nil {
		h.t.Fatal(err)
	}
}

// everybodyGotOne waits until WeChat has taken every delivery, and looks at the
// phones. A receipt that comes while no process listens is lost, as in life.
func (h *house) everybodyGotOne(all []*wechatsim.Follower) {
	h.t.Helper()
	d, err := db.Open(context.Background(), h.url, db.Options{Conns: 2})
	if err != nil {
		h.t.Fatal(err)
	}
	defer d.Close()
	start := time.Now()
	h.poll(3*time.Minute, func() string {
		states := map[string]int{}
		err := d.View(context.Background(), func(tx *db.Tx) error {
			_, err := db.All(context.Background(), tx, func(r db.Rows) (struct{}, error) {
				var state string
				var n int
				err := r.Scan(&state, &n)
				states[state] = n
				return struct{}{}, err
			}, `SELECT state, COUNT(*) FROM delivery GROUP BY state`)
			return err
		})
		if err != nil || states["delivered"]+states["accepted"] != len(all) {
			return fmt.Sprintf("%v %v", states, err)
		}
		return ""
	})
	h.t.Logf("all taken after %s, %d calls for %d cards", time.Since(start).Round(time.Second), h.sim.Calls(sendCard), len(all))
	for _, f := range all {
		if got := f.Unread(); len(got) != 1 || !strings.Contains(got[0].Text, "首问负责制") {
			h.t.Errorf("%s got %d messages: %+v", f.Name(), len(got), got)
		}
	}
}
