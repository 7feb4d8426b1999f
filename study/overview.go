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

// MakeUp returns the latest missed topic of the past month, a session in it,
// and how many are missed in all; no topic is ErrNoTopic.
func (s *Service) MakeUp(ctx context.Context, tx *db.Tx, m *roster.Member) (t *Topic, ses *Session, missed int, err error) {
	today := s.Today(tx)
	days, err := states(ctx, tx, m, today.Add(-makeUpDays), today.Add(-1))
	if err != nil {
		return nil, nil, 0, err
	}
	days = slices.DeleteFunc(days, dayState.complete)
	if len(days) == 0 {
		return nil, nil, 0, ErrNoTopic
	}
	t = &days[len(days)-1].Topic
	ses, err = s.begin(ctx, tx, m.ID, t)
	return t, ses, len(days), err
}

// Overview is a member's own month. It is shown to nobody else.
type Overview struct {
	Month          calendar.Day // its first day
	Days, Complete int          // topics with questions so far, and those answered in full
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
	days, err := states(ctx, tx, m, min(o.Month, today.Add(-makeUpDays)), today)
	if err != nil {
		return o, err
	}
	for _, d := range days {
		switch {
		case d.Day == today:
			o.Today = d.today()
		case !d.complete() && d.Day >= today.Add(-makeUpDays):
			o.Missed++
		}
		if d.Day < o.Month {
			continue
		}
		o.Days++
		if d.complete() {
			o.Complete++
		}
		o.Right += d.right
		o.Marked += d.marked
	}
	return o, nil
}

func (d dayState) today() TodayState {
	switch {
	case d.complete():
		return Complete
	case d.answered > 0:
		return Begun
	}
	return NotBegun
}
