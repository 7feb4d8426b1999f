package office

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"rixue/internal/words"
)

// maxMerged bounds the merged cells that are looked at.
const maxMerged = 200_000

// sheetReader reads the rows of a worksheet in one pass.
type sheetReader struct {
	book   *book
	sheet  sheet
	line   line
	merged []string

	column  int    // of the cell at hand
	kind    string // its type
	style   string // its place in the book's formats
	value   strings.Builder
	in      int // how deep inside an element whose text is the value
	outside int // how deep inside a reading aid, whose text is not
}

// readSheet reads one worksheet.
func readSheet(r io.Reader, b *book) (sheet, error) {
	s := sheetReader{book: b, sheet: sheet{since1904: b.since1904}}
	dec := xml.NewDecoder(r)
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return sheet{}, whole(words.FileBroken)
		}
		if err := s.take(token); err != nil {
			return sheet{}, err
		}
	}
	if err := s.fillMerged(); err != nil {
		return sheet{}, err
	}
	return s.sheet, nil
}

func (s *sheetReader) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		s.start(t)
	case xml.CharData:
		if s.in > 0 && s.outside == 0 {
			s.value.Write(t)
		}
	case xml.EndElement:
		return s.end(t.Name.Local)
	}
	return nil
}

func (s *sheetReader) start(t xml.StartElement) {
	switch t.Name.Local {
	case "row":
		number := s.line.number + 1
		if n, err := strconv.Atoi(attr(t, "r")); err == nil && n > 0 {
			number = n
		}
		s.line = line{number: number}
		s.column = -1
	case "c":
		s.column++
		if column, _ := place(attr(t, "r")); column >= 0 {
			s.column = column
		}
		s.kind, s.style = attr(t, "t"), attr(t, "s")
		s.value.Reset()
	case "v", "t":
		s.in++
	case "rPh":
		s.outside++
	case "mergeCell":
		if ref := attr(t, "ref"); len(s.merged) < maxMerged {
			s.merged = append(s.merged, ref)
		}
	}
}

func (s *sheetReader) end(name string) error {
	switch name {
	case "v", "t":
		s.in--
	case "rPh":
		s.outside--
	case "c":
		s.keep(s.book.cell(s.kind, s.style, s.value.String()))
	case "row":
		return s.sheet.add(s.line)
	}
	return nil
}

// keep puts a cell into its line.
func (s *sheetReader) keep(c cell) {
	if c.text == "" || s.column < 0 || s.column >= maxColumns {
		return
	}
	for len(s.line.cells) <= s.column {
		s.line.cells = append(s.line.cells, cell{})
	}
	s.line.cells[s.column] = c
}

// fillMerged gives the rows of merged cells what only the first of them holds:
// a department is often merged down over its people.
func (s *sheetReader) fillMerged() error {
	if len(s.merged) == 0 {
		return nil
	}
	index := make(map[int]int, len(s.sheet.lines))
	for i, l := range s.sheet.lines {
		index[l.number] = i
	}
	for _, ref := range s.merged {
		from, to, _ := strings.Cut(ref, ":")
		column, top := place(from)
		_, bottom := place(to)
		first, ok := index[top]
		if !ok || column < 0 || column >= len(s.sheet.lines[first].cells) {
			continue
		}
		value := s.sheet.lines[first].cells[column]
		for i := first + 1; i < len(s.sheet.lines); i++ {
			l := &s.sheet.lines[i]
			if l.number <= top || l.number > bottom {
				break
			}
			for len(l.cells) <= column {
				l.cells = append(l.cells, cell{})
			}
			if l.cells[column].text == "" {
				l.cells[column] = value
			}
			if s.sheet.cells += column + 1; s.sheet.cells > maxCells {
				return whole(words.FileTooManyCells(maxCells))
			}
		}
	}
	return nil
}

// place reads AB12 as column 27, counted from 0, and row 12; -1 is none.
func place(ref string) (column, row int) {
	letters := strings.TrimRight(ref, "0123456789")
	if letters == "" || len(letters) > 3 {
		return -1, 0
	}
	for _, c := range []byte(letters) {
		if c < 'A' || c > 'Z' {
			return -1, 0
		}
		column = column*26 + int(c-'A') + 1
	}
	row, err := strconv.Atoi(ref[len(letters):])
	if err != nil {
		return column - 1, 0
	}
	return column - 1, row
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
