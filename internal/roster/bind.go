package roster

import (
	"context"
	"strings"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/errs"
	"rixue/internal/words"
)

// ScenePrefix begins the scene of a member's own QR code.
const ScenePrefix = "bind_"

// BindResult is the answer to a try at binding. A wrong try is no error, as
// what it leaves behind must be committed.
type BindResult struct {
	OK     bool
	Words  string // for the person, in any case
	Member Member // if OK
	Moved  string // the person who was bound to the member before; usually empty
}

// Bind binds a follower to the member whose staff number, name and valid code
// were given, as people write them.
func (s *Service) Bind(ctx context.Context, tx *db.Tx, personID, staffNo, name, code string) (BindResult, error) {
	no := StaffNo(staffNo)
	return s.try(ctx, tx, attempt{
		personID: personID, staffNo: no, code: code, failed: words.BindFailed,
		fits: func(m Member) bool {
			return m.StaffNo == no && strings.EqualFold(m.Name, PersonName(name))
		},
	})
}

// BindByScene binds a follower who scanned a personal code. The code alone is
// enough: it was printed for one member and works once.
func (s *Service) BindByScene(ctx context.Context, tx *db.Tx, personID, scene string) (BindResult, error) {
	code, ok := strings.CutPrefix(scene, ScenePrefix)
	return s.try(ctx, tx, attempt{
		personID: personID, code: code, failed: words.BindSceneFailed,
		fits: func(Member) bool { return ok },
	})
}

// attempt is one try at binding.
type attempt struct {
	personID string
	staffNo  string // empty if it was not said
	code     string
	fits     func(Member) bool // judges the code's holder
	failed   string            // words
}

func (s *Service) try(ctx context.Context, tx *db.Tx, a attempt) (BindResult, error) {
	bound, err := lockPerson(ctx, tx, a.personID)
	if err != nil {
		return BindResult{}, err
	}
	if bound != "" {
		m, err := s.MemberByID(ctx, tx, bound)
		return BindResult{Words: words.AlreadyBound(m.Name, m.Department)}, err
	}
	m, err := s.holder(ctx, tx, a.code)
	if err != nil {
		return BindResult{}, err
	}
	right := m.ID != "" && a.fits(m)
	if right {
		a.staffNo = m.StaffNo // a scan names it by its code
	}
	held, err := s.hold(ctx, tx, a)
	if err != nil {
		return BindResult{}, err
	}
	until, err := locked(ctx, tx, held)
	if err != nil || !until.IsZero() {
		return refusal(until, a.failed), err
	}
	if right {
		right, err = useCode(ctx, tx, m.ID, s.hash(a.code))
		if err != nil {
			return BindResult{}, err
		}
	}
	if right {
		return s.bind(ctx, tx, a.personID, m.ID)
	}
	if err := recordTry(ctx, tx, held); err != nil {
		return BindResult{}, err
	}
	until, err = locked(ctx, tx, held) // by this very try, perhaps
	return refusal(until, a.failed), err
}

// hold makes other tries at the same binding wait, and returns whom a wrong one
// is held against.
func (s *Service) hold(ctx context.Context, tx *db.Tx, a attempt) ([]string, error) {
	if a.staffNo == "" {
		return []string{a.personID}, nil
	}
	return []string{a.personID, s.ring.ID("staffno", a.staffNo)}, lockMember(ctx, tx, a.staffNo)
}

// refusal says that the try was wrong, or until when tries are of no use.
func refusal(until time.Time, failed string) BindResult {
	if until.IsZero() {
		return BindResult{Words: failed}
	}
	// The minute after, so that who comes on time is not too early.
	local := until.Add(time.Minute - 1).In(calendar.Shanghai)
	_, month, day := local.Date()
	return BindResult{Words: words.BindLocked(words.ShortDate(month, day) + " " + local.Format("15:04"))}
}

const takeMember = `UPDATE person SET member_id = $2, bound_at = $3 WHERE id = $1`

// bind gives the member to the person, and takes it from who had it.
func (s *Service) bind(ctx context.Context, tx *db.Tx, personID, memberID string) (BindResult, error) {
	before, err := db.Column[string](ctx, tx, releaseMember, memberID)
	if err != nil {
		return BindResult{}, err
	}
	if _, err := tx.Exec(ctx, takeMember, personID, memberID, tx.Millis()); err != nil {
		return BindResult{}, err
	}
	m, err := s.MemberByID(ctx, tx, memberID)
	if err != nil {
		return BindResult{}, err
	}
	return BindResult{
		OK: true, Words: words.Bound(m.Name, m.Department, m.StaffNo), Member: m,
		Moved: strings.Join(before, ""), // one at most
	}, nil
}

const selectBinding = `SELECT member_id FROM person WHERE id = $1`

// lockPerson makes other callbacks of the same person wait, and returns to
// whom he is bound.
func lockPerson(ctx context.Context, tx *db.Tx, id string) (memberID string, err error) {
	err = tx.QueryRow(ctx, selectBinding+tx.ForUpdate(), id).Scan(&memberID)
	return memberID, err
}

const selectByNo = `SELECT id FROM member WHERE staff_no = $1`

// lockMember makes other tries at the same staff number wait, so that they are
// counted one by one. One that is nobody's can be tried in vain only.
func lockMember(ctx context.Context, tx *db.Tx, staffNo string) error {
	_, err := db.Column[string](ctx, tx, selectByNo+tx.ForUpdate(), staffNo)
	return err
}

const useCodeOnce = `UPDATE bind_code SET used_at = $3 WHERE member_id = $1 AND code_hash = $2 AND used_at = 0`

// useCode takes a code; false is that another one was first.
func useCode(ctx context.Context, tx *db.Tx, memberID, hash string) (bool, error) {
	n, err := tx.Exec(ctx, useCodeOnce, memberID, hash, tx.Millis())
	return n == 1, err
}

const releasePerson = `UPDATE person SET member_id = '', bound_at = 0, dialogue = '' WHERE id = $1`

// Unbind ends a person's own binding and returns the words for it.
func (s *Service) Unbind(ctx context.Context, tx *db.Tx, personID string) (string, error) {
	bound, err := lockPerson(ctx, tx, personID)
	if err != nil {
		return "", err
	}
	if bound == "" {
		return "", errs.New(errs.Conflict, words.NotBound)
	}
	if _, err = tx.Exec(ctx, releasePerson, personID); err != nil {
		return "", err
	}
	return words.Unbound, nil
}

const suspendPerson = `UPDATE person SET member_id = '', bound_at = 0, dialogue = '', tag_for = 0 WHERE id = $1`

// Suspend ends the binding of a person who unfollowed, if there is one, as
// WeChat has ended his tags. Coming back restores nothing: it takes a new code.
func (s *Service) Suspend(ctx context.Context, tx *db.Tx, personID string) error {
	_, err := tx.Exec(ctx, suspendPerson, personID)
	return err
}

const releaseMember = `UPDATE person SET member_id = '', bound_at = 0, dialogue = '' WHERE member_id = $1 AND member_id <> '' RETURNING id`

func unbindMember(ctx context.Context, tx *db.Tx, memberID string) error {
	_, err := tx.Exec(ctx, releaseMember, memberID)
	return err
}
