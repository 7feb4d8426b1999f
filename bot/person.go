package bot

import (
	"context"
	"errors"

	"rixue/internal/db"
	"rixue/internal/seal"
	"rixue/internal/wechat/wire"
)

// Person is a follower as the engine knows him. Handlers may change Dialogue
// and what belongs to the binding; the engine keeps it with the reply.
type Person struct {
	ID       string // keyed hash of the openid
	MemberID string // the member he is bound to, empty for patients
	Followed bool
	Dialogue string // what was asked or shown last; its form belongs to the router
}

// OpenIDColumn is the name under which openids are sealed.
const OpenIDColumn = "person.openid"

// meet reads the person's row, held until the commit, and makes it for a
// person who was never here.
func (h *Handler) meet(ctx context.Context, tx *db.Tx, id string, m *wire.Message) (*Person, error) {
	p := &Person{ID: id}
	for {
		err := tx.QueryRow(ctx, `SELECT member_id, followed, dialogue FROM person WHERE id = $1`+tx.ForUpdate(), id).
			Scan(&p.MemberID, &p.Followed, &p.Dialogue)
		if err == nil {
			return p, nil
		}
		if !errors.Is(err, db.ErrNoRows) {
			return nil, err
		}
		// Another process may be making it at this moment; then ours does nothing.
		_, err = tx.Exec(ctx, `INSERT INTO person (id, openid, followed, first_at, last_at) VALUES ($1, $2, $3, $4, $4) ON CONFLICT (id) DO NOTHING`,
			id, h.Ring.Seal(OpenIDColumn, m.From), m.Event != "unsubscribe", tx.Millis())
		if err != nil {
			return nil, err
		}
	}
}

// save keeps what the turn changed.
func (p *Person) save(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE person SET last_at = $2, followed = $3, dialogue = $4 WHERE id = $1`,
		p.ID, tx.Millis(), p.Followed, p.Dialogue)
	return err
}

// OpenID opens a person's openid, for sending.
func OpenID(ctx context.Context, tx *db.Tx, ring *seal.Ring, personID string) (string, error) {
	var sealed []byte
	if err := tx.QueryRow(ctx, `SELECT openid FROM person WHERE id = $1`, personID).Scan(&sealed); err != nil {
		return "", err
	}
	return ring.Open(OpenIDColumn, sealed)
}
