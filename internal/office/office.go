// Package office reads the tables that people bring, csv and xlsx, and writes
// tables that they take away.
//
// # Reading
//
// [ReadTable] gets a [Spec], the columns that are looked for, and finds the
// row of headers by them: titles above it, the order of columns, blanks, full
// width, stars and （必填） do not matter. What cannot be taken is a [Fault]
// that names row, column and reason, with the row's number as the spreadsheet
// program shows it; faults of cells are gathered in the [Table], so that one
// reading names them all.
//
// A spreadsheet forgets what people wrote: it turns 0012 into 12, a phone into
// 1.38E+10, a long number into a rounded one, 1-2 into a day. A column of kind
// [Code] names such cells instead of taking what is left of them.
//
// # Why xlsx is read here and not by excelize
//
// Files come from outside, and reading must stay bounded: excelize's streaming
// reader does not tell a number from a text, which the forgotten zeros need,
// and its other one fills every row up to its last cell, so that a file of a
// few kilobytes can ask for gigabytes. What is needed of the format is one
// pass over one sheet. Writing is excelize's.
package office

import "slices"

// Kind says what a column's cells are.
type Kind uint8

// The kinds of columns.
const (
	Text Kind = iota // words; a number is written out
	Code             // an identifier made of digits and letters, every one of which counts
	Day              // a local day, read as 2026-01-05; a number is a day as the workbook counts them
)

// Column is one that is looked for in a table.
type Column struct {
	Key      string   // how the program calls it
	Titles   []string // how people call it, the proper title first
	Kind     Kind
	Required bool // the table is refused without it
	Personal bool // its values are masked in faults
}

// Title is the proper one.
func (c Column) Title() string { return c.Titles[0] }

// Spec is what a table should have.
type Spec struct{ Columns []Column }

func (s Spec) index(key string) int {
	return slices.IndexFunc(s.Columns, func(c Column) bool { return c.Key == key })
}

// Table is what was read.
type Table struct {
	Rows    []Row
	Faults  Faults   // of cells that cannot be taken, in the order of rows
	Ignored []string // headers that no column answers to

	spec  Spec
	found []bool // by the column's place in spec
}

// Has tells whether the table has the column at all.
func (t *Table) Has(key string) bool {
	i := t.spec.index(key)
	return i >= 0 && t.found[i]
}

// Fault names a cell of the table, its value masked if it is personal.
func (t *Table) Fault(r Row, key, reason string) Fault {
	f := Fault{Row: r.Number, Reason: reason}
	i := t.spec.index(key)
	if i < 0 {
		return f
	}
	return t.fault(r.Number, i, r.cells[i].text, reason)
}

func (t *Table) fault(row, column int, value, reason string) Fault {
	c := t.spec.Columns[column]
	if c.Personal {
		value = Mask(value)
	}
	return Fault{Row: row, Column: c.Title(), Value: shorten(value), Reason: reason}
}

// Row is one row with something in it.
type Row struct {
	Number int // as the spreadsheet program shows it

	spec  *Spec
	cells []cell // by the column's place in spec
}

// Text is the cell's text without blanks around it and without control
// characters; blanks inside are as they were written. It is empty for a column
// that the table does not have.
func (r Row) Text(key string) string { return r.cell(key).text }

// Compact is the cell's text in half width and without any blanks.
func (r Row) Compact(key string) string { return Compact(r.Text(key)) }

// IsNumber tells whether the cell was kept as a number, without its zeros.
func (r Row) IsNumber(key string) bool { return r.cell(key).form == formNumber }

func (r Row) cell(key string) cell {
	if i := r.spec.index(key); i >= 0 {
		return r.cells[i]
	}
	return cell{}
}

// cell is one cell as it was found.
type cell struct {
	text   string
	number float64 // of formNumber
	form   form
}

// form is what a file says of a cell.
type form uint8

const (
	formText form = iota
	formNumber
	formDay   // a number that is shown as a day; text is 2026-01-05
	formError // text is the formula's error
)

// line is one row of the file, before its columns have names.
type line struct {
	number int
	cells  []cell
}
