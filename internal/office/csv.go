package office

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"rixue/internal/words"
)

// separators of csv files, the usual one first.
const separators = ",;\t"

// readCSV reads text with the separator by which most headers are found.
func readCSV(data []byte, spec Spec) (sheet, error) {
	data, err := toUTF8(data)
	if err != nil {
		return sheet{}, err
	}
	if !bytes.ContainsRune(data, '\n') {
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	comma, most := ',', 0
	for _, c := range separators {
		head, err := readLines(data, c, headerLines)
		if err != nil || len(head.lines) == 0 {
			continue
		}
		if _, h := spec.findHeader(head.lines); h.count() > most {
			comma, most = c, h.count()
		}
	}
	return readLines(data, comma, maxRows+headerLines+1)
}

// toUTF8 tells the encoding of a text by its content. GB18030 is what Chinese
// programs write unless asked, and holds all of GBK.
func toUTF8(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		if err != nil {
			return nil, whole(words.FileEncoding)
		}
		return out, nil
	}
	// A stray NUL is an exporter's slip; many of them are another kind of file.
	if bytes.Count(data, []byte{0}) > len(data)/100 {
		return nil, whole(words.FileNotTable)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if utf8.Valid(data) {
		return data, nil
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return nil, whole(words.FileEncoding)
	}
	return out, nil
}

// readLines reads at most so many lines that are not empty.
func readLines(data []byte, comma rune, most int) (sheet, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = comma
	r.FieldsPerRecord = -1
	r.LazyQuotes = true // people write 5" and “"好"”
	r.ReuseRecord = true
	var s sheet
	number, from := 0, int64(0)
	for len(s.lines) < most {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, whole(words.FileNotTable)
		}
		// The reader skips empty lines, a spreadsheet program shows them.
		number += 1 + emptyLines(data[from:r.InputOffset()])
		from = r.InputOffset()
		record = record[:min(maxColumns, len(record))]
		l := line{number: number, cells: make([]cell, len(record))}
		for i, field := range record {
			l.cells[i] = cell{text: clean(field)}
		}
		if err := s.add(l); err != nil {
			return s, err
		}
	}
	return s, nil
}

// emptyLines counts the line ends before anything else.
func emptyLines(b []byte) int {
	return bytes.Count(b[:len(b)-len(bytes.TrimLeft(b, "\r\n"))], []byte("\n"))
}
