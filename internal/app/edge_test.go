package app

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"rixue/internal/db"
	"rixue/internal/wechat/wechatsim"
)

// Who stops it between two tries gets no second one.
func TestStoppedWhileSending(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.reader("李四", "0002")
		f := s.sim.Follower("李四")
		s.until("2026-11-26", "07:00")
		s.load("topics", "日期,标题,正文\n2026-11-26,今天,内容\n", ImportOptions{Approve: "0001"})
		const path = "/cgi-bin/message/template/send"
		s.sim.AddFault(wechatsim.Fault{Path: path, Status: 502, Times: 1}) // it did not arrive
		s.until("2026-11-26", "07:30")
		s.work()
		f.ExpectNothing(t)
		if got := f.Say("退订 日学"); !contains(got.Text, "已退订") {
			t.Fatal(got.Text)
		}
		f.SkipInbox()
		s.wait(time.Minute)
		s.exec(`UPDATE delivery SET hold_until = 0`)
		s.work()
		f.ExpectNothing(t)
	})
}

// Who is studying is not reminded to.
func TestNoReminderWhileStudying(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		f := s.reader("李四", "0002")
		s.until("2026-11-26", "07:00")
		s.load("topics", "日期,标题,正文\n2026-11-26,今天的题目,内容\n", ImportOptions{Approve: "0001"})
		s.load("questions", "日期,题型,题干,选项A,选项B,答案\n2026-11-26,判断,一,,,对\n", ImportOptions{Approve: "0001"})
		s.until("2026-11-26", "07:30")
		s.work()
		f.SkipInbox()
		s.looked("2026-11-26", "0002") // on the page
		s.until("2026-11-26", "19:30")
		s.work()
		want(t, "reminder", s.state("study_reminder", "0002"), " waiting no_channel")
		got := f.Say("学习")
		if contains(got.Text, "还差一点") {
			t.Errorf("who is studying is reminded to:\n%s", got.Text)
		}
	})
}

// Nor who has finished, on the page.
func TestNoReminderAfterFinishing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		f := s.reader("李四", "0002")
		s.until("2026-11-26", "07:00")
		s.load("topics", "日期,标题,正文\n2026-11-26,今天的题目,内容\n", ImportOptions{Approve: "0001"})
		s.load("questions", "日期,题型,题干,选项A,选项B,答案\n2026-11-26,判断,一,,,对\n", ImportOptions{Approve: "0001"})
		s.until("2026-11-26", "07:30")
		s.work()
		f.SkipInbox()
		s.looked("2026-11-26", "0002")
		s.until("2026-11-26", "19:30")
		s.work()
		err := s.app.DB.Tx(context.Background(), func(tx *db.Tx) error { // as the page does
			m, err := s.app.Roster.MemberByStaffNo(context.Background(), tx, "0002")
			if err != nil {
				return err
			}
			_, ses, err := s.app.Study.Open(context.Background(), tx, &m)
			if err != nil {
				return err
			}
			_, err = s.app.Study.Answer(context.Background(), tx, m.ID, ses, "A")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Say("我的"); contains(got.Text, "还差一点") {
			t.Errorf("who has finished is reminded:\n%s", got.Text)
		}
	})
}

// A long push keeps no other line from the workers.
func TestLinesDoNotStarve(t *testing.T) {
	s := newStage(t, "sqlite")
	b := s.app.belt()
	b.tick = 20 * time.Millisecond
	block := make(chan struct{})
	done := make(chan struct{})
	var once sync.Once
	started := make(chan struct{}, 100)
	b.lines = []line{
		{
			"notify", 200, func(context.Context, int) (int, time.Time, error) { return 800, time.Time{}, nil },
			func(ctx context.Context) (int, error) {
				started <- struct{}{}
				select {
				case <-block:
				case <-ctx.Done():
				}
				return 0, ctx.Err()
			},
		},
		{
			"timer", 1, func(context.Context, int) (int, time.Time, error) {
				if len(started) < 4 {
					return 0, time.Time{}, nil
				}
				return 1, time.Time{}, nil
			},
			func(context.Context) (int, error) { once.Do(func() { close(done) }); return 0, nil },
		},
	}
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { b.schedule(ctx) })
	wg.Go(func() { b.worker(ctx) })
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Error("no run of the timer while four claims are being sent")
	}
	close(block)
	stop()
	wg.Wait()
}

// Who is bound is told what has waited for him.
func TestBindingWakesWhatWaits(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.meeting("m", true, "0003") // nobody is bound: it waits
		s.work()
		want(t, "before", s.state("meeting_notice", "0003"), " waiting unbound")
		s.wait(time.Hour)
		f := s.member("王五", "0003")
		f.SkipInbox()
		s.work()
		f.Expect(t, "支部大会")
	}, "RIXUE_QUIET_HOURS=off")
}

// Who comes back into service is asked for his consent again.
func TestComingBackIsAsked(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.reader("李四", "0002")
		few := strings.Replace(testRoster, "0002,李四,外科,挂号窗口,第一支部,职工\n", "", 1)
		s.load("roster", few, ImportOptions{CloseMissing: true})
		s.load("roster", testRoster, ImportOptions{})
		f := s.sim.Follower("李四")
		got := f.Say("绑定 0002 李四 " + s.code("0002"))
		if !contains(got.Text, "绑定成功") || !contains(got.Text, "同意") {
			t.Errorf("not asked for consent: %s", got.Text)
		}
		f.SkipInbox()
		s.until("2026-11-24", "07:30")
		s.work()
		f.ExpectNothing(t)
	})
}

// The receipt of a notice is not taken for that of an old one that was lost.
func TestReceiptOfTheNewOne(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		f := s.reader("李四", "0002")
		s.until("2026-11-26", "07:00")
		s.load("topics", "日期,标题,正文\n2026-11-26,今天,内容\n2026-11-27,明天,内容\n", ImportOptions{Approve: "0001"})
		s.load("questions", "日期,题型,题干,选项A,选项B,答案\n2026-11-26,判断,一,,,对\n2026-11-27,判断,二,,,对\n", ImportOptions{Approve: "0001"})
		f.Accept("O-remind")
		s.wait(time.Second)
		f.Accept("O-remind")
		f.SkipInbox()
		s.looked("2026-11-26", "0002")
		s.sim.AddFault(wechatsim.Fault{Path: "/cgi-bin/message/subscribe/bizsend", Status: 502, Times: 1}) // it never arrived
		s.until("2026-11-26", "19:30")
		s.work()
		want(t, "first", s.state("study_reminder", "0002"), "once unknown answer_lost:502")
		s.looked("2026-11-27", "0002")
		s.until("2026-11-27", "19:30")
		s.work()
		want(t, "second", s.state("study_reminder", "0002"), "once delivered receipt")
		if n := s.countWhere("delivery", "state = 'delivered' AND channel = 'once'"); n != 1 {
			t.Errorf("%d delivered, one arrived", n)
		}
	})
}

// A late reply is one of the five service messages.
func TestLateReplyCounts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		f := s.member("王五", "0003")
		f.SkipInbox()
		s.exec(`INSERT INTO inbox_late (key, person_id, due_at) SELECT i.key, p.id, 1 FROM inbox i, person p WHERE i.reply <> '' LIMIT 2`)
		s.late()
		s.work()
		if n := s.countWhere("person", "said_used > 0"); n != 1 {
			t.Error("sent service messages, and none of the five is used")
		}
	})
}

// A topic that is approved after the push had its time is pushed at once, once.
func TestApprovedLate(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.until("2026-11-23", "06:00")
		s.load("roster", testRoster, ImportOptions{})
		f := s.reader("李四", "0002")
		s.until("2026-11-23", "07:30")
		s.work()
		s.until("2026-11-23", "07:45")
		s.load("topics", testTopics, ImportOptions{Approve: "0001"})
		s.work()
		s.load("topics", testTopics, ImportOptions{Approve: "0001"}) // once more
		s.work()
		f.Expect(t, "首问负责制")
		f.ExpectNothing(t)
	})
}
