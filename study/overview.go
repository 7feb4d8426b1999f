package study

import (
	"context"
	"slices"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/roster"
)

// makeUpDays is how far back a missed topic may be made up, in days.
const makeUpDays = 31

// dayState is a topic and how far a member is in it.
type dayState struct {
	Topic
	asked, answered, right, marked int
}

func (d dayState) complete() bool { return d.asked > 0 && d.answered == d.asked }

const selectStates = `
SELECT tq.topic_id, COUNT(*), COUNT(a.mark),
       COALESCE(SUM(CASE WHEN a.mark = 1 THEN 1 ELSE 0 END), 0),
       COALESCE(SUM(CASE WHEN a.mark IN (0, 1) THEN 1 ELSE 0 END), 0)
FROM topic t
JOIN topic_question tq ON tq.topic_id = t.id
LEFT JOIN answer a ON a.topic_id = tq.topic_id AND a.question_id = tq.question_id AND a.member_id = $3
WHERE t.day >= $1 AND t.day <= $2 AND t.approved_at > 0
GROUP BY tq.topic_id`

// states lists a member's topics of the days first to last that have
// questions, oldest first.
func states(ctx context.Context, tx *db.Tx, m *roster.Member, first, last calendar.Day) ([]dayState, error) {
	topics, err := topicsOf(ctx, tx, m, first, last)
	if err != nil {
		return nil, err
	}
	counts := map[string]dayState{}
	rows, err := tx.Query(ctx, selectStates, string(first), string(last), m.ID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var d dayState
		if err := rows.Scan(&id, &d.asked, &d.answered, &d.right, &d.marked); err != nil {
			return nil, err
		}
		counts[id] = d
	}
	var out []dayState
	for _, t := range topics {
		if d, ok := counts[t.ID]; ok {
			d.Topic = t
			out = append(out, d)
		}
	}
	return out, rows.Err()
}

// days gathers the topics of each day, of which a member may have several.
func days(all []dayState) [][]dayState {
	var out [][]dayState
	for i, d := range all {
		if i == 0 || d.Day != all[i-1].Day {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], d)
	}
	return out
}

// incomplete is the first of a day's topics that is not complete, nil if all
// are.
func incomplete(day []dayState) *dayState {
	i := slices.IndexFunc(day, func(d dayState) bool { return !d.complete() })
	if i < 0 {
		return nil
	}
	return &day[i]
}

// MakeUp returns a missed topic of the latest missed day of the past month, a
// session in it, and how many days are missed in all; no topic is ErrNoTopic.
func (s *Service) MakeUp(ctx context.Context, tx *db.Tx, m *roster.Member) (t *Topic, ses *Session, missed int, err error) {
	today := s.Today(tx)
	all, err := states(ctx, tx, m, today.Add(-makeUpDays), today.Add(-1))
	if err != nil {
		return nil, nil, 0, err
	}
	for _, day := range days(all) {
		if d := incomplete(day); d != nil {
			t, missed = &d.Topic, missed+1
		}
	}
	if t == nil {
		return nil, nil, 0, ErrNoTopic
	}
	ses, err = begin(ctx, tx, m.ID, t)
	return t, ses, missed, err
}

// Overview is a member's own month. It is shown to nobody else.
type Overview struct {
	Month          calendar.Day // its first day
	Days, Complete int          // days with questions so far, and those answered in full
	Right, Marked  int          // answers that were right, of those that were marked
	Today          TodayState
	Missed         int // of the past month, to be made up
}

// TodayState says how far today's topic is.
type TodayState uint8

// The states of today.
const (
	NoTopicToday TodayState = iota
	NotBegun
	Begun
	Complete
)

// Overview counts a member's current month.
func (s *Service) Overview(ctx context.Context, tx *db.Tx, m *roster.Member) (Overview, error) {
	today := s.Today(tx)
	o := Overview{Month: today[:len("2006-01-")] + "01"}
	all, err := states(ctx, tx, m, min(o.Month, today.Add(-makeUpDays)), today)
	if err != nil {
		return o, err
	}
	for _, day := range days(all) {
		at, complete := day[0].Day, incomplete(day) == nil
		switch {
		case at == today:
			o.Today = stateOf(day)
		case !complete && at >= today.Add(-makeUpDays):
			o.Missed++
		}
		if at < o.Month {
			continue
		}
		o.Days++
		if complete {
			o.Complete++
		}
		for _, d := range day {
			o.Right += d.right
			o.Marked += d.marked
		}
	}
	return o, nil
}

func stateOf(day []dayState) TodayState {
	switch {
	case incomplete(day) == nil:
		return Complete
	case slices.ContainsFunc(day, func(d dayState) bool { return d.answered > 0 }):
		return Begun
	}
	return NotBegun
}
