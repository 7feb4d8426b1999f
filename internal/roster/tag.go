package roster

import (
	"context"
	"errors"
	"slices"
	"time"

	"rixue/internal/db"
)

// Tagging is a follower whose tag at WeChat is not as his binding wants it.
// What is to be done is the difference of two columns, so that every way in
// which a binding begins or ends leads here by itself. Who leaves the roster is
// unbound with that: to be bound is to be in service.
type Tagging struct {
	PersonID, OpenID string
	Want             int64     // the binding that he should carry the tag for, by its time; 0: none
	Tries            int       // that were refused
	HoldUntil        time.Time // real; zero: not at all

	settled int64 // the binding that was settled with WeChat
	code    int
	follows bool
	lease   int64 // as it stands in the row, unless somebody else took it over
}

// Settle says that there is nothing more to do; with a code of the platform,
// that it was given up.
func (t *Tagging) Settle(code int) {
	t.settled, t.code, t.Tries, t.HoldUntil = t.Want, code, 0, time.Time{}
}

// Refused says that the platform did not want this person, and from which real
// time on it is worth another try.
func (t *Tagging) Refused(code int, again time.Time) {
	t.code, t.Tries, t.HoldUntil = code, t.Tries+1, again
}

const saveTagging = `UPDATE person SET tag_for = $3, tag_code = $4, tag_tries = $5, tag_hold = $6 WHERE id = $1 AND tag_hold = $2`

// Save writes down what became of a claimed person. It does nothing if the
// claim has ended meanwhile.
func (t *Tagging) Save(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, saveTagging, t.PersonID, t.lease, t.settled, t.code, t.Tries, millis(t.HoldUntil))
	return err
}

// tagDiffers is spelled as in the index person_tag, and its rows are asked for
// in that order, for PostgreSQL to use it.
const tagDiffers = `tag_for <> CASE WHEN followed THEN bound_at ELSE 0 END`

const countTagging = `SELECT COUNT(*), COALESCE(MIN(NULLIF(bound_at, 0)), 0) FROM (
  SELECT bound_at FROM person WHERE ` + tagDiffers + ` AND tag_hold <= $1
  AND NOT EXISTS (SELECT 1 FROM wechat_tag WHERE hold_until > $1) ORDER BY tag_tries, id LIMIT $2) AS d`

// TagsDue counts whom ClaimTags would take at a real time, at most limit, and
// tells since when the oldest of them is bound; the zero time if all of them
// were unbound, of which no time is kept.
func (s *Service) TagsDue(ctx context.Context, tx *db.Tx, real time.Time, limit int) (n int, oldest time.Time, err error) {
	var first int64
	err = tx.QueryRow(ctx, countTagging, real.UnixMilli(), limit).Scan(&n, &first)
	if first > 0 {
		oldest = time.UnixMilli(first)
	}
	return n, oldest, err
}

// TagClaim is people whom one process holds, and the tag.
type TagClaim struct {
	TagID  int // 0: not known
	Tries  int // calls that failed for everybody since the last that went well
	Seen   int // how many were looked at; about some of them WeChat needs no word
	People []Tagging
}

const selectTag = `SELECT tag_id, tries, hold_until FROM wechat_tag WHERE name = 'staff'`

const selectTagging = `SELECT id, openid, followed, bound_at, tag_for, tag_code, tag_tries, tag_hold FROM person
WHERE ` + tagDiffers + ` AND tag_hold <= $1 ORDER BY tag_tries, id LIMIT $2`

// ClaimTags takes the next people, at most limit of them, and holds them until
// a real time. Who was refused before comes after all others, and alone: one
// bad openid spoils the call for everybody in it.
func (s *Service) ClaimTags(ctx context.Context, tx *db.Tx, real, until time.Time, limit int) (c TagClaim, err error) {
	var held int64
	err = tx.QueryRow(ctx, selectTag).Scan(&c.TagID, &c.Tries, &held)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	if err != nil || held > real.UnixMilli() {
		return TagClaim{}, err
	}
	list, err := db.All(ctx, tx, s.scanTagging, selectTagging+tx.SkipLocked("person"), real.UnixMilli(), limit)
	if err != nil {
		return c, err
	}
	if i := slices.IndexFunc(list, func(t Tagging) bool { return t.Tries > 0 }); i >= 0 {
		list = list[:max(i, 1)]
	}
	c.Seen = len(list)
	for _, t := range list {
		if t.follows {
			t.HoldUntil = until
		} else {
			t.Settle(0) // WeChat itself takes the tags off who leaves
		}
		if err := t.Save(ctx, tx); err != nil {
			return c, err
		}
		if t.follows {
			t.HoldUntil, t.lease = time.Time{}, until.UnixMilli()
			c.People = append(c.People, t)
		}
	}
	return c, nil
}

// openIDColumn is the name under which openids are sealed; it is the callback
// engine's.
const openIDColumn = "person.openid"

func (s *Service) scanTagging(r db.Rows) (t Tagging, err error) {
	var sealed []byte
	err = r.Scan(&t.PersonID, &sealed, &t.follows, &t.Want, &t.settled, &t.code, &t.Tries, &t.lease)
	if err != nil {
		return t, err
	}
	if !t.follows {
		t.Want = 0
		return t, nil
	}
	t.OpenID, err = s.ring.Open(openIDColumn, sealed)
	return t, err
}

const pauseTag = `INSERT INTO wechat_tag (name, tag_id, tries, hold_until) VALUES ('staff', 0, $1, $2)
ON CONFLICT (name) DO UPDATE SET tries = excluded.tries, hold_until = excluded.hold_until`

// PauseTags keeps all processes from claiming until a real time. tries counts
// the failures since the last success; 0 and the zero time end the pause.
func (s *Service) PauseTags(ctx context.Context, tx *db.Tx, tries int, until time.Time) error {
	_, err := tx.Exec(ctx, pauseTag, tries, millis(until))
	return err
}

const setTag = `INSERT INTO wechat_tag (name, tag_id) VALUES ('staff', $1)
ON CONFLICT (name) DO UPDATE SET tag_id = excluded.tag_id, tries = 0, hold_until = 0`

// AdoptTag makes a tag of the platform's the staff's. One that is new to us is
// carried by nobody as far as we know, so all members are tagged again. Until
// they have been marked, in pieces, no tag is known: what is told about the old
// one meanwhile is not taken for the new one's.
func (s *Service) AdoptTag(ctx context.Context, d *db.DB, id int) error {
	known := false
	err := d.Tx(ctx, func(tx *db.Tx) error {
		ids, err := db.Column[int](ctx, tx, `SELECT tag_id FROM wechat_tag WHERE name = 'staff'`)
		if known = slices.Equal(ids, []int{id}); known || err != nil {
			return err
		}
		_, err = tx.Exec(ctx, setTag, 0)
		return err
	})
	if err != nil || known {
		return err
	}
	for after, last := "", "-"; last != ""; after = last {
		err := d.Tx(ctx, func(tx *db.Tx) (err error) {
			last, err = unsettle(ctx, tx, after)
			return err
		})
		if err != nil {
			return err
		}
	}
	return d.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, setTag, id)
		return err
	})
}

const selectBound = `SELECT member_id FROM person WHERE member_id <> '' AND member_id > $1 ORDER BY member_id LIMIT $2`

const unsettleTags = `UPDATE person SET tag_for = 0, tag_code = 0, tag_tries = 0, tag_hold = 0
WHERE member_id <> '' AND member_id > $1 AND member_id <= $2`

// unsettle marks the next members as not tagged and returns the last of them,
// empty if there was none.
func unsettle(ctx context.Context, tx *db.Tx, after string) (last string, err error) {
	ids, err := db.Column[string](ctx, tx, selectBound, after, chunk)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	last = ids[len(ids)-1]
	_, err = tx.Exec(ctx, unsettleTags, after, last)
	return last, err
}

const unsettleTag = `UPDATE person SET tag_for = 0, tag_code = 0, tag_tries = 0, tag_hold = 0 WHERE id = $1`

// Untagged notes that a follower carries no tag, whatever WeChat was told: it
// takes them off who leaves.
func (s *Service) Untagged(ctx context.Context, tx *db.Tx, personID string) error {
	_, err := tx.Exec(ctx, unsettleTag, personID)
	return err
}

// millis is a time as a row keeps it, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
