package study

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/db/dbtest"
	"rixue/internal/errs"
	"rixue/internal/office"
	"rixue/internal/roster"
	"rixue/internal/seal"
)

// ward is a small hospital: departments 内科 and 外科, branch 一支部 with 第一小组,
// and four members, of whom 1004 has left.
type ward struct {
	*testing.T
	d   *db.DB
	r   *roster.Service
	s   *Service
	now time.Time
}

// each runs a test on every database, on the morning of 2026-11-23.
func each(t *testing.T, test func(w *ward)) {
	t.Helper()
	now := new(time.Time)
	*now = calendar.Day("2026-11-23").Time(7, 30)
	dbtest.Each(t, func() time.Time { return *now }, func(t *testing.T, d *db.DB) {
		ring, err := seal.Parse(seal.New())
		if err != nil {
			t.Fatal(err)
		}
		*now = calendar.Day("2026-11-23").Time(7, 30)
		w := &ward{t, d, roster.New(ring), New(Config{Shuffle: true, DayEndsAt: 3 * 60}), *now}
		w.fill()
		test(w)
	})
}

func (w *ward) fill() {
	w.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		for i, u := range []struct{ id, kind, parent, name string }{
			{"u-in", "department", "", "内科"},
			{"u-out", "department", "", "外科"},
			{"u-one", "branch", "", "一支部"},
			{"u-group", "group", "u-one", "第一小组"},
		} {
			if _, err := tx.Exec(ctx, `INSERT INTO unit (id, kind, parent_id, name, pos) VALUES ($1, $2, $3, $4, $5)`, u.id, u.kind, u.parent, u.name, i); err != nil {
				return err
			}
		}
		for i, m := range []struct {
			no, department, branch, group string
			closed                        int
		}{{"1001", "u-in", "u-one", "", 0}, {"1002", "u-out", "u-one", "u-group", 0}, {"1003", "u-out", "", "", 0}, {"1004", "u-in", "", "", 1}} {
			_, err := tx.Exec(ctx, `INSERT INTO member (id, staff_no, name, phone, department_id, branch_id, group_id, political, roles, joined_on, pos, created_at, updated_at, closed_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $4, 'staff', $4, $8, 0, 0, $9)`, "m-"+m.no, m.no, "某人", []byte{}, m.department, m.branch, m.group, i, m.closed)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *ward) tx(fn func(context.Context, *db.Tx) error) {
	w.Helper()
	ctx := w.Context()
	if err := w.d.Tx(ctx, func(tx *db.Tx) error { tx.Now = w.now; return fn(ctx, tx) }); err != nil {
		w.Fatal(err)
	}
}

func (w *ward) member(no string) *roster.Member {
	w.Helper()
	var m roster.Member
	w.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		m, err = w.r.MemberByStaffNo(ctx, tx, no)
		return err
	})
	return &m
}

const topicHead = "日期,标题,正文,范围\n"

// topics imports lines of 日期,标题,正文,范围.
func (w *ward) topics(approver string, dry bool, lines ...string) (Change, error) {
	w.Helper()
	t := table(w.T, TopicSpec(), []byte(topicHead+strings.Join(lines, "\n")))
	rows, bad := ParseTopics(t)
	if len(bad) > 0 {
		w.Fatal(bad)
	}
	return w.s.ImportTopics(w.Context(), w.d, w.r, t, rows, approver, dry)
}

const questionHead = "日期,题型,题干,选项A,选项B,选项C,答案,解析\n"

// questions imports lines of 日期,题型,题干,选项A,选项B,选项C,答案,解析.
func (w *ward) questions(approver string, dry bool, lines ...string) (Change, error) {
	w.Helper()
	t := table(w.T, QuestionSpec(), []byte(questionHead+strings.Join(lines, "\n")))
	rows, bad := ParseQuestions(t)
	if len(bad) > 0 {
		w.Fatal(bad)
	}
	return w.s.ImportQuestions(w.Context(), w.d, t, rows, approver, dry)
}

// want compares what an import did.
func (w *ward) want(what string, want Change) func(Change, error) {
	return func(got Change, err error) {
		w.Helper()
		if err != nil {
			w.Fatalf("%s: %v", what, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			w.Errorf("%s (-want +got)\n%s", what, diff)
		}
	}
}

// dump is all that the slice keeps, without ids and times.
func (w *ward) dump() (lines []string) {
	w.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) error {
		for _, q := range []string{
			`SELECT day || ' ' || title || ' ' || body || ' ' || audience || ' ' || approved_by FROM topic ORDER BY day, audience`,
			`SELECT t.day || ' ' || CAST(tq.pos AS TEXT) || ' ' || v.stem || ' ' || v.answer || ' ' || v.explanation FROM topic t
				JOIN topic_question tq ON tq.topic_id = t.id JOIN question q ON q.id = tq.question_id JOIN question_version v ON v.id = q.current
				ORDER BY t.day, t.audience, tq.pos`,
			`SELECT stem || ' ' || answer FROM question_version ORDER BY stem, answer, explanation`,
		} {
			part, err := db.Column[string](ctx, tx, q)
			if err != nil {
				return err
			}
			lines = append(append(lines, "--"), part...)
		}
		return nil
	})
	return lines
}

func (w *ward) count(query string, args ...any) (n int) {
	w.Helper()
	w.tx(func(ctx context.Context, tx *db.Tx) error { return tx.QueryRow(ctx, query, args...).Scan(&n) })
	return n
}

var (
	threeTopics    = []string{"2026-11-23,一,正文一,", "2026-11-24,二,正文二,", "2026-11-25,三,正文三,内科"}
	threeQuestions = []string{
		"2026-11-23,单选,第一题,甲,乙,丙,A,因为甲", "2026-11-23,多选,第二题,甲,乙,丙,A、C,", "2026-11-23,填空,第三题,,,,对|是,",
		"2026-11-24,判断,第四题,,,,错,", ",简答,题库题,,,,略,",
	}
)

func TestImportTwice(t *testing.T) {
	each(t, func(w *ward) {
		days := []string{"2026-11-23", "2026-11-24", "2026-11-25"}
		w.want("topics", Change{New: 3, Days: days})(w.topics("", false, threeTopics...))
		w.want("questions", Change{New: 5, Days: days[:2]})(w.questions("", false, threeQuestions...))
		before := w.dump()
		w.want("topics again", Change{Same: 3, Days: days})(w.topics("", false, threeTopics...))
		w.want("questions again", Change{Same: 5, Days: days[:2]})(w.questions("", false, threeQuestions...))
		if diff := cmp.Diff(before, w.dump()); diff != "" {
			w.Errorf("the second import changed something:\n%s", diff)
		}
		w.want("with approver", Change{Same: 3})(w.topics("m-1001", false, threeTopics...))
		w.want("questions of approved topics", Change{Same: 5})(w.questions("", false, threeQuestions...))
		if n := w.count(`SELECT COUNT(*) FROM topic WHERE approved_by = 'm-1001' AND approved_at = $1`, w.now.UnixMilli()); n != 3 {
			w.Errorf("%d topics are approved, want 3", n)
		}
		w.want("noise", Change{Same: 4, Changed: 1, Days: days[:1]})(w.questions("", false,
			append([]string{"2026-11-23,单选,第一题。,乙,丙,甲,C,因为甲"}, threeQuestions[1:]...)...))
	})
}

func TestApproval(t *testing.T) {
	each(t, func(w *ward) {
		w.want("topics", Change{New: 3})(w.topics("m-1001", false, threeTopics...))
		w.want("questions", Change{New: 5, Days: []string{"2026-11-23", "2026-11-24"}})(w.questions("", false, threeQuestions...))
		w.want("approved", Change{Same: 5})(w.questions("m-1002", false, threeQuestions...))
		approved := func() []string {
			var days []string
			w.tx(func(ctx context.Context, tx *db.Tx) (err error) {
				days, err = db.Column[string](ctx, tx, `SELECT day || approved_by FROM topic WHERE approved_at > 0 ORDER BY day`)
				return err
			})
			return days
		}
		check := func(what string, want ...string) {
			w.Helper()
			if diff := cmp.Diff(want, approved()); diff != "" {
				w.Errorf("%s:\n%s", what, diff)
			}
		}
		check("all", "2026-11-23m-1002", "2026-11-24m-1002", "2026-11-25m-1001")
		w.want("a body", Change{Changed: 1, Same: 2, Days: []string{"2026-11-24"}})(
			w.topics("", false, threeTopics[0], "2026-11-24,二,新正文,", threeTopics[2]))
		check("body changed", "2026-11-23m-1002", "2026-11-25m-1001")
		w.want("with approver", Change{Changed: 1})(w.topics("m-1002", false, "2026-11-24,二,再新,"))
		check("changed and approved", "2026-11-23m-1002", "2026-11-24m-1002", "2026-11-25m-1001")
		w.want("a list", Change{Same: 2, Days: []string{"2026-11-23"}})(w.questions("", false, threeQuestions[1], threeQuestions[0]))
		check("list changed", "2026-11-24m-1002", "2026-11-25m-1001")
	})
}

// TestChangedQuestionElsewhere: a question that two days ask is one question,
// so that both wait when it changes.
func TestChangedQuestionElsewhere(t *testing.T) {
	each(t, func(w *ward) {
		w.want("topics", Change{New: 3})(w.topics("m-1001", false, threeTopics...))
		w.want("questions", Change{New: 1, Same: 1})(w.questions("m-1001", false,
			"2026-11-23,单选,第一题,甲,乙,丙,A,", "2026-11-24,单选,第一题,甲,乙,丙,A,"))
		lines := "2026-11-24,单选,第一题,甲,乙,丙,B,"
		w.want("dry", Change{Changed: 1, Days: []string{"2026-11-23", "2026-11-24"}})(w.questions("", true, lines))
		w.want("real", Change{Changed: 1, Days: []string{"2026-11-23", "2026-11-24"}})(w.questions("", false, lines))
		if n := w.count(`SELECT COUNT(*) FROM topic WHERE approved_at > 0`); n != 1 {
			w.Errorf("%d topics are approved, want the one that does not ask it", n)
		}
		w.want("approved", Change{Changed: 1})(w.questions("m-1001", false, "2026-11-24,单选,第一题,甲,乙,丙,C,"))
		if n := w.count(`SELECT COUNT(*) FROM topic WHERE approved_at > 0`); n != 2 {
			w.Errorf("%d topics are approved, want also that of the file, and not what waited on another day", n)
		}
		w.want("first day", Change{Same: 1})(w.questions("m-1001", false, "2026-11-23,单选,第一题,甲,乙,丙,C,"))
		w.want("both days", Change{Changed: 1})(w.questions("m-1002", false, "2026-11-24,单选,第一题,甲,乙,丙,A,"))
		if n := w.count(`SELECT COUNT(*) FROM topic WHERE approved_by = 'm-1002'`); n != 2 {
			w.Errorf("%d topics are answered for by who approved the change, want both that ask it", n)
		}
	})
}

// TestDryRun: it stores nothing and says what the real run says, also of files
// that are stored in several pieces.
func TestDryRun(t *testing.T) {
	each(t, func(w *ward) {
		var topics, questions []string
		for i := range 95 {
			day := calendar.Day("2026-12-01").Add(i)
			topics = append(topics, fmt.Sprintf("%s,标题%d,正文,", day, i))
			questions = append(questions, fmt.Sprintf("%s,填空,填%d,,,,答,", day, i), fmt.Sprintf(",判断,判%d,,,,对,", i))
		}
		w.want("some before", Change{New: 2})(w.topics("m-1001", false, topics[50], "2026-12-03,旧标题,正文,"))
		same := func(run func(dry bool) (Change, error)) {
			w.Helper()
			before := w.dump()
			dry, err := run(true)
			if err != nil {
				w.Fatal(err)
			}
			if diff := cmp.Diff(before, w.dump()); diff != "" {
				w.Fatalf("the dry run stored something:\n%s", diff)
			}
			w.want("real run", dry)(run(false))
		}
		same(func(dry bool) (Change, error) { return w.topics("", dry, topics...) })
		same(func(dry bool) (Change, error) { return w.questions("", dry, questions...) })
		same(func(dry bool) (Change, error) { return w.questions("m-1001", dry, questions[:20]...) })
		if n := w.count(`SELECT COUNT(*) FROM topic`); n != 95 {
			w.Errorf("%d topics, want 95", n)
		}
	})
}

func TestUnits(t *testing.T) {
	each(t, func(w *ward) {
		for what, c := range map[string]struct {
			lines []string
			want  string
		}{
			"unknown": {
				[]string{"2026-11-23,一,正文,内科、儿科、药房", "2026-11-24,二,正文,门诊"},
				"2 范围 花名册里没有“儿科”“药房”，请核对支部或科室的名称\n3 范围 花名册里没有“门诊”，请核对支部或科室的名称",
			},
			"same under two names": {
				[]string{"2026-11-23,一,正文,第一小组", "2026-11-23,二,正文,一支部/第一小组"},
				"3 范围 这一天同一范围已有主题（第 2 行）",
			},
		} {
			_, err := w.topics("", false, c.lines...)
			var bad office.Faults
			if !errors.As(err, &bad) || strings.Join(faults(bad), "\n") != c.want {
				w.Errorf("%s: %v", what, err)
			}
		}
		_, err := w.questions("", false, "2026-11-23,判断,题,,,,对,")
		var bad office.Faults
		if !errors.As(err, &bad) || strings.Join(faults(bad), "\n") != "2 日期 这一天还没有学习主题，请先导入主题" {
			w.Errorf("no topic: %v", err)
		}
		if n := w.count(`SELECT (SELECT COUNT(*) FROM topic) + (SELECT COUNT(*) FROM question)`); n != 0 {
			w.Errorf("%d rows were stored of bad files", n)
		}
		w.want("two units", Change{New: 1})(w.topics("m-1001", false, "2026-11-23,一,正文,内科、一支部"))
		w.want("in another order", Change{Same: 1})(w.topics("m-1001", false, "2026-11-23,一,正文,一支部 内科"))
		w.want("a group", Change{New: 1})(w.topics("m-1001", false, "2026-11-24,二,正文,第一小组、内科"))
		w.want("by its other name", Change{Same: 1})(w.topics("m-1001", false, "2026-11-24,二,正文,一支部/第一小组、内科"))
	})
}

func TestApprover(t *testing.T) {
	each(t, func(w *ward) {
		for no, want := range map[string]string{"1001": "m-1001", "１００２ ": "m-1002", "1004": "", "9999": ""} {
			var id string
			err := w.d.View(w.Context(), func(tx *db.Tx) (err error) {
				id, err = Approver(w.Context(), tx, w.r, no)
				return err
			})
			if id != want || (want == "") != (errs.KindOf(err) == errs.NotFound) {
				w.Errorf("%s: %q, %v; want %q", no, id, err, want)
			}
		}
	})
}

// TestVersions: a changed question is another version, and an answer keeps the
// one that it was given to.
func TestVersions(t *testing.T) {
	each(t, func(w *ward) {
		w.want("topics", Change{New: 3})(w.topics("m-1001", false, threeTopics...))
		w.want("questions", Change{New: 5})(w.questions("m-1001", false, threeQuestions...))
		early, late := w.member("1001"), w.member("1002")
		ses := w.open(early)
		begun := w.open(late)
		old := ses.Asked[0]
		w.answer(early, ses, "A", Right)
		changed := slices.Clone(threeQuestions)
		changed[0] = "2026-11-23,单选,第一题,甲,乙,丙,B,因为乙"
		w.want("changed", Change{Changed: 1, Same: 4})(w.questions("m-1001", false, changed...))

		if again := w.open(early); again.Asked[0] != old || again.Done != "1--" {
			w.Errorf("who answered before: %+v, want the old version %s and its mark", again, old)
		}
		if fresh := w.open(w.member("1003")); fresh.Asked[0] == old {
			w.Error("who begins now is asked the old version")
		} else {
			w.answer(w.member("1003"), fresh, "A", Wrong)
		}
		// A question that is on the screen is marked as it was shown.
		w.answer(late, begun, "A", Right)
		if n := w.count(`SELECT COUNT(*) FROM answer WHERE version_id = $1 AND mark = 1`, old); n != 2 {
			w.Errorf("%d right answers to the old version, want 2", n)
		}
	})
}
