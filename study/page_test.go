package study

import (
	"context"
	"errors"
	"testing"

	"rixue/internal/calendar"
	"rixue/internal/db"
)

// A topic's page is for those for whom the topic is, from its day on.
func TestEnter(t *testing.T) {
	each(t, func(w *ward) {
		w.load([]string{"2026-11-23,今天,正文,外科", "2026-11-24,明天,正文,"}, nil)
		if _, err := w.topics("", false, "2026-11-20,没批,正文,"); err != nil {
			t.Fatal(err)
		}
		ids := map[string]string{"": "none"}
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			_, err := db.All(ctx, tx, func(r db.Rows) (any, error) {
				var title, id string
				err := r.Scan(&title, &id)
				ids[title] = id
				return nil, err
			}, `SELECT title, id FROM topic`)
			return err
		})
		enters := func(no, title string) bool {
			m := w.member(no)
			var ok bool
			w.tx(func(ctx context.Context, tx *db.Tx) error {
				topic, ses, err := w.s.Enter(ctx, tx, m, ids[title])
				if errors.Is(err, ErrNoTopic) {
					return nil
				}
				ok = err == nil && topic.Title == title && ses.Topic == topic.ID
				return err
			})
			return ok
		}
		for _, c := range []struct {
			no, title string
			want      bool
		}{{"1002", "今天", true}, {"1001", "今天", false}, {"1001", "明天", false}, {"1001", "没批", false}, {"1001", "", false}} {
			if got := enters(c.no, c.title); got != c.want {
				t.Errorf("%s enters %q: %v", c.no, c.title, got)
			}
		}
		w.now = calendar.Day("2026-11-24").Time(3, 0)
		if !enters("1001", "明天") || !enters("1002", "今天") {
			t.Error("the next day: not today's topic, or not yesterday's")
		}
	})
}

// A session can be turned to any of its questions.
func TestTurn(t *testing.T) {
	each(t, func(w *ward) {
		w.load(threeTopics, threeQuestions)
		m := w.member("1001")
		ses := w.open(m)
		if ses.Turn("none") || !ses.Turn(ses.Asked[1]) || ses.At != 1 {
			t.Fatalf("turned to the second: %+v", ses)
		}
		if next, ok := ses.After(); next != 2 || !ok {
			t.Errorf("after it: %d, %v", next, ok)
		}
		w.answer(m, ses, "AB", Wrong)
		if mark, ok := ses.MarkOf(1); mark != Wrong || !ok {
			t.Errorf("its mark: %v, %v", mark, ok)
		}
		if _, ok := ses.MarkOf(2); ok {
			t.Error("an open question has a mark")
		}
		ses.Turn(ses.Asked[1])
		w.tx(func(ctx context.Context, tx *db.Tx) error {
			given, err := w.s.Given(ctx, tx, m.ID, ses)
			if given != "AB" {
				t.Errorf("given: %q", given)
			}
			return err
		})
		ses.Turn(ses.Asked[2])
		w.answer(m, ses, "是", Right)
		if next, ok := ses.After(); next != 0 || ok {
			t.Errorf("of the last open question: %d, %v", next, ok)
		}
	})
}
