package study

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/db/dbtest"
	"rixue/internal/roster"
)

// open begins today's topic.
func (w *ward) open(m *roster.Member) (ses *Session) {
	w.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		_, ses, err = w.s.Open(ctx, tx, m)
		return err
	})
	return ses
}

// title is today's topic for a member, or "" if there is none.
func (w *ward) title(m *roster.Member) (title string) {
	w.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		t, _, err := w.s.Open(ctx, tx, m)
		if errors.Is(err, ErrNoTopic) {
			return nil
		}
		title = t.Title
		return err
	})
	return title
}

func (w *ward) answer(m *roster.Member, ses *Session, given string, want Mark) (o Outcome) {
	w.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = w.s.Answer(ctx, tx, m.ID, ses, given)
		return err
	})
	if o.Mark != want {
		w.Errorf("%q to %s is marked %d, want %d", given, o.Question.Stem, o.Mark, want)
	}
	return o
}

func (w *ward) overview(m *roster.Member) (o Overview) {
	w.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = w.s.Overview(ctx, tx, m)
		return err
	})
	return o
}

// makeUp is the missed topic and how many days are missed; "" if none.
func (w *ward) makeUp(m *roster.Member) (title string, ses *Session, missed int) {
	w.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		t, s, n, err := w.s.MakeUp(ctx, tx, m)
		if errors.Is(err, ErrNoTopic) {
			return nil
		}
		title, ses, missed = t.Title, s, n
		return err
	})
	return title, ses, missed
}

// load imports topics and questions that are approved.
func (w *ward) load(topics, questions []string) {
	w.Helper()
	if _, err := w.topics("m-1001", false, topics...); err != nil {
		w.Fatal(err)
	}
	if _, err := w.questions("m-1001", false, questions...); err != nil {
		w.Fatal(err)
	}
}

func TestOneTopic(t *testing.T) {
	each(t, func(w *ward) {
		m := w.member("1001")
		if w.title(m) != "" {
			t.Error("there is a topic before any was imported")
		}
		if _, err := w.topics("", false, threeTopics...); err != nil {
			t.Fatal(err)
		}
		if w.title(m) != "" {
			t.Error("a topic is studied that nobody has approved")
		}
		w.load(threeTopics, append(threeQuestions, "2026-11-23,简答,谈体会,,,,略,"))
		ses := w.open(m)
		if ses.Done != "----" || ses.At != 0 || ses.Finished() {
			t.Fatalf("at first: %+v", ses)
		}
		if !ses.Skip() || ses.At != 1 {
			t.Errorf("skipped: %+v", ses)
		}
		w.answer(m, ses, "AC", Right)
		w.answer(m, ses, "是", Right)
		w.answer(m, ses, "我的体会", Pending)
		if ses.At != 0 || ses.Done != "-112" || ses.Skip() || ses.At != 0 {
			t.Errorf("the skipped one comes last: %+v", ses)
		}
		if o := w.overview(m); o.Today != Begun || o.Complete != 0 {
			t.Errorf("half way: %+v", o)
		}
		w.answer(m, ses, "", Wrong) // 不知道
		right, marked := ses.Right()
		if !ses.Finished() || ses.Done != "0112" || right != 2 || marked != 3 || ses.Skip() {
			t.Errorf("at the end: %+v, %d/%d", ses, right, marked)
		}
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			if q, err := w.s.Current(ctx, tx, ses); q != nil || err != nil {
				t.Errorf("a question is shown at the end: %v, %v", q, err)
			}
			if _, err := w.s.Answer(ctx, tx, m.ID, ses, "A"); !errors.Is(err, ErrNoQuestion) {
				t.Errorf("an answer at the end: %v", err)
			}
			return nil
		})
		if again := w.open(m); cmp.Diff(ses, again) != "" {
			t.Errorf("opened again: %+v, want %+v", again, ses)
		}
		want := Overview{Month: "2026-11-01", Days: 1, Complete: 1, Right: 2, Marked: 3, Today: Complete}
		if diff := cmp.Diff(want, w.overview(m)); diff != "" {
			t.Error(diff)
		}
		if o := w.overview(w.member("1002")); o.Today != NotBegun || o.Right != 0 {
			t.Errorf("another member sees %+v", o)
		}
	})
}

// TestTwice: the first answer counts, whoever sends a second one.
func TestTwice(t *testing.T) {
	each(t, func(w *ward) {
		w.load(threeTopics, threeQuestions)
		m := w.member("1001")
		one, two := w.open(m), w.open(m)
		w.answer(m, one, "B", Wrong)
		if o := w.answer(m, two, "A", Wrong); !o.Repeated {
			t.Error("a second answer was not found out")
		}
		if n := w.count(`SELECT COUNT(*) FROM answer WHERE given = 'B'`); n != 1 || w.count(`SELECT COUNT(*) FROM answer`) != 1 {
			t.Error("the second answer changed the table")
		}
		if cmp.Diff(one, two) != "" {
			t.Errorf("the sessions went different ways: %+v, %+v", one, two)
		}
	})
}

// TestAtOnce: the same question is answered by many sessions at the same time.
func TestAtOnce(t *testing.T) {
	each(t, func(w *ward) {
		w.load(threeTopics, threeQuestions)
		m := w.member("1001")
		ses := w.open(m)
		const many = 16
		outcomes, errs := make([]Outcome, many), make([]error, many)
		var all sync.WaitGroup
		for i := range many {
			all.Go(func() {
				errs[i] = w.d.Tx(w.Context(), func(tx *db.Tx) (err error) {
					own := *ses
					outcomes[i], err = w.s.Answer(w.Context(), tx, m.ID, &own, "ABC"[i%3:i%3+1])
					return err
				})
			})
		}
		all.Wait()
		first, marks := 0, map[Mark]int{}
		for i, o := range outcomes {
			if errs[i] != nil {
				t.Fatal(errs[i])
			}
			if !o.Repeated {
				first++
			}
			marks[o.Mark]++
		}
		if first != 1 || len(marks) != 1 || w.count(`SELECT COUNT(*) FROM answer`) != 1 {
			t.Errorf("%d were first, marks %v; want one answer and its mark told to all", first, marks)
		}
	})
}

func TestAudience(t *testing.T) {
	each(t, func(w *ward) {
		w.load([]string{
			"2026-11-23,内科的,正文,内科", "2026-11-23,支部的,正文,一支部", "2026-11-24,小组的,正文,第一小组、内科", "2026-11-25,全院的,正文,",
		}, []string{"2026-11-23,判断,题,,,,对,", "2026-11-24,判断,题,,,,对,", "2026-11-25,判断,题,,,,对,"})
		titles := func(no string) string {
			var list []string
			for _, day := range []calendar.Day{"2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"} {
				w.now = day.Time(12, 0)
				list = append(list, w.title(w.member(no)))
			}
			return strings.Join(list, "|")
		}
		for no, want := range map[string]string{"1002": "支部的|小组的|全院的|", "1003": "||全院的|"} {
			if got := titles(no); got != want {
				t.Errorf("%s studies %s, want %s", no, got, want)
			}
		}
		// 1001 is in both audiences of a day: one topic after the other, one day.
		m := w.member("1001")
		w.now = calendar.Day("2026-11-23").Time(12, 0)
		first := w.title(m)
		w.answer(m, w.open(m), "A", Right)
		if o := w.overview(m); o.Today != Begun || o.Days != 1 || o.Complete != 0 || o.Right != 1 {
			t.Errorf("one of two done: %+v", o)
		}
		second := w.title(m)
		if first == second || !strings.Contains("内科的支部的", first) || !strings.Contains("内科的支部的", second) {
			t.Errorf("first %q, then %q", first, second)
		}
		w.now = calendar.Day("2026-11-24").Time(12, 0)
		if title, _, missed := w.makeUp(m); title != second || missed != 1 {
			t.Errorf("to be made up: %q, %d days", title, missed)
		}
		w.now = calendar.Day("2026-11-23").Time(12, 0)
		ses := w.open(m)
		w.answer(m, ses, "B", Wrong)
		if o := w.overview(m); o.Today != Complete || o.Days != 1 || o.Complete != 1 || o.Right != 1 || o.Marked != 2 {
			t.Errorf("both done: %+v", o)
		}
		if w.title(m) != first || !w.open(m).Finished() {
			t.Error("both done, and not the first is shown")
		}
	})
}

// TestDayEnds: until 03:00 it is still yesterday's study.
func TestDayEnds(t *testing.T) {
	each(t, func(w *ward) {
		w.load(threeTopics, threeQuestions)
		m := w.member("1002")
		for _, c := range []struct {
			at   calendar.Day
			h, m int
			want string
		}{
			{"2026-11-23", 2, 59, ""},
			{"2026-11-23", 3, 0, "一"},
			{"2026-11-23", 23, 59, "一"},
			{"2026-11-24", 0, 0, "一"},
			{"2026-11-24", 2, 59, "一"},
			{"2026-11-24", 3, 0, "二"},
			{"2026-11-25", 3, 0, ""},
		} {
			w.now = c.at.Time(c.h, c.m)
			if got := w.title(m); got != c.want {
				t.Errorf("%s %d:%02d: %q, want %q", c.at, c.h, c.m, got, c.want)
			}
		}
		w.now = calendar.Day("2026-11-24").Time(2, 59)
		if title, _, n := w.makeUp(m); title != "" || n != 0 {
			t.Errorf("%q is to be made up while it is still its day", title)
		}
		w.now = calendar.Day("2026-11-24").Time(3, 0)
		if title, _, n := w.makeUp(m); title != "一" || n != 1 {
			t.Errorf("to be made up: %q, %d", title, n)
		}
	})
}

func TestMakeUp(t *testing.T) {
	each(t, func(w *ward) {
		w.load([]string{"2026-10-20,很久,正文,", "2026-10-30,上月,正文,", "2026-11-20,近的,正文,", "2026-11-21,无题,正文,", "2026-11-23,今天,正文,"},
			[]string{
				"2026-10-20,判断,甲,,,,对,", "2026-10-30,判断,乙,,,,对,", "2026-11-20,判断,丙,,,,对,", "2026-11-20,判断,丁,,,,错,",
				"2026-11-23,判断,戊,,,,对,",
			})
		m := w.member("1003")
		want := Overview{Month: "2026-11-01", Days: 2, Today: NotBegun, Missed: 2}
		if diff := cmp.Diff(want, w.overview(m)); diff != "" {
			t.Error(diff)
		}
		title, ses, n := w.makeUp(m)
		if title != "近的" || n != 2 {
			t.Fatalf("first %q, %d days", title, n)
		}
		w.answer(m, ses, "A", Right)
		if title, ses, n = w.makeUp(m); title != "近的" || n != 2 || ses.Done != "1-" {
			t.Errorf("half way: %q, %d, %+v", title, n, ses)
		}
		w.answer(m, ses, "B", Right)
		if title, ses, n = w.makeUp(m); title != "上月" || n != 1 {
			t.Errorf("then %q, %d", title, n)
		}
		w.answer(m, ses, "B", Wrong)
		if title, _, n = w.makeUp(m); title != "" || n != 0 {
			t.Errorf("at last %q, %d", title, n)
		}
		want = Overview{Month: "2026-11-01", Days: 2, Complete: 1, Right: 2, Marked: 2, Today: NotBegun}
		if diff := cmp.Diff(want, w.overview(m)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestListChanges: the questions of a topic change when some are answered.
func TestListChanges(t *testing.T) {
	each(t, func(w *ward) {
		w.load(threeTopics, threeQuestions)
		m := w.member("1001")
		ses := w.open(m)
		w.answer(m, ses, "A", Right)
		// The first question goes, another comes before the rest.
		if _, err := w.questions("m-1001", false, "2026-11-23,判断,新题,,,,对,", threeQuestions[1], threeQuestions[2]); err != nil {
			t.Fatal(err)
		}
		w.answer(m, ses, "AB", Wrong) // the session that was open goes on as it was
		if ses.Done != "10-" {
			t.Errorf("the open session: %+v", ses)
		}
		now := w.open(m)
		if now.Done != "-0-" || now.At != 0 {
			t.Errorf("opened again: %+v", now)
		}
		if o := w.overview(m); o.Right != 0 || o.Marked != 1 || o.Today != Begun {
			t.Errorf("the answer to the removed question counts: %+v", o)
		}
		w.answer(m, now, "A", Right)
		w.answer(m, now, "对", Right)
		if o := w.overview(m); o.Today != Complete || o.Right != 2 || o.Marked != 3 {
			t.Errorf("at the end: %+v", o)
		}
		// It comes back with its answer.
		if _, err := w.questions("m-1001", false, threeQuestions...); err != nil {
			t.Fatal(err)
		}
		if back := w.open(m); back.Done != "101" || !back.Finished() {
			t.Errorf("back again: %+v", back)
		}
		if n := w.count(`SELECT COUNT(*) FROM answer WHERE member_id = $1`, m.ID); n != 4 {
			t.Errorf("%d answers are kept, want 4", n)
		}
		// A topic that lost all its questions is one to read, and no day missed.
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM topic_question`)
			return err
		})
		if empty := w.open(m); len(empty.Asked) != 0 || !empty.Finished() || w.overview(m).Days != 0 {
			t.Errorf("without questions: %+v, %+v", empty, w.overview(m))
		}
	})
}

// TestAnyOrder: whatever is answered, skipped and opened again in whichever of
// several sessions, a question has one answer and what a session says of it is
// what the table says.
func TestAnyOrder(t *testing.T) {
	w := &ward{T: t, s: New(Config{}), now: calendar.Day("2026-11-23").Time(7, 30)}
	w.d = dbtest.New(t, nil)
	w.r = roster.New(nil) // its rows are made here; nothing of them is sealed
	w.fill()
	w.load([]string{"2026-11-23,一,正文,"}, append(threeQuestions[:3:3], "2026-11-23,简答,谈体会,,,,略,"))
	members := []*roster.Member{w.member("1001"), w.member("1002"), w.member("1003")}
	rapid.Check(t, func(r *rapid.T) {
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM answer`)
			return err
		})
		sessions := map[[2]int]*Session{}
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			who, which := rapid.IntRange(0, 2).Draw(r, "member"), rapid.IntRange(0, 1).Draw(r, "session")
			m, at := members[who], [2]int{who, which}
			if sessions[at] == nil || rapid.IntRange(0, 5).Draw(r, "again") == 0 {
				sessions[at] = w.open(m)
			}
			ses := sessions[at]
			switch {
			case ses.Finished():
			case rapid.IntRange(0, 3).Draw(r, "skip") == 0:
				ses.Skip()
			default:
				given := rapid.SampledFrom([]string{"", "A", "AC", "是", "错"}).Draw(r, "given")
				w.tx(func(ctx context.Context, tx *db.Tx) error {
					_, err := w.s.Answer(ctx, tx, m.ID, ses, given)
					return err
				})
			}
			w.agrees(r, m, ses)
		}
	})
}

// agrees compares a session with the table.
func (w *ward) agrees(r *rapid.T, m *roster.Member, ses *Session) {
	fresh := w.open(m)
	rows := w.count(`SELECT COUNT(*) FROM answer WHERE member_id = $1 AND topic_id = $2`, m.ID, ses.Topic)
	if answered := len(fresh.Done) - strings.Count(fresh.Done, "-"); rows != answered || rows > len(ses.Asked) {
		r.Fatalf("%d answers in the table, %q in a fresh session of %d questions", rows, fresh.Done, len(ses.Asked))
	}
	for i := range ses.Done {
		if ses.Done[i] != open && ses.Done[i] != fresh.Done[i] {
			r.Fatalf("the session says %q, the table %q", ses.Done, fresh.Done)
		}
	}
	if ses.Finished() != (ses.At == len(ses.Asked)) || !ses.Finished() && ses.Done[ses.At] != open {
		r.Fatalf("%+v shows a question that is closed", ses)
	}
	right, marked := fresh.Right()
	if o := w.overview(m); o.Right != right || o.Marked != marked || (o.Today == Complete) != fresh.Finished() {
		r.Fatalf("the overview says %+v, the session %+v", o, fresh)
	}
}

// A session reads as it was written; what is no session is refused.
func TestSessionText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, maxQuestions).Draw(t, "n")
		ses := Session{
			Topic: db.NewID(), At: rapid.IntRange(0, n).Draw(t, "at"), Source: rapid.StringMatching(`[^\n]{0,20}`).Draw(t, "source"),
			Done: rapid.StringMatching(fmt.Sprintf(`[-012]{%d}`, n)).Draw(t, "done"),
		}
		for range n {
			ses.Asked = append(ses.Asked, db.NewID())
		}
		text, err := ses.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back Session
		if err := back.UnmarshalText(text); err != nil || !reflect.DeepEqual(ses, back) {
			t.Fatalf("%s: %+v, %v", text, back, err)
		}
	})
	for _, bad := range []string{"", "x", "t|0|--|a", "t|0|--|a|s", "t|3|--|a,b|s", "t|-1|-|a|s", `{"t":"x"}`} {
		if err := new(Session).UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is taken for a session", bad)
		}
	}
}
