package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

// J5: what a dead worker was sending is found after its lease. A card goes
// again under its key, which WeChat sends once; of a service message nobody
// knows whether it went, so it is not sent again.
func TestJ5_OrphanedSends(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		f := s.reader("李四", "0002")
		s.meeting("by service", false, "0002")
		s.exec(`UPDATE delivery SET state = 'sending', channel = 'service', hold_until = $1`, time.Now().Add(time.Hour).UnixMilli())
		s.work()
		want(t, "while the lease holds", s.state("meeting_notice", "0002"), "service sending new")
		s.exec(`UPDATE delivery SET hold_until = 0`)
		s.work()
		want(t, "service message", s.state("meeting_notice", "0002"), "service unknown answer_lost")
		for _, m := range f.Unread() {
			if contains(m.Text, "支部大会") {
				t.Errorf("sent: %s", m.Text)
			}
		}

		s.until("2026-11-26", "09:00")
		s.meeting("by card", false, "0002")
		s.work()
		f.Expect(t, "支部大会")
		s.exec(`UPDATE delivery SET state = 'sending', due_at = 1, hold_until = 0, sent_at = $1 WHERE channel = 'template'`, s.now().UnixMilli())
		s.wait(8 * time.Minute)
		s.work()
		f.ExpectNothing(t) // WeChat told them apart
		want(t, "card", s.state("meeting_notice", "0002"), "template accepted taken")
		s.exec(`UPDATE delivery SET state = 'sending', due_at = 1, hold_until = 0, sent_at = $1 WHERE channel = 'template'`, s.now().UnixMilli())
		s.wait(10 * time.Minute)
		s.work()
		f.ExpectNothing(t)
		want(t, "too late to tell apart", s.state("meeting_notice", "0002"), "template unknown answer_lost")
	}, "RIXUE_QUIET_HOURS=off")
}

// While a message is under way nobody else takes it, whichever process looks.
func TestClaimsAreAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.reader("李四", "0002")
		s.until("2026-11-26", "09:00")
		var once sync.Once
		s.asked = func(path string) {
			if path != "/cgi-bin/message/template/send" {
				return
			}
			once.Do(func() {
				if n, err := s.app.Notify.Work(context.Background()); n != 0 || err != nil {
					t.Errorf("a second worker took %d deliveries, %v", n, err)
				}
			})
		}
		s.meeting("m", false, "0002")
		s.work()
		if n := s.sim.Calls("/cgi-bin/message/template/send"); n != 1 {
			t.Errorf("sent %d times", n)
		}
	})
}

// What a stopping worker had claimed and not begun is given back as it was: no
// try is counted, and the next one sends it once.
func TestGivenBackIsNoTry(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.reader("李四", "0002")
		s.until("2026-11-26", "09:00")
		const n = 150
		for i := range n {
			s.meeting(fmt.Sprintf("m%d", i), false, "0002")
		}
		ctx, stop := context.WithCancel(context.Background())
		s.asked = func(string) { stop() }
		if _, err := s.app.Notify.Work(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("stopped worker: %v", err)
		}
		if back := s.countWhere("delivery", "state = 'planned'"); back == 0 || s.countWhere("delivery", "tries > 0 AND state = 'planned'") != 0 {
			t.Errorf("%d were given back, of which some count as tried", back)
		}
		s.asked = nil
		s.work()
		if calls := s.sim.Calls("/cgi-bin/message/template/send"); calls != n {
			t.Errorf("%d calls for %d cards", calls, n)
		}
	})
}
