package office

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"rixue/internal/words"
)

// What the parts of a workbook may unfold to.
const (
	maxSheet = 128 << 20
	maxPart  = 64 << 20
)

// escaped is how the format writes signs that XML has no place for.
var escaped = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

// book is what the cells of a workbook refer to.
type book struct {
	strings   []string
	formats   []numberFormat
	since1904 bool
}

// readXLSX reads the first sheet of a workbook.
func readXLSX(data []byte) (sheet, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return sheet{}, whole(words.FileBroken)
	}
	parts := make(map[string]*zip.File, len(archive.File))
	for _, f := range archive.File {
		parts[partName(f.Name)] = f
	}
	if parts["xl/workbook.xml"] == nil {
		return sheet{}, whole(words.FileNotTable)
	}
	var b book
	first, err := b.read(parts)
	if err != nil {
		return sheet{}, err
	}
	f := parts[first]
	if f == nil {
		return sheet{}, whole(words.FileBroken)
	}
	r, err := open(f, maxSheet)
	if err != nil {
		return sheet{}, err
	}
	defer r.Close()
	return readSheet(r, &b)
}

// partName makes one spelling of the ways in which programs write the names.
func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(s, "\\", "/"), "/"))
}

// open unfolds a part up to a limit; a part that says it is larger is refused,
// one that lies ends early and is broken.
func open(f *zip.File, limit int64) (io.ReadCloser, error) {
	if f.UncompressedSize64 > uint64(limit) {
		return nil, whole(words.FileTooBig(int(limit >> 20)))
	}
	r, err := f.Open()
	if err != nil {
		return nil, whole(words.FileBroken)
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(r, limit), r}, nil
}

// read reads all that the cells need and returns the name of the first sheet.
func (b *book) read(parts map[string]*zip.File) (string, error) {
	var w workbookXML
	var rels relsXML
	var shared sharedXML
	var styles stylesXML
	for name, into := range map[string]any{
		"xl/workbook.xml":            &w,
		"xl/_rels/workbook.xml.rels": &rels,
		"xl/sharedstrings.xml":       &shared,
		"xl/styles.xml":              &styles,
	} {
		if f := parts[name]; f != nil {
			if err := decode(f, into); err != nil {
				return "", err
			}
		}
	}
	b.since1904 = w.Pr.Date1904 == "1" || w.Pr.Date1904 == "true"
	b.strings = make([]string, len(shared.Items))
	for i, item := range shared.Items {
		b.strings[i] = clean(unescape(item.T + strings.Join(item.R, "")))
	}
	b.formats = styles.formats()
	return w.first(rels), nil
}

func decode(f *zip.File, into any) error {
	r, err := open(f, maxPart)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := xml.NewDecoder(r).Decode(into); err != nil {
		return whole(words.FileBroken)
	}
	return nil
}

type workbookXML struct {
	Pr struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		ID string `xml:"id,attr"`
	} `xml:"sheets>sheet"`
}

type relsXML struct {
	Items []struct {
		ID     string `xml:"Id,attr"`
		Target string `xml:"Target,attr"`
	} `xml:"Relationship"`
}

// sharedXML holds plain texts and texts in runs; reading aids (rPh) are left.
type sharedXML struct {
	Items []struct {
		T string   `xml:"t"`
		R []string `xml:"r>t"`
	} `xml:"si"`
}

type stylesXML struct {
	Formats []struct {
		ID   int    `xml:"numFmtId,attr"`
		Code string `xml:"formatCode,attr"`
	} `xml:"numFmts>numFmt"`
	Cells []struct {
		Format int `xml:"numFmtId,attr"`
	} `xml:"cellXfs>xf"`
}

// first is the part of the first sheet.
func (w workbookXML) first(rels relsXML) string {
	if len(w.Sheets) > 0 {
		for _, r := range rels.Items {
			if r.ID != w.Sheets[0].ID {
				continue
			}
			if strings.HasPrefix(r.Target, "/") {
				return partName(r.Target)
			}
			return partName(path.Join("xl", strings.ReplaceAll(r.Target, "\\", "/")))
		}
	}
	return "xl/worksheets/sheet1.xml"
}

// formats are those of the cell styles, in their order.
func (s stylesXML) formats() []numberFormat {
	custom := make(map[int]numberFormat, len(s.Formats))
	for _, f := range s.Formats {
		custom[f.ID] = customFormat(f.Code)
	}
	all := make([]numberFormat, len(s.Cells))
	for i, c := range s.Cells {
		f, ok := custom[c.Format]
		if !ok {
			f = builtinFormat(c.Format)
		}
		all[i] = f
	}
	return all
}

// cell reads a cell by its type and style.
func (b *book) cell(kind, style, value string) cell {
	switch kind {
	case "s":
		if i, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && i >= 0 && i < len(b.strings) {
			return cell{text: b.strings[i]}
		}
		return cell{}
	case "e":
		return cell{text: clean(value), form: formError}
	case "b":
		return cell{text: strings.ToUpper(strconv.FormatBool(strings.TrimSpace(value) == "1"))}
	case "", "n":
		if strings.TrimSpace(value) == "" {
			return cell{}
		}
		var f numberFormat
		if i, err := strconv.Atoi(style); err == nil && i >= 0 && i < len(b.formats) {
			f = b.formats[i]
		}
		return numberCell(value, f, b.since1904)
	}
	return cell{text: clean(unescape(value))} // str, inlineStr, d
}

// unescape puts back the signs that XML has no place for.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped.ReplaceAllStringFunc(s, func(m string) string {
		n, err := strconv.ParseUint(m[2:6], 16, 16)
		if err != nil || !utf8.ValidRune(rune(n)) {
			return m
		}
		return string(rune(n))
	})
}
