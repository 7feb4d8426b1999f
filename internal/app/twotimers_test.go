package app

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"rixue/config"
)

// J3: however many processes look, each run happens once.
func TestJ3_TwoTimers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.until("2026-09-30", "12:00")
		s.withLessons()
		s.work() // the next runs have their rows
		f := s.reader("李四", "0002")
		second := s.another()
		s.until("2026-11-23", "07:30") // 36 pushes and 36 reminders are due, all but one too late
		apps := []*App{s.app, second}
		var wg sync.WaitGroup
		for _, a := range apps {
			if err := a.Timer.Plan(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 8 {
			wg.Go(func() {
				if _, err := apps[i%2].Timer.Work(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		runs := map[string]int{}
		for line := range strings.Lines(s.logs.String()) {
			if _, rest, ok := strings.Cut(line, `"msg":"run",`); ok {
				runs[strings.TrimSpace(rest)]++
			}
		}
		if len(runs) < 30 {
			t.Fatalf("only %d runs: %v", len(runs), runs)
		}
		for run, n := range runs {
			if n != 1 {
				t.Errorf("%d times: %s", n, run)
			}
		}
		for i := range 4 {
			wg.Go(func() {
				if _, err := apps[i%2].Notify.Work(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		f.Expect(t, "首问负责制")
		f.ExpectNothing(t)
	})
}

// another is a second process on the same database and platform.
func (s *stage) another() *App {
	s.t.Helper()
	cfg, err := config.Load(s.config, s.env)
	if err != nil {
		s.t.Fatal(err)
	}
	a, err := open(context.Background(), &App{
		Config: cfg, Log: slog.New(slog.NewJSONHandler(s.logs, nil)), Metrics: newMetrics(), now: s.now,
	})
	if err != nil {
		s.t.Fatal(fmt.Errorf("a second process: %w", err))
	}
	s.t.Cleanup(func() { a.Close() })
	return a
}
