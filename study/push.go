package study

import (
	"context"
	"slices"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/words"
	"rixue/notify"
)

// pushPage is how many members one page of a push tells: a transaction of a few
// milliseconds.
const pushPage = 200

// DayEnd is when a study day is over.
func (s *Service) DayEnd(d calendar.Day) time.Time { return calendar.StudyDayEnd(d, s.DayEndsAt) }

// Push tells the next page of those who asked for it that the day's topic is
// there. late is for a push that was missed: it disturbs nobody and waits for
// the next visit. next is where the following page begins, empty when all have
// been told. A day without an approved topic is ErrNoTopic.
func (s *Service) Push(ctx context.Context, tx *db.Tx, day calendar.Day, after string, late bool) (next string, err error) {
	topics, err := allTopics(ctx, tx, day)
	if err == nil && len(topics) == 0 {
		err = ErrNoTopic
	}
	if err != nil {
		return "", err
	}
	page, err := s.Notify.Consenting(ctx, tx, notify.TopicStudy, after, pushPage)
	if err != nil {
		return "", err
	}
	to, err := s.byTopic(ctx, tx, topics, page)
	if err != nil {
		return "", err
	}
	for i := range topics {
		if len(to[i]) == 0 {
			continue
		}
		_, err = s.Notify.Enqueue(ctx, tx, notify.Message{
			Key: DailyKey(topics[i].ID), Kind: notify.StudyDaily, To: to[i], VisitOnly: late,
			Expires: s.DayEnd(day), Content: s.dailyContent(&topics[i]),
		})
		if err != nil {
			return "", err
		}
	}
	return lastOf(page), nil
}

// Remind reminds the next page of those who opened the day's topic and have not
// finished it. Nobody else is reminded: learning is voluntary (conventions C6).
func (s *Service) Remind(ctx context.Context, tx *db.Tx, day calendar.Day, after string) (next string, err error) {
	topics, err := allTopics(ctx, tx, day)
	if err != nil || len(topics) == 0 {
		return "", err
	}
	page, err := s.Notify.Consenting(ctx, tx, notify.TopicStudy, after, pushPage)
	if err != nil || len(page) == 0 {
		return "", err
	}
	for i := range topics {
		begun, err := begunBetween(ctx, tx, topics[i].ID, after, page[len(page)-1])
		if err != nil {
			return "", err
		}
		var to []notify.Recipient
		for _, id := range begun {
			if _, wants := slices.BinarySearch(page, id); wants {
				to = append(to, notify.Member(id))
			}
		}
		if len(to) == 0 {
			continue
		}
		_, err = s.Notify.Enqueue(ctx, tx, notify.Message{
			Key: reminderKey(topics[i].ID), Kind: notify.StudyReminder, To: to,
			Expires: s.DayEnd(day), Content: s.reminderContent(&topics[i]),
		})
		if err != nil {
			return "", err
		}
	}
	return lastOf(page), nil
}

// lastOf is where the page after this one begins; empty after the last one.
func lastOf(page []string) string {
	if len(page) < pushPage {
		return ""
	}
	return page[len(page)-1]
}

// byTopic sorts members under the first of the day's topics that is for them.
func (s *Service) byTopic(ctx context.Context, tx *db.Tx, topics []Topic, members []string) ([][]notify.Recipient, error) {
	to := make([][]notify.Recipient, len(topics))
	for _, id := range members {
		m, err := s.Roster.MemberByID(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(topics, func(t Topic) bool { return m.InAudience(t.Audience) })
		if i >= 0 && !m.Closed() {
			to[i] = append(to[i], notify.Member(id))
		}
	}
	return to, nil
}

// DailyKey is the key of the notice of a topic.
func DailyKey(topicID string) string { return "study_daily:" + topicID }

func reminderKey(topicID string) string { return "study_reminder:" + topicID }

// Page is the path of a topic's page.
func Page(topicID string) string { return "/m/topic/" + topicID }

func (s *Service) dailyContent(t *Topic) notify.Content {
	return notify.Content{
		Title: words.PushTitle(t.Title), Text: words.PushText(PlainText(t.Body)), Path: Page(t.ID), Values: s.values(t),
	}
}

func (s *Service) reminderContent(t *Topic) notify.Content {
	return notify.Content{
		Title: words.RemindTitle(t.Title), Text: words.RemindText, Path: Page(t.ID), Values: s.values(t),
	}
}

// values are what cards can say of a topic.
func (s *Service) values(t *Topic) map[string]string {
	return map[string]string{
		"title": t.Title, "time": words.CardTime(t.Day.At(s.PushAt)), "due": words.CardTime(s.DayEnd(t.Day)),
		"remark": words.PushRemark, "state": words.PushState,
	}
}

// Opened notes that a member looked at a topic; how is chat or page. What was
// to bring him there need not be told any more.
func (s *Service) Opened(ctx context.Context, tx *db.Tx, topicID, memberID, how string) error {
	_, err := tx.Exec(ctx, `INSERT INTO topic_open (topic_id, member_id, at, how) VALUES ($1, $2, $3, $4)
		ON CONFLICT (topic_id, member_id) DO NOTHING`, topicID, memberID, tx.Millis(), how)
	if err != nil {
		return err
	}
	if err := s.Notify.Seen(ctx, tx, DailyKey(topicID), memberID); err != nil {
		return err
	}
	return s.Notify.Seen(ctx, tx, reminderKey(topicID), memberID)
}

// begunBetween lists who opened a topic and has questions left, of the members
// after one id up to another.
func begunBetween(ctx context.Context, tx *db.Tx, topicID, after, last string) ([]string, error) {
	return db.Column[string](ctx, tx, `SELECT o.member_id FROM topic_open o
		WHERE o.topic_id = $1 AND o.member_id > $2 AND o.member_id <= $3 AND EXISTS (
			SELECT 1 FROM topic_question q WHERE q.topic_id = o.topic_id AND NOT EXISTS (
				SELECT 1 FROM answer a WHERE a.topic_id = q.topic_id AND a.question_id = q.question_id AND a.member_id = o.member_id))
		ORDER BY o.member_id`, topicID, after, last)
}
