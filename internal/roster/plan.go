package roster

import (
	"context"

	"rixue/internal/db"
)

// Plan says what a file would change. It reads only.
func (s *Service) Plan(ctx context.Context, tx *db.Tx, f File) (Diff, error) {
	units, err := listUnits(ctx, tx)
	if err != nil {
		return Diff{}, err
	}
	names := make(map[string]string, len(units))
	for _, u := range units {
		names[u.ID] = u.Name
	}
	have, err := s.stored(ctx, tx, names)
	if err != nil {
		return Diff{}, err
	}
	d := compare(have, indexOf(units), f)
	d.DryRun = true
	return d, nil
}

const selectRoster = `SELECT id, staff_no, name, phone, department_id, window_id, branch_id, group_id,
  political, post, roles, joined_on, remark, pos, closed_at FROM member`

// stored returns the whole roster by staff number, its units by their names.
func (s *Service) stored(ctx context.Context, tx *db.Tx, units map[string]string) (map[string]stored, error) {
	all, err := db.All(ctx, tx, func(r db.Rows) (m stored, err error) {
		var phone, political, joined []byte
		var closed int64
		to := &m.record
		err = r.Scan(&m.id, &to.StaffNo, &to.Name, &phone, &to.Department, &to.Window, &to.Branch, &to.Group,
			&political, &to.Post, &to.Roles, &joined, &to.Remark, &m.pos, &closed)
		if err != nil {
			return m, err
		}
		p, err := s.open(phone, political, joined)
		to.Phone, to.Political, to.JoinedOn = p.Phone, p.Political, p.JoinedOn
		for _, unit := range []*string{&to.Department, &to.Window, &to.Branch, &to.Group} {
			*unit = units[*unit]
		}
		m.closed = closed != 0
		return m, err
	}, selectRoster)
	if err != nil {
		return nil, err
	}
	have := make(map[string]stored, len(all))
	for _, m := range all {
		have[m.record.StaffNo] = m
	}
	return have, nil
}
