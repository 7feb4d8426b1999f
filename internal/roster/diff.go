package roster

import (
	"cmp"
	"slices"
)

// Diff is what a file would change, or has changed, in the roster.
type Diff struct {
	Rows     int // good rows of the file
	Same     int
	New      []Person
	Changed  []Change
	Reopened []Person   // closed before, and back
	Missing  []Person   // in service, but not in the file
	Units    []UnitName // named for the first time

	DryRun bool // nothing was changed
	Closed bool // the missing were closed, or would be

	open  int     // members in service before
	write []entry // in the order of the file
}

// Person names a member in a report.
type Person struct{ StaffNo, Name, Department string }

// Change is what becomes of a member.
type Change struct {
	Person
	Fields []FieldChange
}

// FieldChange is one value that is another now: a phone masked, party
// membership not shown at all.
type FieldChange struct{ Title, Old, New string }

// stored is a member as the database has it.
type stored struct {
	id     string
	record Record
	pos    int
	closed bool
}

// entry is a record to write. Of one that only moved in the list nothing else
// is written.
type entry struct {
	record Record
	pos    int
	moved  bool
}

func person(r Record) Person { return Person{r.StaffNo, r.Name, r.Department} }

// compare finds the difference between the roster and a file.
func compare(have map[string]stored, units unitIndex, f File) Diff {
	d := Diff{Rows: len(f.Rows)}
	inFile, named := make(map[string]bool, len(f.Rows)), map[UnitName]bool{}
	for i, row := range f.Rows {
		inFile[row.StaffNo] = true
		old, known := have[row.StaffNo]
		e := entry{record: f.merge(old.record, row.Record), pos: i}
		changes := changed(old.record, e.record)
		switch {
		case !known:
			d.New = append(d.New, person(e.record))
		case old.closed:
			d.Reopened = append(d.Reopened, person(e.record))
		case changes != nil:
			d.Changed = append(d.Changed, Change{person(e.record), changes})
		default:
			d.Same++
			if old.pos == i {
				continue
			}
			e.moved = true
		}
		d.write = append(d.write, e)
		for _, u := range unitsOf(e.record) {
			if _, ok := units[u]; !ok && !named[u] {
				named[u] = true
				d.Units = append(d.Units, u)
			}
		}
	}
	d.missing(have, inFile, f.bad)
	return d
}

// missing finds who is in service and not in the file, in the roster's order.
// Whose row is bad is there, though nobody knows as what.
func (d *Diff) missing(have map[string]stored, inFile, bad map[string]bool) {
	var gone []stored
	for no, m := range have {
		if m.closed {
			continue
		}
		d.open++
		if !inFile[no] && !bad[no] {
			gone = append(gone, m)
		}
	}
	slices.SortFunc(gone, func(a, b stored) int {
		return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(a.record.StaffNo, b.record.StaffNo))
	})
	for _, m := range gone {
		d.Missing = append(d.Missing, person(m.record))
	}
}

// merge puts a file's row over what was known: a column that the file does not
// have keeps its value, an empty cell takes it away.
func (f File) merge(old, row Record) Record {
	for _, one := range fields {
		if !f.has[one.column.Key] && *one.at(&old) != "" {
			*one.at(&row) = *one.at(&old)
		}
	}
	// A window or group does not move along to another department or branch.
	if !f.has["window"] && row.Department != old.Department {
		row.Window = ""
	}
	if !f.has["group"] && row.Branch != old.Branch {
		row.Group = ""
	}
	return row
}

func changed(old, now Record) []FieldChange {
	var list []FieldChange
	for _, f := range fields {
		was, is := *f.at(&old), *f.at(&now)
		if was == is {
			continue
		}
		if f.show != nil {
			was, is = f.show(was), f.show(is)
		}
		list = append(list, FieldChange{f.column.Title(), was, is})
	}
	return list
}
