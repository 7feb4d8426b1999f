package study

import (
	"context"

	"rixue/internal/db"
)

// Tally counts what was studied.
type Tally struct {
	Answers   int
	Right     int
	Completed int // topics that a member answered in full
}

const countCompleted = `
SELECT COUNT(*) FROM (
  SELECT a.topic_id, a.member_id FROM answer a GROUP BY a.topic_id, a.member_id
  HAVING COUNT(*) = (SELECT COUNT(*) FROM topic_question q WHERE q.topic_id = a.topic_id)) AS c`

// Count counts all that was ever studied.
func Count(ctx context.Context, tx *db.Tx) (t Tally, err error) {
	err = tx.QueryRow(ctx, `SELECT COUNT(*), COALESCE(SUM(CASE WHEN mark = 1 THEN 1 ELSE 0 END), 0) FROM answer`).Scan(&t.Answers, &t.Right)
	if err != nil {
		return t, err
	}
	return t, tx.QueryRow(ctx, countCompleted).Scan(&t.Completed)
}
