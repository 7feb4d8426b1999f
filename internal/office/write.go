package office

import (
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/width"
)

// WriteTable writes an xlsx file of one sheet: the headers bold and always in
// sight, every cell a text, so that zeros stay and nothing that begins with =
// is ever a formula.
func WriteTable(w io.Writer, name string, header []string, rows [][]string) error {
	f := excelize.NewFile()
	err := writeSheet(f, name, header, rows)
	if err == nil {
		err = f.Write(w)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("office: %w", err)
	}
	return nil
}

func writeSheet(f *excelize.File, name string, header []string, rows [][]string) error {
	if err := f.SetSheetName(f.GetSheetName(0), name); err != nil {
		return err
	}
	const asText = 49 // the format "@"
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: asText})
	if err != nil {
		return err
	}
	plain, err := f.NewStyle(&excelize.Style{NumFmt: asText})
	if err != nil {
		return err
	}
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, size := range widths(header, rows) {
		if err := s.SetColWidth(i+1, i+1, size); err != nil {
			return err
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := writeRow(s, 1, bold, header); err != nil {
		return err
	}
	for i, row := range rows {
		if err := writeRow(s, i+2, plain, row); err != nil {
			return err
		}
	}
	return s.Flush()
}

func writeRow(s *excelize.StreamWriter, number, style int, row []string) error {
	cells := make([]any, len(row))
	for i, text := range row {
		cells[i] = excelize.Cell{StyleID: style, Value: text}
	}
	return s.SetRow(fmt.Sprintf("A%d", number), cells)
}

// widths are those at which the columns' texts can be read; a Chinese sign
// takes the room of two.
func widths(header []string, rows [][]string) []float64 {
	const least, most = 8, 60
	sizes := make([]float64, len(header))
	measure := func(row []string) {
		for i, text := range row[:min(len(row), len(sizes))] {
			sizes[i] = max(sizes[i], room(text)+2, least)
		}
	}
	measure(header)
	for _, row := range rows {
		measure(row)
	}
	for i := range sizes {
		sizes[i] = min(sizes[i], most)
	}
	return sizes
}

func room(s string) float64 {
	n := 0.0
	for _, r := range s {
		n++
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n++
		}
	}
	return n
}
