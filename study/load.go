package study

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/errs"
	"rixue/internal/office"
	"rixue/internal/roster"
	"rixue/internal/words"
)

// Change says what an import does, or would do.
type Change struct {
	New, Changed, Same int
	Days               []string // whose topic waits for approval after it
}

// slice is how many rows are written in one transaction, so that nobody waits
// for an import longer than a few milliseconds.
const slice = 40

// ImportTopics stores topics. approver is the member id of who answers for
// them, empty if a second person has yet to look; a topic that changes loses
// its approval. With dry nothing is stored. Faults name units that do not
// exist; nothing is stored if there are any.
//
// A crash in the middle leaves whole topics; the same import again does the
// rest.
func (s *Service) ImportTopics(ctx context.Context, d *db.DB, r *roster.Service, t *office.Table, rows []TopicRow, approver string, dry bool) (Change, error) {
	var faults office.Faults
	err := d.View(ctx, func(tx *db.Tx) error {
		for i := range rows {
			ids, unknown, err := r.ResolveUnits(ctx, tx, rows[i].Names)
			if err != nil {
				return err
			}
			if len(unknown) > 0 {
				faults = append(faults, t.Fault(rows[i].Row, "audience", words.FaultUnits(unknown)))
			}
			slices.Sort(ids) // the same units are the same audience
			rows[i].Audience = strings.Join(slices.Compact(ids), " ")
			if j := slices.IndexFunc(rows[:i], rows[i].sameKey); j >= 0 && len(unknown) == 0 {
				faults = append(faults, t.Fault(rows[i].Row, "audience", words.FaultTopicTwice(rows[j].Row.Number)))
			}
		}
		return nil
	})
	if err == nil && len(faults) > 0 {
		err = faults
	}
	if err != nil {
		return Change{}, err
	}
	return inSlices(ctx, d, rows, dry, func(tx *db.Tx, row TopicRow, c *Change) error {
		return storeTopic(ctx, tx, row.Topic, approver, c)
	})
}

// errDry undoes a dry run.
var errDry = errors.New("study: dry run")

// inSlices stores rows a few at a time. A dry run does all of them in one
// transaction that is undone, so that it sees what the real one would.
func inSlices[T any](ctx context.Context, d *db.DB, rows []T, dry bool, store func(*db.Tx, T, *Change) error) (Change, error) {
	n := slice
	if dry {
		n = max(1, len(rows))
	}
	var total Change
	for part := range slices.Chunk(rows, n) {
		var c Change
		err := d.Tx(ctx, func(tx *db.Tx) error {
			c = total
			c.Days = slices.Clone(total.Days)
			for _, row := range part {
				if err := store(tx, row, &c); err != nil {
					return err
				}
			}
			if dry {
				return errDry
			}
			return nil
		})
		if err != nil && !errors.Is(err, errDry) {
			return total, err
		}
		total = c
	}
	return total, nil
}

func storeTopic(ctx context.Context, tx *db.Tx, t Topic, approver string, c *Change) error {
	var old Topic
	var approved int64
	err := tx.QueryRow(ctx, `SELECT id, title, body, link, source, approved_at FROM topic WHERE day = $1 AND audience = $2`, string(t.Day), t.Audience).
		Scan(&old.ID, &old.Title, &old.Body, &old.Link, &old.Source, &approved)
	switch {
	case errors.Is(err, db.ErrNoRows):
		c.New++
		t.ID, approved = db.NewKey(), 0
		_, err = tx.Exec(ctx, `INSERT INTO topic (id, day, title, body, link, source, audience, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
			t.ID, string(t.Day), t.Title, t.Body, t.Link, t.Source, t.Audience, tx.Millis())
	case err != nil:
	case old.Title == t.Title && old.Body == t.Body && old.Link == t.Link && old.Source == t.Source:
		c.Same++
		t.ID = old.ID
	default:
		c.Changed++
		t.ID, approved = old.ID, 0
		_, err = tx.Exec(ctx, `UPDATE topic SET title = $2, body = $3, link = $4, source = $5, updated_at = $6, approved_by = '', approved_at = 0 WHERE id = $1`,
			t.ID, t.Title, t.Body, t.Link, t.Source, tx.Millis())
	}
	if err != nil {
		return err
	}
	return approve(ctx, tx, t.ID, t.Day, approved > 0, approver, c)
}

// approve notes the approval, or that the topic waits for one.
func approve(ctx context.Context, tx *db.Tx, topicID string, day calendar.Day, approved bool, approver string, c *Change) error {
	if approved {
		return nil
	}
	if approver == "" {
		if !slices.Contains(c.Days, string(day)) {
			c.Days = append(c.Days, string(day))
		}
		return nil
	}
	_, err := tx.Exec(ctx, `UPDATE topic SET approved_by = $2, approved_at = $3 WHERE id = $1`, topicID, approver, tx.Millis())
	return err
}

// dayQuestions are the questions that a file gives to one day, or to the bank.
type dayQuestions struct {
	day  calendar.Day
	rows []QuestionRow
}

// ImportQuestions stores questions and gives each day's topics their list, in
// file order; a topic whose list changes loses its approval unless approver is
// given. See ImportTopics for dry and crashes.
func (s *Service) ImportQuestions(ctx context.Context, d *db.DB, t *office.Table, rows []QuestionRow, approver string, dry bool) (Change, error) {
	var days []dayQuestions
	for _, row := range rows {
		i := slices.IndexFunc(days, func(x dayQuestions) bool { return x.day == row.Day && (row.Day != "" || len(x.rows) < slice) })
		if i < 0 {
			i, days = len(days), append(days, dayQuestions{day: row.Day})
		}
		days[i].rows = append(days[i].rows, row)
	}
	var faults office.Faults
	err := d.View(ctx, func(tx *db.Tx) error {
		for _, x := range days {
			ids, err := db.Column[string](ctx, tx, `SELECT id FROM topic WHERE day = $1`, string(x.day))
			if err != nil {
				return err
			}
			if x.day != "" && len(ids) == 0 {
				faults = append(faults, t.Fault(x.rows[0].Row, "day", words.FaultNoTopic))
			}
		}
		return nil
	})
	if err == nil && len(faults) > 0 {
		err = faults
	}
	if err != nil {
		return Change{}, err
	}
	return inSlices(ctx, d, days, dry, func(tx *db.Tx, x dayQuestions, c *Change) error {
		return storeDay(ctx, tx, x, approver, c)
	})
}

func storeDay(ctx context.Context, tx *db.Tx, x dayQuestions, approver string, c *Change) error {
	ids := make([]string, len(x.rows))
	changed := false
	for i, row := range x.rows {
		before := *c
		id, err := storeQuestion(ctx, tx, row.Question, c)
		if err != nil {
			return err
		}
		ids[i], changed = id, changed || c.Same == before.Same
		if c.Changed > before.Changed {
			if err := elsewhere(ctx, tx, id, x.day, approver, c); err != nil {
				return err
			}
		}
	}
	topics, err := db.Column[string](ctx, tx, `SELECT id FROM topic WHERE day = $1`, string(x.day))
	if err != nil {
		return err
	}
	for _, topic := range topics {
		if err := assign(ctx, tx, topic, x.day, ids, changed, approver, c); err != nil {
			return err
		}
	}
	return nil
}

const selectElsewhere = `SELECT DISTINCT t.id, t.day FROM topic t JOIN topic_question tq ON tq.topic_id = t.id
WHERE tq.question_id = $1 AND t.day <> $2 AND t.approved_at > 0 ORDER BY t.day, t.id`

// elsewhere takes the approval off the topics of other days that ask a changed
// question, or has approver answer for them too. Those that wait go on waiting:
// they may do so for another reason.
func elsewhere(ctx context.Context, tx *db.Tx, question string, day calendar.Day, approver string, c *Change) error {
	topics, err := db.All(ctx, tx, func(r db.Rows) (t Topic, err error) {
		return t, r.Scan(&t.ID, (*string)(&t.Day))
	}, selectElsewhere, question, string(day))
	if err != nil {
		return err
	}
	for _, t := range topics {
		if err := unapprove(ctx, tx, t.ID); err != nil {
			return err
		}
		if err := approve(ctx, tx, t.ID, t.Day, false, approver, c); err != nil {
			return err
		}
	}
	return nil
}

func unapprove(ctx context.Context, tx *db.Tx, topic string) error {
	_, err := tx.Exec(ctx, `UPDATE topic SET approved_by = '', approved_at = 0, updated_at = $2 WHERE id = $1`, topic, tx.Millis())
	return err
}

// assign gives a topic its list of questions.
func assign(ctx context.Context, tx *db.Tx, topic string, day calendar.Day, ids []string, changed bool, approver string, c *Change) error {
	old, err := db.Column[string](ctx, tx, `SELECT question_id FROM topic_question WHERE topic_id = $1 ORDER BY pos`, topic)
	if err != nil {
		return err
	}
	if !slices.Equal(old, ids) {
		changed = true
		if _, err := tx.Exec(ctx, `DELETE FROM topic_question WHERE topic_id = $1`, topic); err != nil {
			return err
		}
		for i, id := range ids {
			if _, err := tx.Exec(ctx, `INSERT INTO topic_question (topic_id, pos, question_id) VALUES ($1, $2, $3)`, topic, i, id); err != nil {
				return err
			}
		}
	}
	if changed {
		if err := unapprove(ctx, tx, topic); err != nil {
			return err
		}
	}
	var approved int64
	if err := tx.QueryRow(ctx, `SELECT approved_at FROM topic WHERE id = $1`, topic).Scan(&approved); err != nil {
		return err
	}
	return approve(ctx, tx, topic, day, approved > 0, approver, c)
}

// storeQuestion finds the question by its fingerprint, or makes it, and adds a
// version if anything about it is new.
func storeQuestion(ctx context.Context, tx *db.Tx, q Question, c *Change) (id string, err error) {
	var current string
	print := q.fingerprint()
	err = tx.QueryRow(ctx, `SELECT id, current FROM question WHERE fingerprint = $1`, print).Scan(&id, &current)
	isNew := errors.Is(err, db.ErrNoRows)
	if err != nil && !isNew {
		return "", err
	}
	if isNew {
		id = db.NewKey()
	} else {
		old, err := loadQuestion(ctx, tx, current)
		if err != nil {
			return "", err
		}
		if old.sameAs(&q) {
			c.Same++
			return id, nil
		}
	}
	q.ID = db.NewKey()
	if err := insertVersion(ctx, tx, id, q); err != nil {
		return "", err
	}
	if isNew {
		c.New++
		_, err = tx.Exec(ctx, `INSERT INTO question (id, fingerprint, current) VALUES ($1, $2, $3)`, id, print, q.ID)
	} else {
		c.Changed++
		_, err = tx.Exec(ctx, `UPDATE question SET current = $2 WHERE id = $1`, id, q.ID)
	}
	return id, err
}

func insertVersion(ctx context.Context, tx *db.Tx, questionID string, q Question) error {
	options, err := json.Marshal(q.Options)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO question_version (id, question_id, kind, stem, options, answer, explanation, category, difficulty, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		q.ID, questionID, string(q.Kind), q.Stem, string(options), q.Answer, q.Explanation, q.Category, q.Difficulty, tx.Millis())
	return err
}

func (q *Question) sameAs(p *Question) bool {
	return q.Kind == p.Kind && q.Stem == p.Stem && slices.Equal(q.Options, p.Options) && q.Answer == p.Answer &&
		q.Explanation == p.Explanation && q.Category == p.Category && q.Difficulty == p.Difficulty
}

// Approver finds the member who answers for an import by his staff number; who
// has left cannot.
func Approver(ctx context.Context, tx *db.Tx, r *roster.Service, staffNo string) (string, error) {
	m, err := r.MemberByStaffNo(ctx, tx, staffNo)
	if errors.Is(err, db.ErrNoRows) || err == nil && m.Closed() {
		return "", errs.New(errs.NotFound, words.NoSuchStaffNo(staffNo))
	}
	return m.ID, err
}
