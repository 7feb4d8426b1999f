package roster

import (
	"context"
	"strings"

	"rixue/internal/db"
	"rixue/internal/words"
)

// The kinds of units.
const (
	Committee  = "committee"
	Branch     = "branch"
	Group      = "group"
	Department = "department"
	Window     = "window"
)

// kindNames says how people call them.
var kindNames = map[string]string{
	Committee: words.UnitCommittee, Branch: words.UnitBranch, Group: words.UnitGroup,
	Department: words.UnitDepartment, Window: words.UnitWindow,
}

// Unit is a part of the hospital or of its party organisation.
type Unit struct {
	ID, Kind, ParentID, Name string
	Children                 []*Unit // in the order of the first import
}

// UnitName is a unit as a file names it; Parent is a group's branch or a
// window's department, else empty.
type UnitName struct{ Kind, Parent, Name string }

// unitIndex finds the id of a unit by its name.
type unitIndex map[UnitName]string

// Units returns the tree: the committee with its branches and their groups,
// and the departments with their windows.
func (s *Service) Units(ctx context.Context, tx *db.Tx) ([]*Unit, error) {
	all, err := listUnits(ctx, tx)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*Unit, len(all))
	for _, u := range all {
		byID[u.ID] = u
	}
	var roots []*Unit
	for _, u := range all {
		if parent := byID[u.ParentID]; parent != nil {
			parent.Children = append(parent.Children, u)
		} else {
			roots = append(roots, u)
		}
	}
	return roots, nil
}

const selectUnits = `SELECT id, kind, parent_id, name FROM unit ORDER BY pos, id`

func listUnits(ctx context.Context, tx *db.Tx) ([]*Unit, error) {
	return db.All(ctx, tx, func(r db.Rows) (*Unit, error) {
		u := &Unit{}
		return u, r.Scan(&u.ID, &u.Kind, &u.ParentID, &u.Name)
	}, selectUnits)
}

// loadIndex returns the units by name.
func loadIndex(ctx context.Context, tx *db.Tx) (unitIndex, error) {
	all, err := listUnits(ctx, tx)
	return indexOf(all), err
}

func indexOf(all []*Unit) unitIndex {
	names := make(map[string]string, len(all))
	for _, u := range all {
		names[u.ID] = u.Name
	}
	index := make(unitIndex, len(all))
	for _, u := range all {
		name := UnitName{Kind: u.Kind, Name: u.Name}
		if u.Kind == Group || u.Kind == Window {
			name.Parent = names[u.ParentID]
		}
		index[name] = u.ID
	}
	return index
}

// unitsOf are the units that a record names, parents first.
func unitsOf(r Record) []UnitName {
	var list []UnitName
	add := func(kind, parent, name string) {
		if name != "" {
			list = append(list, UnitName{kind, parent, name})
		}
	}
	add(Department, "", r.Department)
	add(Window, r.Department, r.Window)
	add(Branch, "", r.Branch)
	add(Group, r.Branch, r.Group)
	return list
}

const insertUnit = `INSERT INTO unit (id, kind, parent_id, name, pos)
VALUES ($1, $2, $3, $4, (SELECT COALESCE(MAX(pos), 0) + 1 FROM unit))
ON CONFLICT (kind, parent_id, name) DO UPDATE SET name = excluded.name
RETURNING id`

// makeUnits makes those of the names that are not there yet; a parent must
// stand before its children or be there. Branches stand under the committee,
// which is made with them if the hospital has none.
func makeUnits(ctx context.Context, tx *db.Tx, names []UnitName) error {
	index, err := loadIndex(ctx, tx)
	if err != nil {
		return err
	}
	committee := ""
	for name, id := range index {
		if name.Kind == Committee {
			committee = id
		}
	}
	insert := func(n UnitName, parent string) (id string, err error) {
		return id, tx.QueryRow(ctx, insertUnit, db.NewKey(), n.Kind, parent, n.Name).Scan(&id)
	}
	for _, n := range names {
		if n.Kind == Branch && committee == "" {
			if committee, err = insert(UnitName{Kind: Committee, Name: words.Committee}, ""); err != nil {
				return err
			}
		}
		if index[n], err = insert(n, index.parentID(n, committee)); err != nil {
			return err
		}
	}
	return nil
}

func (x unitIndex) parentID(n UnitName, committee string) string {
	switch n.Kind {
	case Branch:
		return committee
	case Group:
		return x[UnitName{Kind: Branch, Name: n.Parent}]
	case Window:
		return x[UnitName{Kind: Department, Name: n.Parent}]
	}
	return ""
}

// ResolveUnits finds the branches, departments, groups and windows that people
// mean by names. A name that several units bear needs its parent or its kind
// before a slash: 一支部/第一党小组, 科室/内科. Names that mean none or still
// several come back as unknown.
func (s *Service) ResolveUnits(ctx context.Context, tx *db.Tx, names []string) (ids, unknown []string, err error) {
	index, err := loadIndex(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	found := map[string][]string{}
	for n, id := range index {
		if n.Kind == Committee {
			continue // an audience of all is an empty one
		}
		for _, key := range n.spellings() {
			found[key] = append(found[key], id)
		}
	}
	for _, name := range names {
		if match := found[unitName(name)]; len(match) == 1 {
			ids = append(ids, match[0])
		} else {
			unknown = append(unknown, name)
		}
	}
	return ids, unknown, nil
}

func (n UnitName) spellings() []string {
	list := []string{n.Name, kindNames[n.Kind] + "/" + n.Name}
	if n.Parent != "" && n.Parent != kindNames[n.Kind] {
		list = append(list, n.Parent+"/"+n.Name)
	}
	return list
}

// InAudience tells whether the member belongs to an audience: unit ids joined by
// blanks, of which an empty one is everybody.
func (m Member) InAudience(audience string) bool {
	everybody := true
	for id := range strings.FieldsSeq(audience) {
		everybody = false
		if id == m.DepartmentID || id == m.WindowID || id == m.BranchID || id == m.GroupID {
			return true
		}
	}
	return everybody
}
