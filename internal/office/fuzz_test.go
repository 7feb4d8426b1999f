package office_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"rixue/internal/office"
)

// FuzzReadTable: whatever is brought, reading ends with a table whose texts can
// be stored, or with faults in words.
func FuzzReadTable(f *testing.F) {
	f.Add([]byte("工号,姓名\n0012,张三\n"))
	f.Add([]byte("title\n\n员工号\t姓名（必填）\t入职日期\n1\t\"a\nb\"\t2026.1.5\n"))
	f.Add([]byte("\xff\xfe\xe5\x5d\xf7\x53"))
	f.Add([]byte("\xb9\xa4\xba\xc5;\xd0\xd5\xc3\xfb\n1;\xd5\xc5\n"))
	f.Add([]byte("PK\x03\x04"))
	var b bytes.Buffer
	if err := office.WriteTable(&b, "S", []string{"工号", "姓名"}, [][]string{{"0012", "张三"}}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := office.ReadTable(bytes.NewReader(data), people)
		if err != nil {
			var faults office.Faults
			if !errors.As(err, &faults) || len(faults) == 0 || strings.TrimSpace(faults.Error()) == "" {
				t.Fatalf("not refused in words: %v", err)
			}
			return
		}
		last := 0
		for _, r := range table.Rows {
			if r.Number <= 0 {
				t.Fatalf("row %d after %d", r.Number, last)
			}
			last = r.Number
			for _, c := range people.Columns {
				if text := r.Text(c.Key); !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
					t.Fatalf("row %d: %q cannot be stored", r.Number, text)
				}
			}
		}
	})
}

// FuzzSheet puts what was brought into a workbook that is otherwise sound.
func FuzzSheet(f *testing.F) {
	for _, s := range []string{
		`<row r="1"><c r="A1" t="inlineStr"><is><t>工号</t></is></c><c t="inlineStr"><is><r><t>姓</t></r><r><t>名</t></r></is></c></row><row><c><v>1</v></c><c t="str"><v>x</v></c></row>`,
		`<row r="9"><c r="XFD1"><v>1E9</v></c></row><row r="3"><c r="A3" t="e"><v>#N/A</v></c></row>`,
		`<row><c r="A1" s="9" t="s"><v>99</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><sheetData>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rows string) {
		_, err := office.ReadTable(bytes.NewReader(workbook(t, rows)), people)
		var faults office.Faults
		if err != nil && !errors.As(err, &faults) {
			t.Fatalf("not refused in words: %v", err)
		}
	})
}
