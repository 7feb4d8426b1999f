package office

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"

	"rixue/internal/words"
)

// What a table may ask of the machine.
const (
	maxFile     = 50 << 20
	maxRows     = 200_000
	maxCells    = 3_000_000
	maxColumns  = 256
	maxCellText = 32_767 // what a spreadsheet program holds in a cell
)

// The first bytes of what people take for a table.
var (
	zipMagic = []byte("PK\x03\x04")
	oleMagic = []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1} // xls, or an encrypted xlsx
)

// ReadTable reads a csv or xlsx file, told by its content. The error is
// [Faults] when the table cannot be taken; faults of single cells are in the
// table.
func ReadTable(r io.Reader, spec Spec) (*Table, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("office: %w", err)
	}
	switch {
	case len(data) > maxFile:
		return nil, whole(words.FileTooBig(maxFile >> 20))
	case len(bytes.TrimSpace(data)) == 0:
		return nil, whole(words.FileEmpty)
	case bytes.HasPrefix(data, oleMagic):
		return nil, whole(words.FileOldExcel)
	}
	var s sheet
	if bytes.HasPrefix(data, zipMagic) {
		s, err = readXLSX(data)
	} else {
		s, err = readCSV(data, spec)
	}
	if err != nil {
		return nil, err
	}
	return spec.table(s)
}

// sheet is what a file holds.
type sheet struct {
	lines     []line // those that are not empty
	since1904 bool   // how the workbook counts days
	cells     int    // in lines
}

// add keeps a line unless it is empty; the error is that it is one too many.
func (s *sheet) add(l line) error {
	last := len(l.cells)
	for last > 0 && l.cells[last-1].text == "" {
		last--
	}
	if last == 0 {
		return nil
	}
	l.cells = l.cells[:last]
	s.lines = append(s.lines, l)
	s.cells += last
	if len(s.lines) > maxRows+headerLines {
		return whole(words.FileTooManyRows(maxRows))
	}
	if s.cells > maxCells {
		return whole(words.FileTooManyCells(maxCells))
	}
	return nil
}

// table gives the sheet's columns their names and judges its cells.
func (s Spec) table(from sheet) (*Table, error) {
	if len(from.lines) == 0 {
		return nil, whole(words.FileEmpty)
	}
	at, h := s.findHeader(from.lines)
	if faults := h.faults(); faults != nil {
		return nil, faults
	}
	t := &Table{spec: s, Ignored: h.ignored, found: make([]bool, len(s.Columns))}
	for i, column := range h.place {
		t.found[i] = column >= 0
	}
	for _, l := range from.lines[at+1:] {
		if h.repeats(l) {
			continue
		}
		row := Row{Number: l.number, spec: &t.spec, cells: make([]cell, len(s.Columns))}
		seen := false
		for i, column := range h.place {
			if column < 0 || column >= len(l.cells) {
				continue
			}
			var reason string
			row.cells[i], reason = s.Columns[i].judge(l.cells[column], from.since1904)
			if reason != "" {
				t.Faults = append(t.Faults, t.fault(l.number, i, row.cells[i].text, reason))
			}
			seen = seen || row.cells[i].text != ""
		}
		if seen {
			t.Rows = append(t.Rows, row)
		}
	}
	return t, nil
}

// judge reads a cell as its column means it, and says why it cannot be taken.
func (c Column) judge(from cell, since1904 bool) (cell, string) {
	switch {
	case from.form == formError:
		return from, words.FaultFormula(from.text)
	case len(from.text) > maxCellText:
		return from, words.FaultTooLong
	case c.Kind == Day && from.form == formNumber:
		if day, ok := serialDay(from.number, since1904); ok {
			return cell{text: day, form: formDay}, ""
		}
		return readDay(from)
	case c.Kind == Day:
		return readDay(from)
	case c.Kind == Code && from.form == formDay:
		return from, words.FaultIsDate
	case c.Kind == Code && from.form == formNumber && math.Abs(from.number) >= exactLimit,
		c.Kind == Code && scientific.MatchString(from.text):
		return from, words.FaultLostDigits
	}
	return from, ""
}

// readDay reads a written day; a stroke or 无 is none.
func readDay(from cell) (cell, string) {
	if from.text == "" || slices.Contains(words.Nothing, from.text) {
		return cell{}, ""
	}
	day, ok := ParseDay(from.text)
	if !ok {
		return from, words.FaultDay
	}
	return cell{text: day, form: formDay}, ""
}
