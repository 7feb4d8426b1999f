package notify

import (
	"context"
	"time"

	"rixue/internal/db"
)

// Tally counts the deliveries of a kind.
type Tally struct {
	Told    int // all of them
	Sent    int // that WeChat took by a message of its own, delivered or not
	Shown   int // with a reply
	Open    int // planned, being sent, waiting
	Unknown int
	Ended   int // failed, expired, cancelled
}

// Count counts the deliveries of a kind.
func Count(ctx context.Context, tx *db.Tx, k Kind) (Tally, error) {
	var t Tally
	rows, err := tx.Query(ctx, `SELECT d.state, d.channel, COUNT(*) FROM delivery d JOIN notice n ON n.id = d.notice_id
		WHERE n.kind = $1 GROUP BY d.state, d.channel`, string(k))
	if err != nil {
		return t, err
	}
	defer rows.Close()
	for rows.Next() {
		var state State
		var channel Channel
		var n int
		if err := rows.Scan((*string)(&state), (*string)(&channel), &n); err != nil {
			return t, err
		}
		t.Told += n
		switch state {
		case Accepted, Delivered:
			if channel == Visit {
				t.Shown += n
			} else {
				t.Sent += n
			}
		case Planned, Sending, Waiting:
			t.Open += n
		case Unknown:
			t.Unknown += n
		case Failed, Expired, Cancelled:
			t.Ended += n
		}
	}
	return t, rows.Err()
}

// Next tells when the next delivery is due, the zero time if none is open.
func (s *Service) Next(ctx context.Context) (at time.Time, err error) {
	var millis int64
	err = s.DB.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT COALESCE(MIN(due_at), 0) FROM delivery WHERE due_at > 0`).Scan(&millis)
	})
	if millis > 0 {
		at = time.UnixMilli(millis)
	}
	return at, err
}
