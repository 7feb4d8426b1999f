package roster

import (
	"context"
	"slices"

	"rixue/internal/db"
	"rixue/internal/errs"
	"rixue/internal/words"
)

// chunk is how many members are written in one transaction: a few
// milliseconds on SQLite, where everybody else waits for it.
const chunk = 200

// Options of Apply.
type Options struct {
	// SkipBad imports the good rows of a file that has bad ones.
	SkipBad bool
	// CloseMissing closes members who are not in the file.
	CloseMissing bool
	// AllowMass lets CloseMissing close more than half of the roster.
	AllowMass bool
	// Progress is told after each piece; nil is allowed.
	Progress func(done, total int)
}

// Apply brings the roster to what the file says; see the package's text on how
// that looks to a reader. The error is the file's Faults when it has bad rows.
func (s *Service) Apply(ctx context.Context, d *db.DB, f File, o Options) (Diff, error) {
	if len(f.Faults) > 0 && !o.SkipBad {
		return Diff{}, f.Faults
	}
	var diff Diff
	err := d.View(ctx, func(tx *db.Tx) (err error) {
		diff, err = s.Plan(ctx, tx, f)
		return err
	})
	if err != nil {
		return Diff{}, err
	}
	if o.CloseMissing {
		if err := mayClose(f, diff, o); err != nil {
			return diff, err
		}
		diff.Closed = true
	}
	diff.DryRun = false
	return diff, s.write(ctx, d, diff, o.Progress)
}

// mayClose keeps a cut or broken file from closing people by accident.
func mayClose(f File, diff Diff, o Options) error {
	if len(f.Faults) > 0 {
		return errs.New(errs.Conflict, words.CloseNeedsGoodFile)
	}
	if n := len(diff.Missing); n*2 > diff.open && !o.AllowMass {
		return errs.New(errs.Conflict, words.CloseTooMany(n, diff.open))
	}
	return nil
}

// write carries out a difference piece by piece.
func (s *Service) write(ctx context.Context, d *db.DB, diff Diff, progress func(done, total int)) error {
	done, total := 0, len(diff.write)
	if diff.Closed {
		total += len(diff.Missing)
	}
	step := func(n int) {
		if done += n; progress != nil {
			progress(done, total)
		}
	}
	for names := range slices.Chunk(diff.Units, chunk) {
		if err := d.Tx(ctx, func(tx *db.Tx) error { return makeUnits(ctx, tx, names) }); err != nil {
			return err
		}
	}
	var index unitIndex
	err := d.View(ctx, func(tx *db.Tx) (err error) {
		index, err = loadIndex(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for entries := range slices.Chunk(diff.write, chunk) {
		rows := s.rows(entries, index) // sealing takes its time outside
		if err := d.Tx(ctx, func(tx *db.Tx) error { return putMembers(ctx, tx, rows) }); err != nil {
			return err
		}
		step(len(entries))
	}
	if !diff.Closed {
		return nil
	}
	for gone := range slices.Chunk(diff.Missing, chunk) {
		if err := d.Tx(ctx, func(tx *db.Tx) error { return closeMembers(ctx, tx, gone) }); err != nil {
			return err
		}
		step(len(gone))
	}
	return nil
}

// row is an entry as its statement takes it.
type row struct {
	moved bool
	args  []any // of putMember without the time, or of moveMember
}

func (s *Service) rows(entries []entry, units unitIndex) []row {
	rows := make([]row, len(entries))
	for i, e := range entries {
		r := e.record
		if e.moved {
			rows[i] = row{true, []any{r.StaffNo, e.pos}}
			continue
		}
		rows[i] = row{false, []any{
			db.NewKey(), r.StaffNo, r.Name,
			s.ring.Seal(phoneColumn, r.Phone), s.ring.Seal(politicalColumn, r.Political), s.ring.Seal(joinedColumn, r.JoinedOn),
			units[UnitName{Department, "", r.Department}], units[UnitName{Window, r.Department, r.Window}],
			units[UnitName{Branch, "", r.Branch}], units[UnitName{Group, r.Branch, r.Group}],
			r.Post, r.Roles, r.Remark, e.pos,
		}}
	}
	return rows
}

const putMember = `INSERT INTO member (id, staff_no, name, phone, political, joined_on,
  department_id, window_id, branch_id, group_id, post, roles, remark, pos, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
ON CONFLICT (staff_no) DO UPDATE SET name = excluded.name, phone = excluded.phone,
  political = excluded.political, joined_on = excluded.joined_on,
  department_id = excluded.department_id, window_id = excluded.window_id,
  branch_id = excluded.branch_id, group_id = excluded.group_id, post = excluded.post,
  roles = excluded.roles, remark = excluded.remark, pos = excluded.pos,
  updated_at = excluded.updated_at, closed_at = 0`

const moveMember = `UPDATE member SET pos = $2 WHERE staff_no = $1`

func putMembers(ctx context.Context, tx *db.Tx, rows []row) error {
	for _, r := range rows {
		query, args := moveMember, r.args
		if !r.moved {
			query, args = putMember, append(slices.Clip(r.args), tx.Millis())
		}
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return err
		}
	}
	return nil
}

const closeMember = `UPDATE member SET closed_at = $2, updated_at = $2
WHERE staff_no = $1 AND closed_at = 0 RETURNING id`

// closeMembers ends their service: the binding goes, and a code that is out.
func closeMembers(ctx context.Context, tx *db.Tx, gone []Person) error {
	for _, p := range gone {
		ids, err := db.Column[string](ctx, tx, closeMember, p.StaffNo, tx.Millis())
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := unbindMember(ctx, tx, id); err != nil {
				return err
			}
			if err := voidCode(ctx, tx, id); err != nil {
				return err
			}
		}
	}
	return nil
}
