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
	Held     bool   // something may wait to be shown with a reply

	followed bool // as it was read
}

// OpenIDColumn is the name under which openids are sealed.
const OpenIDColumn = "person.openid"

// meet reads the person's row, held until the commit, and makes it for a
// person who was never here.
func (h *Handler) meet(ctx context.Context, tx *db.Tx, id string, m *wire.Message) (*Person, error) {
	p := &Person{ID: id}
	for {
		err := tx.QueryRow(ctx, `SELECT member_id, followed, dialogue, held FROM person WHERE id = $1`+tx.ForUpdate(), id).
			Scan(&p.MemberID, &p.Followed, &p.Dialogue, &p.Held)
		if err == nil {
			p.followed = p.Followed
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

// The row is kept by what the message allows us: to answer a message five
// service messages may be sent in 48 hours, to answer a tap three in a minute
// (wechat.md 2.2). WeChat's own time counts, and never goes back.
const (
	saveOnly = `UPDATE person SET last_at = $2, dialogue = $3 WHERE id = $1`
	saveSaid = `UPDATE person SET last_at = $2, dialogue = $3,
		said_used = CASE WHEN said_at > $4 THEN said_used ELSE 0 END,
		said_at = CASE WHEN said_at > $4 THEN said_at ELSE $4 END WHERE id = $1`
	saveTapped = `UPDATE person SET last_at = $2, dialogue = $3,
		tap_used = CASE WHEN tapped_at > $4 THEN tap_used ELSE 0 END,
		tapped_at = CASE WHEN tapped_at > $4 THEN tapped_at ELSE $4 END WHERE id = $1`
	// By itself: an index hangs on it, which SQLite writes whenever it is set.
	saveFollowed = `UPDATE person SET followed = $2 WHERE id = $1`
)

// save keeps what the turn changed.
func (p *Person) save(ctx context.Context, tx *db.Tx, m *wire.Message) error {
	var err error
	switch said, tapped := opens(m); {
	case !p.Followed || !said && !tapped:
		_, err = tx.Exec(ctx, saveOnly, p.ID, tx.Millis(), p.Dialogue)
	case said:
		_, err = tx.Exec(ctx, saveSaid, p.ID, tx.Millis(), p.Dialogue, m.Created*1000)
	default:
		_, err = tx.Exec(ctx, saveTapped, p.ID, tx.Millis(), p.Dialogue, m.Created*1000)
	}
	if err == nil && p.Followed != p.followed {
		_, err = tx.Exec(ctx, saveFollowed, p.ID, p.Followed)
	}
	return err
}

// opens tells which window a callback opens. An item tapped in a message's menu
// comes as a text and counts as a tap.
func opens(m *wire.Message) (said, tapped bool) {
	if m.Type != "event" {
		return m.MenuID == "", m.MenuID != ""
	}
	switch m.Event {
	case "subscribe", "SCAN", "CLICK", "scancode_push", "scancode_waitmsg":
		return false, true
	}
	return false, false
}

// OpenID opens a person's openid, for sending.
func OpenID(ctx context.Context, tx *db.Tx, ring *seal.Ring, personID string) (string, error) {
	var sealed []byte
	if err := tx.QueryRow(ctx, `SELECT openid FROM person WHERE id = $1`, personID).Scan(&sealed); err != nil {
		return "", err
	}
	return ring.Open(OpenIDColumn, sealed)
}
