package notify

import (
	"context"

	"rixue/internal/db"
)

// OptIn records a member's consent to a topic, with the version of the words
// that he was shown. It is false if he had consented before.
func (s *Service) OptIn(ctx context.Context, tx *db.Tx, memberID string, t Topic, wording string) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO opt_in (id, member_id, topic, since, until, wording, ended) VALUES ($1, $2, $3, $4, 0, $5, '')
		ON CONFLICT (topic, member_id) WHERE until = 0 DO NOTHING`, db.NewID(), memberID, string(t), tx.Millis(), wording)
	return n == 1, err
}

// Why a consent ended.
const (
	EndedSaid       = "said" // 退订
	EndedUnbound    = "unbound"
	EndedUnfollowed = "unfollowed"
)

// OptOut ends a member's consent to a topic, or to all of them if t is empty,
// and what waits for him on the strength of it. It is false if there was none.
func (s *Service) OptOut(ctx context.Context, tx *db.Tx, memberID string, t Topic, why string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE opt_in SET until = $3, ended = $4 WHERE member_id = $1 AND until = 0 AND (topic = $2 OR $2 = '')`,
		memberID, string(t), tx.Millis(), why)
	if err != nil || n == 0 {
		return false, err
	}
	// The next plan finds no consent and cancels them.
	_, err = tx.Exec(ctx, `UPDATE delivery SET due_at = $2 WHERE recipient = $1 AND due_at > $2 AND state = 'waiting'`, memberID, tx.Millis())
	return true, err
}

// OptedIn lists the topics to which a member has consented.
func (s *Service) OptedIn(ctx context.Context, tx *db.Tx, memberID string) (map[Topic]bool, error) {
	list, err := db.Column[string](ctx, tx, `SELECT topic FROM opt_in WHERE member_id = $1 AND until = 0`, memberID)
	on := map[Topic]bool{}
	for _, t := range list {
		on[Topic(t)] = true
	}
	return on, err
}

// Consenting lists a page of the members who have consented to a topic, in the
// order of their ids, after one of them.
func (s *Service) Consenting(ctx context.Context, tx *db.Tx, t Topic, after string, limit int) ([]string, error) {
	return db.Column[string](ctx, tx, `SELECT member_id FROM opt_in WHERE topic = $1 AND until = 0 AND member_id > $2
		ORDER BY member_id LIMIT $3`, string(t), after, limit)
}
