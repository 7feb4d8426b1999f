package study

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/roster"
)

// ErrNoTopic is returned when a day has no approved topic for the member.
var ErrNoTopic = errors.New("study: no topic")

const selectTopics = `
SELECT id, day, title, body, link, source, audience FROM topic
WHERE day >= $1 AND day <= $2 AND approved_at > 0
ORDER BY day, id`

// topicsOf lists the approved topics of days first to last that are for the
// member, oldest first.
func topicsOf(ctx context.Context, tx *db.Tx, m *roster.Member, first, last calendar.Day) ([]Topic, error) {
	all, err := db.All(ctx, tx, scanTopic, selectTopics, string(first), string(last))
	if err != nil {
		return nil, err
	}
	mine := all[:0]
	for _, t := range all {
		if m.InAudience(t.Audience) {
			mine = append(mine, t)
		}
	}
	return mine, nil
}

// allTopics lists a day's approved topics, for whomever they are.
func allTopics(ctx context.Context, tx *db.Tx, day calendar.Day) ([]Topic, error) {
	return db.All(ctx, tx, scanTopic, selectTopics, string(day), string(day))
}

func scanTopic(r db.Rows) (t Topic, err error) {
	return t, r.Scan(&t.ID, (*string)(&t.Day), &t.Title, &t.Body, &t.Link, &t.Source, &t.Audience)
}

func loadTopic(ctx context.Context, tx *db.Tx, id string) (t Topic, err error) {
	err = tx.QueryRow(ctx, `SELECT id, day, title, body, link, source, audience FROM topic WHERE id = $1`, id).
		Scan(&t.ID, (*string)(&t.Day), &t.Title, &t.Body, &t.Link, &t.Source, &t.Audience)
	return t, err
}

// begunTopic is an approved topic by its id, of today or before.
func begunTopic(ctx context.Context, tx *db.Tx, id string, today calendar.Day) (*Topic, error) {
	all, err := db.All(ctx, tx, scanTopic, `SELECT id, day, title, body, link, source, audience FROM topic
		WHERE id = $1 AND day <= $2 AND approved_at > 0`, id, string(today))
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, ErrNoTopic
	}
	return &all[0], nil
}

const selectProgress = `
SELECT q.current, COALESCE(a.version_id, ''), COALESCE(a.mark, -1)
FROM topic_question tq
JOIN question q ON q.id = tq.question_id
LEFT JOIN answer a ON a.topic_id = tq.topic_id AND a.question_id = tq.question_id AND a.member_id = $2
WHERE tq.topic_id = $1 ORDER BY tq.pos`

// progress lists a topic's questions by their versions, what was answered by
// the version that was answered, and a character for each (see Session.Done).
func progress(ctx context.Context, tx *db.Tx, topicID, memberID string) (asked []string, done string, err error) {
	rows, err := tx.Query(ctx, selectProgress, topicID, memberID)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close()
	var chars []byte
	for rows.Next() {
		var current, answered string
		var mark int
		if err := rows.Scan(&current, &answered, &mark); err != nil {
			return nil, "", err
		}
		if mark < 0 {
			asked, chars = append(asked, current), append(chars, open)
			continue
		}
		asked, chars = append(asked, answered), append(chars, Mark(mark).char())
	}
	return asked, string(chars), rows.Err()
}

const selectQuestion = `
SELECT id, question_id, kind, stem, options, answer, explanation, category, difficulty
FROM question_version WHERE id = $1`

func loadQuestion(ctx context.Context, tx *db.Tx, version string) (*Question, error) {
	q := &Question{}
	var options string
	err := tx.QueryRow(ctx, selectQuestion, version).
		Scan(&q.ID, &q.QuestionID, (*string)(&q.Kind), &q.Stem, &options, &q.Answer, &q.Explanation, &q.Category, &q.Difficulty)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(options), &q.Options); err != nil {
		return nil, fmt.Errorf("study: options of %s: %w", version, err)
	}
	q.movable = q.findMovable()
	return q, nil
}

type answer struct {
	topicID, questionID, memberID, versionID, given string
	mark                                            Mark
}

const insertAnswerSQL = `
INSERT INTO answer (topic_id, question_id, member_id, version_id, given, mark, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (topic_id, question_id, member_id) DO NOTHING`

// insertAnswer keeps an answer, once. If there is one already it tells its
// mark.
func insertAnswer(ctx context.Context, tx *db.Tx, a answer) (before Mark, inserted bool, err error) {
	n, err := tx.Exec(ctx, insertAnswerSQL, a.topicID, a.questionID, a.memberID, a.versionID, a.given, int(a.mark), tx.Millis())
	if err != nil || n == 1 {
		return 0, n == 1, err
	}
	err = tx.QueryRow(ctx, `SELECT mark FROM answer WHERE topic_id = $1 AND question_id = $2 AND member_id = $3`,
		a.topicID, a.questionID, a.memberID).Scan((*int)(&before))
	return before, false, err
}

// givenAnswer is what a member answered to a question, in file order.
func givenAnswer(ctx context.Context, tx *db.Tx, topicID, questionID, memberID string) (given string, err error) {
	err = tx.QueryRow(ctx, `SELECT given FROM answer WHERE topic_id = $1 AND question_id = $2 AND member_id = $3`,
		topicID, questionID, memberID).Scan(&given)
	return given, err
}
