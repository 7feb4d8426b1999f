package app

import (
	"strings"
	"testing"

	"rixue/internal/wechat/wechatsim"
)

// J6: a push missed by downtime goes out at once until the reminder's time,
// later it waits for the next visit, and one of a day that is over is skipped;
// each is in the log.
func TestJ6_MissedRuns(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		f := s.reader("李四", "0002")
		s.until("2026-11-20", "20:00") // Friday: Monday's rows are made
		s.work()
		s.until("2026-11-23", "10:00") // nothing ran at half past seven
		s.restart()
		s.work()
		f.Expect(t, "首问负责制")
		f.ExpectNothing(t)

		s.until("2026-11-24", "20:00")
		s.restart()
		s.work()
		f.ExpectNothing(t)
		want(t, "late", s.state("study_daily", "0002"), " waiting too_late")
		if got := f.Say("帮助"); !contains(got.Text, "待您查看") || !contains(got.Text, "限时办结") {
			t.Errorf("%s", got.Text)
		}
		f.SkipInbox()

		s.load("topics", "日期,标题,正文\n2026-11-25,周三,内容\n2026-11-26,周四,内容\n2026-11-27,周五,内容\n", ImportOptions{Approve: "0001"})
		s.until("2026-11-27", "06:00") // three nights without power
		s.restart()
		s.work()
		f.ExpectNothing(t)
		for _, entry := range []string{
			`"kind":"study_push","day":"2026-11-23","outcome":"caught up"`,
			`"kind":"study_push","day":"2026-11-24","outcome":"caught up"`,
			`"kind":"study_push","day":"2026-11-25","outcome":"skipped: too late"`,
			`"kind":"study_push","day":"2026-11-26","outcome":"skipped: too late"`,
		} {
			if !strings.Contains(s.logs.String(), entry) {
				t.Errorf("the log has no %s", entry)
			}
		}
		s.until("2026-11-27", "07:30")
		s.work()
		f.Expect(t, "周五")
	})
}

// J4: a run that fails today keeps tomorrow's from nothing, and is tried again.
func TestJ4_FailedRun(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.until("2026-11-23", "06:00")
		f := s.reader("李四", "0002")
		s.exec(`INSERT INTO opt_in (id, member_id, topic, since, until, wording, ended) VALUES ('x', 'nobody', 'study', 1, 0, '', '')`)
		s.until("2026-11-23", "07:30")
		s.work()
		f.ExpectNothing(t)
		if !strings.Contains(s.logs.String(), "run failed") {
			t.Error("the failure is not in the log")
		}
		s.until("2026-11-24", "07:30")
		s.exec(`DELETE FROM opt_in WHERE id = 'x'`)
		s.work()
		f.Expect(t, "限时办结")
		f.ExpectNothing(t)
		s.until("2026-11-24", "09:00")
		s.exec(`UPDATE due SET hold_until = 0`) // its pause is over
		s.work()
		f.ExpectNothing(t) // yesterday is over
		if !strings.Contains(s.logs.String(), `"day":"2026-11-23","outcome":"skipped: too late"`) {
			t.Error("the failed run was not taken up again")
		}
	})
}

// Only those who began the day's topic are reminded, and only if they want it.
func TestReminderOnlyToThoseWhoBegan(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.until("2026-11-23", "06:00")
		begun, idle, done := s.reader("张三", "0001"), s.reader("李四", "0002"), s.reader("王五", "0003")
		s.until("2026-11-23", "07:30")
		s.work()
		begun.Say("学习")
		done.Say("学习")
		for range 3 {
			done.Say("不知道")
		}
		idle.Say("退订 日学")
		idle.Say("学习") // began, and does not want to be told
		for _, f := range []*wechatsim.Follower{begun, idle, done} {
			f.SkipInbox()
		}
		s.until("2026-11-23", "19:30")
		s.work()
		begun.Expect(t, "还差一点：首问负责制")
		begun.ExpectNothing(t)
		idle.ExpectNothing(t)
		done.ExpectNothing(t)
	})
}
