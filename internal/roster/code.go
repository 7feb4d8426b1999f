package roster

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/errs"
	"rixue/internal/office"
	"rixue/internal/words"
)

// Binding codes: eight signs that cannot be mistaken for each other, valid to
// the end of the thirtieth day.
const (
	codeSigns  = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	codeLength = 8
	codeDays   = 30
)

// Code is a binding code to be printed for a member.
type Code struct {
	StaffNo, Name, Department string
	Code                      string
	ValidTo                   calendar.Day // the last

	memberID  string
	expiresAt int64
}

const selectUncoded = `SELECT m.id, m.staff_no, m.name, COALESCE(u.name, '') FROM member m
LEFT JOIN unit u ON u.id = m.department_id
LEFT JOIN person p ON p.member_id = m.id AND p.member_id <> ''
LEFT JOIN bind_code c ON c.member_id = m.id AND c.used_at = 0 AND c.expires_at > $1
WHERE m.closed_at = 0 AND p.id IS NULL AND c.member_id IS NULL
ORDER BY m.pos, m.staff_no`

const selectHashes = `SELECT code_hash FROM bind_code`

// DraftCodes makes codes for all who are neither bound nor have a valid one.
// They are worth nothing before StoreCodes.
func (s *Service) DraftCodes(ctx context.Context, tx *db.Tx) ([]Code, error) {
	codes, err := db.All(ctx, tx, func(r db.Rows) (c Code, err error) {
		return c, r.Scan(&c.memberID, &c.StaffNo, &c.Name, &c.Department)
	}, selectUncoded, tx.Millis())
	if err != nil {
		return nil, err
	}
	hashes, err := db.Column[string](ctx, tx, selectHashes)
	if err != nil {
		return nil, err
	}
	taken := make(map[string]bool, len(hashes)+len(codes))
	for _, h := range hashes {
		taken[h] = true
	}
	for i := range codes {
		codes[i].draw(tx.Now)
		for taken[s.hash(codes[i].Code)] {
			codes[i].draw(tx.Now)
		}
		taken[s.hash(codes[i].Code)] = true
	}
	return codes, nil
}

// draw gives the code its signs and its time.
func (c *Code) draw(now time.Time) {
	c.Code = newCode()
	c.ValidTo = calendar.DayOf(now).Add(codeDays)
	c.expiresAt = c.ValidTo.Add(1).Time(0, 0).UnixMilli()
}

// newCode draws evenly: bytes that would favour the first signs are left out.
func newCode() string {
	const fair = 256 / len(codeSigns) * len(codeSigns)
	code := make([]byte, 0, codeLength)
	var b [16]byte
	for {
		rand.Read(b[:]) // never fails
		for _, one := range b {
			if int(one) < fair {
				code = append(code, codeSigns[int(one)%len(codeSigns)])
			}
			if len(code) == codeLength {
				return string(code)
			}
		}
	}
}

const storeCode = `INSERT INTO bind_code (member_id, code_hash, issued_at, expires_at)
SELECT m.id, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS BIGINT) FROM member m
WHERE m.id = $1 AND m.closed_at = 0 AND NOT EXISTS (SELECT 1 FROM person p WHERE p.member_id = m.id AND p.member_id <> '')
ON CONFLICT (member_id) DO UPDATE SET code_hash = excluded.code_hash, issued_at = excluded.issued_at,
  expires_at = excluded.expires_at, used_at = 0
WHERE bind_code.used_at <> 0 OR bind_code.expires_at <= $3`

// StoreCodes makes drafted codes valid and returns how many: somebody may have
// been bound, or given another code, in the meantime.
func (s *Service) StoreCodes(ctx context.Context, tx *db.Tx, codes []Code) (stored int, err error) {
	for _, c := range codes {
		n, err := tx.Exec(ctx, storeCode, c.memberID, s.hash(c.Code), tx.Millis(), c.expiresAt)
		if err != nil {
			return stored, err
		}
		stored += int(n)
	}
	return stored, nil
}

// IssueCodes drafts codes, has them printed, and then makes them valid: a crash
// leaves no valid code that nobody has. What it did not come to is issued by
// the next run.
func (s *Service) IssueCodes(ctx context.Context, d *db.DB, print func([]Code) error) error {
	var codes []Code
	err := d.View(ctx, func(tx *db.Tx) (err error) {
		codes, err = s.DraftCodes(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	if err := print(codes); err != nil {
		return err
	}
	stored := 0
	for part := range slices.Chunk(codes, chunk) {
		n := 0
		err := d.Tx(ctx, func(tx *db.Tx) (err error) {
			n, err = s.StoreCodes(ctx, tx, part)
			return err
		})
		if err != nil {
			return err
		}
		stored += n
	}
	if stored < len(codes) {
		return errs.New(errs.Conflict, words.CodesOverlap(len(codes)-stored))
	}
	return nil
}

const renewCode = `INSERT INTO bind_code (member_id, code_hash, issued_at, expires_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (member_id) DO UPDATE SET code_hash = excluded.code_hash, issued_at = excluded.issued_at,
  expires_at = excluded.expires_at, used_at = 0`

// Renew gives a member a new code and voids the old one. A member who is bound
// stays so until the new code is used, which moves the binding.
func (s *Service) Renew(ctx context.Context, tx *db.Tx, staffNo string) (Code, error) {
	m, err := s.MemberByStaffNo(ctx, tx, staffNo)
	if err != nil {
		return Code{}, err
	}
	if m.Closed() {
		return Code{}, errs.New(errs.NotFound, words.NoSuchMember)
	}
	c := Code{memberID: m.ID, StaffNo: m.StaffNo, Name: m.Name, Department: m.Department}
	c.draw(tx.Now)
	_, err = tx.Exec(ctx, renewCode, c.memberID, s.hash(c.Code), tx.Millis(), c.expiresAt)
	return c, err
}

// CodeTable lays codes out for printing.
func CodeTable(codes []Code) (header []string, rows [][]string) {
	header = []string{words.RosterStaffNo[0], words.RosterName[0], words.RosterDepartment[0], words.CodeColumn, words.CodeValidTo}
	for _, c := range codes {
		rows = append(rows, []string{c.StaffNo, c.Name, c.Department, c.Code, string(c.ValidTo)})
	}
	return header, rows
}

// hash is what is kept of a code, as people write it.
func (s *Service) hash(code string) string {
	code = strings.ReplaceAll(longDash.Replace(office.Compact(code)), "-", "")
	return s.ring.ID("bindcode", strings.ToUpper(code))
}

const deleteCode = `DELETE FROM bind_code WHERE member_id = $1`

func voidCode(ctx context.Context, tx *db.Tx, memberID string) error {
	_, err := tx.Exec(ctx, deleteCode, memberID)
	return err
}

const findCode = `SELECT m.id, m.staff_no, m.name FROM bind_code c JOIN member m ON m.id = c.member_id
WHERE c.code_hash = $1 AND c.used_at = 0 AND c.expires_at > $2 AND m.closed_at = 0`

// holder returns whose valid code this is; an empty Member is nobody's.
func (s *Service) holder(ctx context.Context, tx *db.Tx, code string) (Member, error) {
	var m Member
	err := tx.QueryRow(ctx, findCode, s.hash(code), tx.Millis()).Scan(&m.ID, &m.StaffNo, &m.Name)
	if errors.Is(err, db.ErrNoRows) {
		return Member{}, nil
	}
	return m, err
}
