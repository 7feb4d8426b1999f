package app

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/timer"
	"rixue/internal/wechat/wechatsim"
)

// What may have been sent is never sent another way: the second try of a card
// whose answer was lost is refused, and a window opens.
func TestN7_LostThenBusy(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		f := s.member("李四", "0002")
		f.SkipInbox()
		s.until("2026-11-26", "09:00")
		const path = "/cgi-bin/message/template/send"
		s.sim.AddFault(wechatsim.Fault{Path: path, Reset: true, Times: 1}) // it arrives, the answer is lost
		s.sim.AddFault(wechatsim.Fault{Path: path, Code: -1, Msg: "busy", Times: 1})
		s.meeting("m", false, "0002")
		s.work()
		s.exec(`UPDATE delivery SET hold_until = 0`)
		s.work() // the second try: busy
		f.Expect(t, "支部大会")
		f.Say("帮助") // opens a window
		f.SkipInbox()
		s.exec(`UPDATE delivery SET hold_until = 0`)
		s.work()
		f.ExpectNothing(t)
	}, "RIXUE_QUIET_HOURS=off")
}

// Nor on the next day, when the quota that refused the second try is new.
func TestN7_LostThenQuota(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		f := s.member("李四", "0002")
		f.SkipInbox()
		s.until("2026-11-26", "09:00")
		const path = "/cgi-bin/message/template/send"
		s.sim.AddFault(wechatsim.Fault{Path: path, Reset: true, Times: 1})
		s.sim.AddFault(wechatsim.Fault{Path: path, Code: 45009, Msg: "quota", Times: 1})
		s.meeting("m", false, "0002")
		s.work()
		s.exec(`UPDATE delivery SET hold_until = 0`)
		s.work()
		f.Expect(t, "支部大会")
		s.until("2026-11-27", "00:00")
		s.work()
		f.ExpectNothing(t)
	}, "RIXUE_QUIET_HOURS=off")
}

// Who writes to us follows, also if the event that said so was lost.
func TestWhoWritesFollows(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		f := s.reader("李四", "0002")
		f.Unfollow()
		s.wait(time.Minute)
		s.sim.SetCallback("http://127.0.0.1:1/wechat") // we are away for a moment
		f.Follow()
		s.sim.SetCallback(s.server.URL + "/wechat")
		s.wait(time.Minute)
		if got := f.Say("绑定 0002 李四 " + s.code("0002")); !contains(got.Text, "绑定成功") {
			t.Fatal(got.Text)
		}
		if got := f.Say("同意"); !contains(got.Text, "已订阅日学") {
			t.Fatal(got.Text)
		}
		f.SkipInbox()
		s.until("2026-11-24", "07:30")
		s.work()
		want(t, "push", s.state("study_daily", "0002"), "service accepted taken")
		f.Expect(t, "限时办结")
	})
}

// One stray 43004 is not for ever.
func TestWhoWritesFollowsAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.until("2026-11-23", "07:00")
		f := s.reader("李四", "0002")
		s.sim.AddFault(wechatsim.Fault{Path: "/cgi-bin/message/custom/send", Code: 43004, Msg: "no", Times: 1})
		s.until("2026-11-23", "07:30")
		s.work()
		f.Say("学习")
		f.SkipInbox()
		s.until("2026-11-24", "07:30")
		s.work()
		want(t, "next day", s.state("study_daily", "0002"), "service accepted taken")
	})
}

// A row that cannot be opened keeps nobody else from his message.
func TestOneUnreadableRow(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.member("李四", "0002")
		f := s.member("王五", "0003")
		f.SkipInbox()
		s.exec(`UPDATE person SET openid = $1 WHERE member_id = (SELECT id FROM member WHERE staff_no = '0002')`, []byte("broken"))
		s.meeting("m", false, "0002", "0003")
		_, err := s.app.Notify.Work(context.Background())
		if err != nil {
			t.Error("work:", err)
		}
		f.Expect(t, "支部大会")
	}, "RIXUE_QUIET_HOURS=off")
}

// A refusal that makes no sense for its channel is not repeated for ever.
func TestNoHotLoop(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.member("李四", "0002")
		s.until("2026-11-26", "09:00")
		const path = "/cgi-bin/message/template/send"
		s.sim.AddFault(wechatsim.Fault{Path: path, Code: 45015, Msg: "response out of time limit or subscription is canceled", Times: 500})
		s.meeting("m", false, "0002")
		s.work()
		if n := s.sim.Calls(path); n > 10 {
			t.Errorf("WeChat was asked %d times about one card", n)
		}
	}, "RIXUE_QUIET_HOURS=off")
}

// What stops a channel stops the chunk, and is said once.
func TestAlarmOnce(t *testing.T) {
	s := newStage(t, "sqlite", "RIXUE_QUIET_HOURS=off")
	s.withLessons()
	f := s.member("李四", "0002")
	_ = f
	s.until("2026-11-26", "09:00")
	const path = "/cgi-bin/message/template/send"
	s.sim.AddFault(wechatsim.Fault{Path: path, Code: 48001, Msg: "api unauthorized"})
	for i := range 200 {
		s.meeting(fmt.Sprint("m", i), false, "0002")
	}
	s.work()
	if n := s.sim.Calls(path); n > 64 {
		t.Errorf("after the first refusal that stops the channel: %d calls", n)
	}
	if n := strings.Count(s.logs.String(), "sending stopped"); n > 1 {
		t.Errorf("%d alarms", n)
	}
}

// Without Redis the push goes out all the same.
func TestPushWithoutRedis(t *testing.T) {
	s := newStage(t, "sqlite", "RIXUE_REDIS_URL=redis://127.0.0.1:1")
	s.withLessons()
	s.until("2026-11-23", "06:00")
	f := s.reader("李四", "0002")
	s.until("2026-11-23", "07:30")
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	running := s.app.runBelt(ctx, Roles{Worker: true, Scheduler: true})
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		<-tick.C
		if got := f.Inbox(); contains(got[len(got)-1].Text, "首问负责制") {
			stop()
		}
	}
	running.Wait()
	f.Expect(t, "首问负责制")
}

// A make-up Saturday that is decreed on Friday has its push.
func TestMakeUpDayDecreedLate(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.load("roster", testRoster, ImportOptions{})
		s.load("topics", "日期,标题,正文\n2026-11-27,周五,一\n2026-11-28,调休周六,二\n", ImportOptions{Approve: "0001"})
		s.until("2026-11-27", "06:00")
		f := s.reader("李四", "0002")
		s.until("2026-11-27", "07:30")
		s.work()
		f.Expect(t, "周五")
		// On Friday the notice comes: Saturday is worked.
		special := s.app.Days
		_ = special
		days := s.app.Days.With(calendar.Notice{Year: 2026, Days: []calendar.Special{{Day: "2026-11-28", Off: false}}})
		c := s.app.Timer.Config
		c.Days = days
		s.app.Timer = timer.New(c)
		s.until("2026-11-28", "07:30")
		s.work()
		f.Expect(t, "调休周六")
	})
}
