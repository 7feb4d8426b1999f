package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"rixue/internal/db"
	"rixue/internal/wechat/wechatsim"
	"rixue/notify"
)

// reader is a member who has asked for the daily push, and has read all that
// came of asking.
func (s *stage) reader(name, staffNo string) *wechatsim.Follower {
	s.t.Helper()
	f := s.member(name, staffNo)
	if got := f.Say("同意"); !contains(got.Text, "已订阅日学") {
		s.t.Fatalf("同意: %q", got.Text)
	}
	f.SkipInbox()
	return f
}

// meeting tells members something that they cannot stop.
func (s *stage) meeting(key string, urgent bool, staffNos ...string) {
	s.t.Helper()
	ctx := context.Background()
	err := s.app.DB.Tx(ctx, func(tx *db.Tx) error {
		m := notify.Message{Key: key, Kind: notify.MeetingNotice, Urgent: urgent, Content: notify.Content{
			Title: "支部大会", Text: "周五下午两点，三楼会议室。",
			Values: map[string]string{"title": "支部大会", "time": "2026年11月27日 14:00", "place": "三楼会议室"},
		}}
		for _, no := range staffNos {
			member, err := s.app.Roster.MemberByStaffNo(ctx, tx, no)
			if err != nil {
				return err
			}
			m.To = append(m.To, notify.Member(member.ID))
		}
		_, err := s.app.Notify.Enqueue(ctx, tx, m)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// The push goes out at the set time on working days, make-up Saturdays
// included, and on no other day.
func TestQ1_Push(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.until("2026-10-09", "06:00")
		s.load("roster", testRoster, ImportOptions{})
		s.load("topics", "日期,标题,正文\n2026-10-09,周五的主题,一\n2026-10-10,调休周六的主题,二\n2026-10-11,周日的主题,三\n2026-10-12,周一的主题,四\n", ImportOptions{Approve: "0001"})
		f := s.reader("李四", "0002")
		other := s.member("王五", "0003") // did not ask for it
		other.SkipInbox()
		for _, day := range []struct{ day, title string }{
			{"2026-10-09", "周五的主题"}, {"2026-10-10", "调休周六的主题"}, {"2026-10-11", ""}, {"2026-10-12", "周一的主题"},
		} {
			s.until(day.day, "07:29")
			s.work()
			f.ExpectNothing(t)
			s.until(day.day, "07:30")
			s.work()
			if day.title != "" {
				f.Expect(t, day.title)
			}
			f.ExpectNothing(t)
		}
		other.ExpectNothing(t)
	})
}

// N2: inside the window a service message, afterwards the same by a card with
// a link, and the record says which way it went, and why.
func TestN2_ChannelByWindow(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.until("2026-11-23", "06:00")
		f := s.reader("李四", "0002")
		s.until("2026-11-23", "07:30")
		s.work()
		m := f.Expect(t, "日学十分钟：首问负责制", "/m/topic/")
		want(t, "first day", string(m.Via)+" / "+s.state("study_daily", "0002"), "service / service accepted taken")
		s.until("2026-11-25", "09:00")
		s.load("topics", "日期,标题,正文\n2026-11-26,三天以后,内容\n", ImportOptions{Approve: "0001"})
		s.until("2026-11-26", "07:30")
		s.work()
		m = f.Expect(t, "三天以后")
		want(t, "the card", string(m.Via)+" / "+s.state("study_daily", "0002"), "template / template delivered receipt")
		if !strings.Contains(m.URL, "/m/topic/") || !strings.Contains(s.history("study_daily", "0002"), "sending template window_over") {
			t.Errorf("card with %q, history:\n%s", m.URL, s.history("study_daily", "0002"))
		}
		f.ExpectNothing(t)

		// The count: two of five stay for duties; when duties have used them up,
		// duties go by cards too.
		f.Say("帮助")
		f.SkipInbox()
		asked := s.sim.Calls("/cgi-bin/message/custom/send")
		for i := range 7 {
			s.meeting(fmt.Sprintf("meeting:%d", i), false, "0002")
			s.work()
		}
		var ways []string
		for _, m := range f.Unread() {
			ways = append(ways, string(m.Via))
		}
		want(t, "seven meetings", strings.Join(ways, " "), strings.Repeat("service ", 5)+"template"+" template")
		if n := s.sim.Calls("/cgi-bin/message/custom/send") - asked; n != 5 {
			t.Errorf("WeChat was asked %d times for five", n)
		}
		if !strings.Contains(s.history("meeting_notice", "0002"), "count_used") {
			t.Errorf("history:\n%s", s.history("meeting_notice", "0002"))
		}
	})
}

// history is a delivery's, line by line.
func (s *stage) history(kind, staffNo string) string {
	s.t.Helper()
	var h string
	err := s.app.DB.View(context.Background(), func(tx *db.Tx) error {
		return tx.QueryRow(context.Background(), `SELECT d.history FROM delivery d
			JOIN notice n ON n.id = d.notice_id JOIN member m ON m.id = d.recipient
			WHERE n.kind = $1 AND m.staff_no = $2 ORDER BY n.id DESC LIMIT 1`, kind, staffNo).Scan(&h)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

// N4: what WeChat refuses inside an HTTP 200 is never called sent; where there
// is another way, it is taken.
func TestN4_Refusals(t *testing.T) {
	const service, template = "/cgi-bin/message/custom/send", "/cgi-bin/message/template/send"
	tests := []struct {
		name, path string
		code       int
		state      string
		via        string // how it reached the phone; empty: not at all
	}{
		{"window over", service, 45015, "template delivered receipt", "template"},
		{"count used up", service, 45047, "template delivered receipt", "template"},
		{"messages off", service, 48002, "template delivered receipt", "template"},
		{"does not follow", service, 43004, "service waiting unbound", ""},
		{"bad openid", service, 40003, "service failed refused:40003", ""},
		{"quota", service, 45009, "template delivered receipt", "template"},
		{"api banned", service, 48004, "template delivered receipt", "template"},
	}
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		for i, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				s.sim.ClearFaults()
				s.exec(`DELETE FROM send_pause`)
				f := s.sim.Follower(fmt.Sprintf("王五的第 %d 个微信", i))
				f.Follow()
				f.Say("绑定 0003 王五 " + s.code("0003"))
				f.SkipInbox()
				s.sim.AddFault(wechatsim.Fault{Path: tt.path, Code: tt.code, Msg: "no", Times: 1})
				s.meeting(tt.name, true, "0003")
				s.work()
				want(t, "state", s.state("meeting_notice", "0003"), tt.state)
				var via string
				for _, m := range f.Unread() {
					via += string(m.Via)
				}
				want(t, "phone", via, tt.via)
				f.Say("解绑")
				f.Say("确认解绑")
			})
		}
	}, "RIXUE_QUIET_HOURS=off")
}

// exec changes the database behind the product's back.
func (s *stage) exec(query string, args ...any) {
	s.t.Helper()
	err := s.app.DB.Tx(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(context.Background(), query, args...)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// A card that WeChat does not take at all is shown at the next visit instead.
func TestN4_NoWayButTheVisit(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		f := s.reader("李四", "0002")
		s.until("2026-11-26", "09:00")
		s.sim.AddFault(wechatsim.Fault{Path: "/cgi-bin/message/template/send", Code: 40037, Msg: "invalid template_id"})
		s.meeting("m", false, "0002")
		s.work()
		f.ExpectNothing(t)
		want(t, "state", s.state("meeting_notice", "0002"), "template waiting paused")
		if got := f.Say("帮助"); !contains(got.Text, "待您查看：\n· 支部大会") {
			t.Errorf("%s", got.Text)
		}
		want(t, "state", s.state("meeting_notice", "0002"), "visit accepted shown")
		if got := f.Say("帮助"); contains(got.Text, "待您查看") {
			t.Errorf("shown twice: %s", got.Text)
		}
	})
}

// N5: the platform's later word moves the delivery, whenever it comes.
func TestN5_Receipts(t *testing.T) {
	for _, when := range []wechatsim.Receipts{wechatsim.ReceiptsAtOnce, wechatsim.ReceiptsEarly, wechatsim.ReceiptsLate, wechatsim.ReceiptsNever} {
		t.Run(string(when), func(t *testing.T) {
			onBoth(t, func(t *testing.T, s *stage) {
				s.withLessons()
				s.sim.SetReceipts(when)
				f := s.reader("李四", "0002")
				blocked := s.reader("王五", "0003")
				blocked.Block()
				s.until("2026-11-26", "07:00")
				s.load("topics", "日期,标题,正文\n2026-11-26,今天,内容\n", ImportOptions{Approve: "0001"})
				s.until("2026-11-26", "07:30")
				s.work()
				f.Expect(t, "今天")
				blocked.ExpectNothing(t)
				if when == wechatsim.ReceiptsLate || when == wechatsim.ReceiptsNever {
					want(t, "before", s.state("study_daily", "0002"), "template accepted taken")
				}
				if when == wechatsim.ReceiptsNever {
					return
				}
				s.sim.ReleaseReceipts()
				s.work()
				want(t, "delivered", s.state("study_daily", "0002"), "template delivered receipt")
				want(t, "blocked", s.state("study_daily", "0003"), "template failed blocked")

				// A duty is not given up: it is shown at the next visit.
				s.meeting("m", false, "0003")
				s.work()
				s.sim.ReleaseReceipts()
				s.work()
				want(t, "duty", s.state("meeting_notice", "0003"), "template waiting no_channel")
				if h := s.history("meeting_notice", "0003"); !strings.Contains(h, "failed template blocked") {
					t.Errorf("history:\n%s", h)
				}
			})
		})
	}
}

// N7: the same event told twice is one message, also when the platform's answer
// was lost and it is sent again.
func TestN7_OneEventOneMessage(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		f := s.reader("李四", "0002")
		s.until("2026-11-26", "09:00")
		s.meeting("same", false, "0002")
		s.work()
		s.meeting("same", false, "0002")
		s.work()
		f.Expect(t, "支部大会")
		f.ExpectNothing(t)

		s.sim.AddFault(wechatsim.Fault{Path: "/cgi-bin/message/template/send", Reset: true, Times: 1})
		s.meeting("lost", false, "0002")
		s.work()
		s.exec(`UPDATE delivery SET hold_until = 0`) // the pause before the second try is over
		s.work()
		f.Expect(t, "支部大会")
		f.ExpectNothing(t) // WeChat told the second one apart by its key
		want(t, "state", s.state("meeting_notice", "0002"), "template delivered receipt")
		if n := s.sim.Calls("/cgi-bin/message/template/send"); n != 3 {
			t.Errorf("%d calls, want 3", n)
		}

		// A service message has no key: it is not sent again, and said so.
		f.Say("帮助")
		f.SkipInbox()
		s.sim.AddFault(wechatsim.Fault{Path: "/cgi-bin/message/custom/send", Reset: true, Times: 1})
		s.meeting("lost too", false, "0002")
		s.work()
		s.wait(time.Hour)
		s.work()
		f.Expect(t, "支部大会")
		f.ExpectNothing(t)
		want(t, "state", s.state("meeting_notice", "0002"), "service unknown answer_lost:-100")
	})
}

// N14: one-time subscriptions are counted one by one, and the sum of the
// entries is the stock.
func TestN14_SubscriptionLedger(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		f := s.reader("李四", "0002")
		stock := func() string {
			t.Helper()
			var stock, sum int
			err := s.app.DB.View(context.Background(), func(tx *db.Tx) error {
				return errors.Join(
					tx.QueryRow(context.Background(), `SELECT COALESCE(SUM(stock), 0) FROM subscription`).Scan(&stock),
					tx.QueryRow(context.Background(), `SELECT COALESCE(SUM(change), 0) FROM subscription_entry`).Scan(&sum))
			})
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("%d, entries %d", stock, sum)
		}
		f.Accept("O-remind")
		s.wait(time.Second) // WeChat tells two events apart by their second
		f.Accept("O-remind")
		want(t, "two taps", stock(), "2, entries 2")
		f.Again()
		want(t, "the same tap delivered twice", stock(), "2, entries 2")
		f.Accept("T-unknown")
		want(t, "not ours", stock(), "2, entries 2")

		s.until("2026-11-26", "07:00")
		s.load("topics", "日期,标题,正文\n2026-11-26,今天,内容\n2026-11-27,明天,内容\n2026-11-30,周一,内容\n", ImportOptions{Approve: "0001"})
		s.load("questions", "日期,题型,题干,选项A,选项B,答案\n2026-11-26,判断,一,,,对\n2026-11-27,判断,二,,,对\n2026-11-30,判断,三,,,对\n", ImportOptions{Approve: "0001"})
		remind := func(day, how string) string {
			t.Helper()
			s.until(day, "07:30")
			s.work()
			f.SkipInbox()
			s.looked(day, "0002")
			s.until(day, "19:30")
			s.work()
			var via []string
			for _, m := range f.Unread() {
				via = append(via, string(m.Via))
			}
			want(t, day, strings.Join(via, " "), how)
			return s.state("study_reminder", "0002")
		}
		want(t, "first", remind("2026-11-26", "subscription"), "once delivered receipt")
		want(t, "one used", stock(), "1, entries 1")
		want(t, "second", remind("2026-11-27", "subscription"), "once delivered receipt")
		want(t, "both used", stock(), "0, entries 0")
		want(t, "nobody can be told", remind("2026-11-30", ""), " waiting no_channel")

		f.Accept("O-remind") // earned again: what waits goes at once
		s.work()
		f.Expect(t, "学习未完成提醒", "周一")
		want(t, "state", s.state("study_reminder", "0002"), "once delivered receipt")

		// WeChat knows better: 43101 empties the stock.
		f.Accept("O-remind")
		f.Refuse("O-remind")
		want(t, "refused in the settings", stock(), "0, entries 0")
		f.Accept("O-remind")
		f.Unfollow()
		want(t, "unfollowed", stock(), "0, entries 0")
		if n := s.count("subscription"); n != 0 {
			t.Errorf("%d subscriptions of somebody who left", n)
		}
	})
}

// looked notes that a member looked at a day's topic on its page.
func (s *stage) looked(day, staffNo string) {
	s.t.Helper()
	ctx := context.Background()
	err := s.app.DB.Tx(ctx, func(tx *db.Tx) error {
		m, err := s.app.Roster.MemberByStaffNo(ctx, tx, staffNo)
		if err != nil {
			return err
		}
		var topic string
		if err := tx.QueryRow(ctx, `SELECT id FROM topic WHERE day = $1`, day).Scan(&topic); err != nil {
			return err
		}
		return s.app.Study.Opened(ctx, tx, topic, m.ID, "page")
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// J1: the business row and what is to be told of it are one transaction.
func TestJ1_OneTransaction(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.until("2026-11-23", "06:00")
		f := s.reader("李四", "0002")
		ctx := context.Background()
		failed := errors.New("the act failed after it had told")
		err := s.app.DB.Tx(ctx, func(tx *db.Tx) error {
			m, err := s.app.Roster.MemberByStaffNo(ctx, tx, "0002")
			if err != nil {
				return err
			}
			_, err = s.app.Notify.Enqueue(ctx, tx, notify.Message{Key: "k", Kind: notify.MeetingNotice, To: []notify.Recipient{notify.Member(m.ID)}})
			if err != nil {
				return err
			}
			return failed
		})
		if !errors.Is(err, failed) {
			t.Fatal(err)
		}
		s.work()
		f.ExpectNothing(t)
		if n := s.count("notice"); n != 0 {
			t.Errorf("%d notices", n)
		}
	})
}

// Who stops it, or leaves, gets nothing more, also not what was on its way.
func TestStopping(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.until("2026-11-22", "12:00")
		stops, leaves, unbinds := s.reader("张三", "0001"), s.reader("李四", "0002"), s.reader("王五", "0003")
		s.until("2026-11-23", "20:00") // the push was missed and waits for a visit
		s.work()
		if got := stops.Say("退订 日学"); contains(got.Text, "待您查看") {
			t.Errorf("who stops it is shown what waited: %s", got.Text)
		}
		want(t, "stopped", s.state("study_daily", "0001"), " cancelled opted_out")
		leaves.Unfollow()
		unbinds.Say("解绑")
		s.work()
		want(t, "left", s.state("study_daily", "0002"), " cancelled unfollowed")
		s.until("2026-11-24", "07:30")
		s.work()
		if n := s.countWhere("opt_in", "until = 0"); n != 1 {
			t.Errorf("%d consents are left, want that of the one who has only asked to unbind", n)
		}
		for name, f := range map[string]*wechatsim.Follower{"stops": stops, "leaves": leaves} {
			for _, m := range f.Unread() {
				if m.Via != wechatsim.Reply {
					t.Errorf("%s got %s", name, m.Text)
				}
			}
		}
		back := leaves.Follow()
		if contains(back.Text, "待您查看") || s.countWhere("opt_in", "until = 0") != 1 {
			t.Errorf("coming back restored something: %s", back.Text)
		}
	})
}

func (s *stage) countWhere(table, where string) int {
	s.t.Helper()
	return s.count(table + " WHERE " + where)
}

// What is kept of a notice names nobody and shows no text.
func TestNoticesAreSealed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.reader("李四", "0002")
		s.meeting("m", false, "0002")
		var content []byte
		err := s.app.DB.View(context.Background(), func(tx *db.Tx) error {
			return tx.QueryRow(context.Background(), `SELECT content FROM notice`).Scan(&content)
		})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "支部") || json.Valid(content) {
			t.Errorf("content in the open: %q", content)
		}
	})
}
