package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/roster"
	"rixue/internal/words"
	"rixue/study"
)

// withSample imports the sample hospital.
func (s *stage) withSample() *stage {
	s.t.Helper()
	if err := loadSample(context.Background(), s.app); err != nil {
		s.t.Fatal(err)
	}
	return s
}

// view reads at a moment.
func (s *stage) view(at time.Time, read func(ctx context.Context, tx *db.Tx) error) {
	s.t.Helper()
	ctx := context.Background()
	if err := s.app.DB.View(ctx, func(tx *db.Tx) error { tx.Now = at; return read(ctx, tx) }); err != nil {
		s.t.Fatal(err)
	}
}

// november lists the working days of November 2026.
func november(c *calendar.Calendar) (days []calendar.Day) {
	for d := calendar.Day("2026-11-01"); d.Month() == time.November; d = d.Add(1) {
		if work, _ := c.Workday(d); work {
			days = append(days, d)
		}
	}
	return days
}

// TestSampleHospital counts the sample's units and roles against the contract:
// each window has one who handles its cases, each department a head, each
// branch a secretary.
func TestSampleHospital(t *testing.T) {
	s := newStage(t, "sqlite").withSample()
	kinds, roles := map[string]int{}, map[roster.Role]int{}
	posts := map[string]bool{} // role and unit of those that a unit has one of
	s.view(monday, func(ctx context.Context, tx *db.Tx) error {
		units, err := s.app.Roster.Units(ctx, tx)
		if err != nil {
			return err
		}
		for ; len(units) > 0; units = append(units[1:], units[0].Children...) {
			kinds[units[0].Kind]++
		}
		for _, one := range sampleStaff() {
			m, err := s.app.Roster.MemberByStaffNo(ctx, tx, one.StaffNo)
			if err != nil {
				return err
			}
			if m.Name != one.Name {
				t.Errorf("%s is %s in the list and %s in the roster", one.StaffNo, one.Name, m.Name)
			}
			at := map[roster.Role]string{roster.Handler: m.WindowID, roster.Head: m.DepartmentID, roster.Secretary: m.BranchID}
			for _, r := range m.Roles {
				roles[r]++
				if at[r] != "" {
					posts[string(r)+at[r]] = true
				}
			}
		}
		return nil
	})
	for kind, want := range map[string]int{roster.Committee: 1, roster.Branch: 3, roster.Group: 6, roster.Department: 6, roster.Window: 8} {
		if kinds[kind] != want {
			t.Errorf("%d units of kind %s, want %d", kinds[kind], kind, want)
		}
	}
	for role, want := range map[roster.Role]int{
		roster.Secretary: 3, roster.Handler: 8, roster.Head: 6, roster.Coordinator: 1, roster.Custodian: 1,
		roster.Inspector: 1, roster.Discipline: 1, roster.Leader: 1, roster.Admin: 1,
	} {
		if roles[role] != want {
			t.Errorf("%d people are %s, want %d", roles[role], role.Name(), want)
		}
	}
	if roles[roster.Duty] < 2 || roles[roster.Volunteer] < 2 {
		t.Errorf("%d on duty and %d volunteers, want several of each", roles[roster.Duty], roles[roster.Volunteer])
	}
	if len(posts) != 8+6+3 {
		t.Errorf("%d windows, departments and branches have who is responsible, want %d", len(posts), 8+6+3)
	}
	if n := s.count("member"); n != 60 {
		t.Errorf("%d members, want 60", n)
	}
}

// TestSampleRoster: the file has no bad row, nobody twice, and a party group
// and a date exactly for members of the party, of whom are the secretaries and
// who checks others.
func TestSampleRoster(t *testing.T) {
	file, err := readSampleRoster()
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Faults) > 0 || len(file.Ignored) > 0 {
		t.Fatal(file.Faults, file.Ignored)
	}
	names, phones := map[string]bool{}, map[string]bool{}
	for _, r := range file.Rows {
		names[r.Name], phones[r.Phone] = true, true
		full, probation := r.Political == words.Political[0], r.Political == words.Political[1]
		if inParty := full || probation; inParty != (r.Group != "") || inParty != (r.JoinedOn != "") {
			t.Errorf("%s is %s, in group %q, joined %q", r.Name, r.Political, r.Group, r.JoinedOn)
		}
		for _, role := range []roster.Role{roster.Secretary, roster.Leader, roster.Discipline} {
			if strings.Contains(r.Roles, string(role)) && !full {
				t.Errorf("%s is %s and only %s", r.Name, role.Name(), r.Political)
			}
		}
		if r.Branch == "" || r.Post == "" || !strings.HasPrefix(r.Phone, "1380000") {
			t.Errorf("%s: branch %q, post %q, phone %q", r.Name, r.Branch, r.Post, r.Phone)
		}
	}
	if len(names) != 60 || len(phones) != 60 {
		t.Errorf("%d names and %d phones, want 60 of each", len(names), len(phones))
	}
}

// TestSampleLessons: one approved topic for everybody on each working day and
// on no other, each with three questions, and every question takes its own
// right answer.
func TestSampleLessons(t *testing.T) {
	s := newStage(t, "sqlite").withSample()
	days := november(s.app.Days)
	if len(days) != 21 {
		t.Fatalf("%d working days, want 21", len(days))
	}
	if n := s.count("topic"); n != len(days) {
		t.Errorf("%d topics, want %d", n, len(days))
	}
	kinds := map[study.Kind]int{}
	letters := map[string]int{}
	for _, day := range days {
		topic, questions := s.lesson(day)
		if topic.Audience != "" || topic.Source == "" || strings.Contains(study.PlainText(topic.Body), "*") {
			t.Errorf("%s: %+v", day, topic)
		}
		if n := len([]rune(topic.Body)); n < 200 || n > 400 {
			t.Errorf("%s has %d characters, want three minutes' reading", topic.Title, n)
		}
		if len(questions) != 3 {
			t.Errorf("%s has %d questions, want 3", topic.Title, len(questions))
		}
		for _, q := range questions {
			kinds[q.Kind]++
			if q.Kind == study.Single {
				letters[q.Answer]++
			}
			checkQuestion(t, q)
		}
	}
	if kinds[study.Short] != 1 || kinds[study.Match] != 1 || kinds[study.Single] < 32 || len(kinds) != 6 {
		t.Errorf("kinds of questions: %v", kinds)
	}
	for _, l := range []string{"A", "B", "C", "D"} {
		if n := letters[l]; n*6 < kinds[study.Single] || n*3 > kinds[study.Single] {
			t.Errorf("%s is right %d times of %d", l, n, kinds[study.Single])
		}
	}
}

// lesson is a day's topic with its questions, as the first of the staff gets
// them.
func (s *stage) lesson(day calendar.Day) (topic *study.Topic, questions []*study.Question) {
	s.t.Helper()
	s.view(day.Time(8, 0), func(ctx context.Context, tx *db.Tx) error {
		m, err := s.app.Roster.MemberByStaffNo(ctx, tx, sampleStaff()[0].StaffNo)
		if err != nil {
			return err
		}
		t, ses, err := s.app.Study.Open(ctx, tx, &m)
		if err != nil {
			return fmt.Errorf("%s: %w", day, err)
		}
		topic = t
		for ses.At = range ses.Asked {
			q, err := s.app.Study.Current(ctx, tx, ses)
			if err != nil {
				return err
			}
			questions = append(questions, q)
		}
		return nil
	})
	return topic, questions
}

func checkQuestion(t *testing.T, q *study.Question) {
	t.Helper()
	want := study.Right
	if q.Kind == study.Short {
		want = study.Pending
	}
	answers := []string{q.Answer}
	if q.Kind == study.Fill {
		answers = strings.Split(q.Answer, "\n")
	}
	for _, a := range answers {
		if got := q.Grade(a); got != want {
			t.Errorf("%s: %q is marked %d, want %d", q.Stem, a, got, want)
		}
	}
	if q.Explanation == "" || q.Category == "" || q.Difficulty == "" {
		t.Errorf("%s: explanation %q, category %q, difficulty %q", q.Stem, q.Explanation, q.Category, q.Difficulty)
	}
	if n := len(q.Options); q.Kind == study.Single && n != 4 || q.Kind == study.Multiple && n != 4 {
		t.Errorf("%s has %d options, want 4", q.Stem, n)
	}
}

// TestSampleTwice: loading the sample again, an hour later, leaves every row
// as it was.
func TestSampleTwice(t *testing.T) {
	s := newStage(t, "sqlite").withSample()
	before := s.sampleRows()
	if len(before) < 60+21+63*3 {
		t.Fatalf("only %d rows", len(before))
	}
	s.wait(time.Hour)
	s.withSample()
	if after := s.sampleRows(); !slices.Equal(before, after) {
		t.Error(diff(strings.Join(before, "\n"), strings.Join(after, "\n")))
	}
}

// sampleRows is what the imports have written, with ids and times.
func (s *stage) sampleRows() (rows []string) {
	s.t.Helper()
	s.view(monday, func(ctx context.Context, tx *db.Tx) error {
		for _, query := range []string{
			`SELECT id || ' ' || kind || ' ' || parent_id || ' ' || name || ' ' || pos FROM unit ORDER BY id`,
			`SELECT id || ' ' || staff_no || ' ' || roles || ' ' || pos || ' ' || updated_at || ' ' || closed_at FROM member ORDER BY id`,
			`SELECT id || ' ' || day || ' ' || title || ' ' || approved_by || ' ' || approved_at || ' ' || updated_at FROM topic ORDER BY id`,
			`SELECT topic_id || ' ' || pos || ' ' || question_id FROM topic_question ORDER BY topic_id, pos`,
			`SELECT id || ' ' || current FROM question ORDER BY id`,
			`SELECT id || ' ' || question_id || ' ' || stem FROM question_version ORDER BY id`,
		} {
			part, err := db.Column[string](ctx, tx, query)
			if err != nil {
				return err
			}
			rows = append(rows, part...)
		}
		return nil
	})
	return rows
}

// TestSampleInChat has people study the whole month in their own ways: the
// topic comes whole, every way of the right answer counts, and the day ends.
func TestSampleInChat(t *testing.T) {
	s := newStage(t, "sqlite", "RIXUE_STUDY_SHUFFLE_OPTIONS=false").withSample()
	days := november(s.app.Days)
	s.wait(days[0].Time(7, 40).Sub(s.now()))
	for way, one := range sampleStaff()[:5] {
		s.wait(days[0].Time(7, 40).Sub(s.now()))
		f := s.member(one.Name, one.StaffNo)
		for _, day := range days {
			s.wait(day.Time(8, 0).Sub(s.now()))
			topic, questions := s.lesson(day)
			said := f.Say("学习").Text
			if !contains(said, topic.Title, study.PlainText(topic.Body), topic.Source, "第 1/3 题") {
				t.Fatalf("%s comes as:\n%s", topic.Title, said)
			}
			for _, q := range questions {
				answer, want := spelled(q, way), "回答正确"
				if q.Kind == study.Short {
					want = words.Submitted
				}
				if said = f.Say(answer).Text; !strings.HasPrefix(said, want) {
					t.Errorf("%q to %s was answered:\n%s", answer, q.Stem, said)
				}
			}
			if !contains(said, "今日学习已完成") {
				t.Errorf("%s ends with:\n%s", topic.Title, said)
			}
		}
	}
}

// spelled is the right answer in one of the ways in which people give it.
func spelled(q *study.Question, way int) string {
	switch q.Kind {
	case study.Single:
		if way%2 == 1 {
			return q.Options[q.Answer[0]-'A']
		}
	case study.TrueFalse:
		return words.TrueFalse(q.Answer)
	case study.Fill:
		accepted := strings.Split(q.Answer, "\n")
		return accepted[way%len(accepted)]
	case study.Multiple, study.Match, study.Short:
	}
	return q.Answer
}
