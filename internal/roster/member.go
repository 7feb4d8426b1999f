package roster

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"rixue/internal/db"
	"rixue/internal/errs"
	"rixue/internal/words"
)

// Member is one of the staff. What is sealed (phone, party membership) is not
// in it, so that whoever needs a name does not carry more.
type Member struct {
	ID, StaffNo, Name, Post, Remark           string
	DepartmentID, WindowID, BranchID, GroupID string
	Department                                string // its name
	Roles                                     []Role
	ClosedAt                                  time.Time // zero while in service
}

// Has tells whether the member has a role.
func (m Member) Has(r Role) bool { return slices.Contains(m.Roles, r) }

// Closed tells whether the member has left.
func (m Member) Closed() bool { return !m.ClosedAt.IsZero() }

const memberColumns = `SELECT m.id, m.staff_no, m.name, m.post, m.remark,
  m.department_id, m.window_id, m.branch_id, m.group_id, COALESCE(d.name, ''), m.roles, m.closed_at
FROM member m LEFT JOIN unit d ON d.id = m.department_id `

const memberByID = memberColumns + `WHERE m.id = $1`

// MemberByID returns a member, also one who has left.
func (s *Service) MemberByID(ctx context.Context, tx *db.Tx, id string) (Member, error) {
	return oneMember(ctx, tx, memberByID, id)
}

const memberByStaffNo = memberColumns + `WHERE m.staff_no = $1`

// MemberByStaffNo returns a member, also one who has left, by a staff number
// as people write it.
func (s *Service) MemberByStaffNo(ctx context.Context, tx *db.Tx, staffNo string) (Member, error) {
	return oneMember(ctx, tx, memberByStaffNo, StaffNo(staffNo))
}

const memberOfPerson = memberColumns + `JOIN person p ON p.member_id = m.id WHERE p.id = $1`

// MemberOfPerson returns the member to whom a follower is bound.
func (s *Service) MemberOfPerson(ctx context.Context, tx *db.Tx, personID string) (Member, error) {
	return oneMember(ctx, tx, memberOfPerson, personID)
}

// oneMember runs a query of memberColumns.
func oneMember(ctx context.Context, tx *db.Tx, query, arg string) (Member, error) {
	var m Member
	var roles string
	var closed int64
	err := tx.QueryRow(ctx, query, arg).Scan(&m.ID, &m.StaffNo, &m.Name, &m.Post, &m.Remark,
		&m.DepartmentID, &m.WindowID, &m.BranchID, &m.GroupID, &m.Department, &roles, &closed)
	if errors.Is(err, db.ErrNoRows) {
		return m, errs.Wrap(errs.NotFound, words.NoSuchMember, err)
	}
	if err != nil {
		return m, err
	}
	for r := range strings.FieldsSeq(roles) {
		m.Roles = append(m.Roles, Role(r))
	}
	if closed != 0 {
		m.ClosedAt = time.UnixMilli(closed)
	}
	return m, nil
}

// Private is what of a member is sealed.
type Private struct{ Phone, Political, JoinedOn string }

const selectPrivate = `SELECT phone, political, joined_on FROM member WHERE id = $1`

// PrivateOf opens what is sealed of a member. The caller has checked, and
// writes down, who reads it.
func (s *Service) PrivateOf(ctx context.Context, tx *db.Tx, memberID string) (Private, error) {
	var phone, political, joined []byte
	err := tx.QueryRow(ctx, selectPrivate, memberID).Scan(&phone, &political, &joined)
	if errors.Is(err, db.ErrNoRows) {
		return Private{}, errs.Wrap(errs.NotFound, words.NoSuchMember, err)
	}
	if err != nil {
		return Private{}, err
	}
	return s.open(phone, political, joined)
}

// The names under which the columns are sealed.
const (
	phoneColumn     = "member.phone"
	politicalColumn = "member.political"
	joinedColumn    = "member.joined_on"
)

func (s *Service) open(phone, political, joined []byte) (Private, error) {
	var p Private
	var err1, err2, err3 error
	p.Phone, err1 = s.ring.Open(phoneColumn, phone)
	p.Political, err2 = s.ring.Open(politicalColumn, political)
	p.JoinedOn, err3 = s.ring.Open(joinedColumn, joined)
	return p, errors.Join(err1, err2, err3)
}
