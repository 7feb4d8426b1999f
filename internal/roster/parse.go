package roster

import (
	"cmp"
	"slices"
	"strings"

	"rixue/internal/office"
	"rixue/internal/words"
)

// File is a roster as somebody brought it.
type File struct {
	Rows    []Row         // the good ones, in the order of the file
	Faults  office.Faults // what is wrong with the others, in the same order
	Ignored []string      // headers that mean nothing here

	has map[string]bool // keys of the fields that the file has at all
	bad map[string]bool // staff numbers of bad rows: not good, but not missing
}

// Row is a good row.
type Row struct {
	Line int // as the spreadsheet program shows it
	Record
}

// Parse reads a roster. A person stands in a file once; two rows with the same
// staff number are both bad, as nobody but their writer knows which one holds.
func Parse(t *office.Table) File {
	p := parser{table: t, bad: map[int]bool{}, told: map[office.Fault]bool{}}
	for _, f := range t.Faults {
		p.bad[f.Row] = true
		p.told[office.Fault{Row: f.Row, Column: f.Column}] = true
	}
	p.faults = slices.Clone(t.Faults)
	rows := make([]Row, len(t.Rows))
	for i, r := range t.Rows {
		rows[i] = p.row(r)
	}
	p.lostZeros(rows)
	p.duplicates(rows)
	f := File{Faults: p.faults, Ignored: t.Ignored, has: map[string]bool{}, bad: map[string]bool{}}
	for _, one := range fields {
		f.has[one.column.Key] = t.Has(one.column.Key)
	}
	for _, r := range rows {
		if p.bad[r.Line] {
			f.bad[r.StaffNo] = true
		} else {
			f.Rows = append(f.Rows, r)
		}
	}
	if len(rows) == 0 {
		f.Faults = append(f.Faults, office.Fault{Reason: words.FaultNoRows})
	}
	slices.SortStableFunc(f.Faults, func(a, b office.Fault) int { return cmp.Compare(a.Row, b.Row) })
	return f
}

// parser gathers what is wrong.
type parser struct {
	table  *office.Table
	faults office.Faults
	bad    map[int]bool          // rows by number
	told   map[office.Fault]bool // cells that office has named already, by row and column
}

func (p *parser) fault(r office.Row, key, reason string) {
	p.bad[r.Number] = true
	p.faults = append(p.faults, p.table.Fault(r, key, reason))
}

func (p *parser) row(from office.Row) Row {
	to := Row{Line: from.Number}
	for _, f := range fields {
		key := f.column.Key
		value, reason := f.read(from.Text(key))
		if reason == "" && value == "" && f.must {
			reason = words.FaultEmpty
		}
		if reason != "" && !p.told[office.Fault{Row: from.Number, Column: f.column.Title()}] {
			p.fault(from, key, reason)
		}
		*f.at(&to.Record) = value
	}
	if to.Group != "" && to.Branch == "" {
		p.fault(from, "branch", words.FaultNoBranch)
	}
	return to
}

// lostZeros finds staff numbers that the file keeps as numbers although those
// kept as texts have leading zeros and one length: 12 was 0012.
func (p *parser) lostZeros(rows []Row) {
	length, zeros := 0, false
	for i, r := range rows {
		if r.StaffNo == "" || p.table.Rows[i].IsNumber("staff_no") {
			continue
		}
		if length != 0 && length != len(r.StaffNo) {
			return
		}
		length = len(r.StaffNo)
		zeros = zeros || strings.HasPrefix(r.StaffNo, "0")
	}
	if !zeros {
		return
	}
	for i, r := range p.table.Rows {
		if r.IsNumber("staff_no") && rows[i].StaffNo != "" && len(rows[i].StaffNo) < length {
			p.fault(r, "staff_no", words.FaultLostZeros)
		}
	}
}

func (p *parser) duplicates(rows []Row) {
	first := make(map[string]int, len(rows))
	for i, r := range rows {
		if r.StaffNo == "" {
			continue
		}
		j, again := first[r.StaffNo]
		if !again {
			first[r.StaffNo] = i
			continue
		}
		if !p.bad[rows[j].Line] {
			p.fault(p.table.Rows[j], "staff_no", words.FaultDuplicateStaffNo(r.Line))
		}
		p.fault(p.table.Rows[i], "staff_no", words.FaultDuplicateStaffNo(rows[j].Line))
	}
}
