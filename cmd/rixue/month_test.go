package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rixue/internal/app"
	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/wechat/wechatsim"
)

// running is a play's world of processes whose clock runs fast, all by the
// same anchor.
type running struct{ h *house }

func (w running) Follower(name string) *wechatsim.Follower { return w.h.sim.Follower(name) }

func (w running) Until(ctx context.Context, at time.Time) error {
	wait := time.NewTimer(time.Until(w.h.clock.Load().Real(at)))
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w running) Codes(context.Context) (map[string]string, error) {
	codes := map[string]string{}
	for line := range strings.Lines(w.h.run("bind-codes")) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) > 3 {
			codes[f[0]] = f[3]
		}
	}
	return codes, nil
}

func (w running) Figures(ctx context.Context) (app.Figures, error) {
	d, err := db.Open(ctx, w.h.url, db.Options{Conns: 2})
	if err != nil {
		return app.Figures{}, err
	}
	defer d.Close()
	return app.ReadFigures(ctx, d)
}

// TestMonth plays the sample hospital on two processes that share PostgreSQL,
// Redis and a clock that runs fast; the table agrees with itself, and is that
// of the same days in one process with SQLite. The short form is one day.
func TestMonth(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the real program for minutes")
	}
	days, rate := 1, 1200
	if os.Getenv("RIXUE_DEEP") != "" {
		days, rate = 29, 2400
	}
	h := newHouse(t, true)
	for _, tpl := range []wechatsim.Template{
		{ID: "T-study-daily", Title: "每日学习提醒", Kind: wechatsim.KindTemplate, Fields: []string{"thing1", "time2", "thing3"}},
		{ID: "O-study-reminder", Title: "学习未完成提醒", Kind: wechatsim.KindOnce, Fields: []string{"thing1", "time2"}},
	} {
		h.sim.AddTemplate(tpl)
	}
	h.config = filepath.Join(t.TempDir(), "rixue.yaml")
	config := `wechat:
  templates:
    study_daily: {id: T-study-daily, type: template, fields: {thing1: title, time2: due, thing3: remark}}
    study_reminder: {id: O-study-reminder, type: subscribe_once, fields: {thing1: title, time2: due}}
`
	if err := os.WriteFile(h.config, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"roster", "topics", "questions"} {
		args := []string{"import", what}
		if what != "roster" {
			args = append(args, "--approve", "1002")
		}
		h.run(append(args, filepath.Join("..", "..", "internal", "app", "sample", what+".csv"))...)
	}
	h.setClock(fmt.Sprintf("2026-11-01T19:50:00+08:00 x%d", rate))
	one, two := h.serve(), h.serve()
	h.sim.SetCallback(one.callback())
	var many strings.Builder
	err := app.Play(t.Context(), running{h}, calendar.Day("2026-11-02"), days, &many)
	if err != nil {
		t.Fatalf("%v\n%s", err, many.String())
	}
	select {
	case <-one.gone:
		t.Error("a process ended")
	case <-two.gone:
		t.Error("a process ended")
	default:
	}
	single := h.stepped(days)
	if got, want := table(many.String()), table(single); got != want {
		t.Errorf("two processes:\n%s\none process:\n%s", got, want)
	}
	t.Log(table(many.String()))
}

// stepped plays the same days in this process.
func (h *house) stepped(days int) string {
	h.t.Helper()
	var out strings.Builder
	if err := app.PlayDays(h.t.Context(), days, &out); err != nil {
		h.t.Fatalf("%v\n%s", err, out.String())
	}
	return out.String()
}

// table is the end of a play's transcript.
func table(transcript string) string {
	_, table, _ := strings.Cut(transcript, "\n项目")
	return table
}
