package office_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"rixue/internal/office"
)

// workbook wraps rows of a sheet by hand, for what no program writes.
func workbook(t *testing.T, rows string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range [][2]string{
		{"xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="7" r:id="rId3"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId3" Target="/xl/worksheets/Sheet9.xml"/></Relationships>`},
		{"xl/worksheets/sheet9.xml", `<x:worksheet xmlns:x="x"><x:sheetData>` + rows + `</x:sheetData></x:worksheet>`},
	} {
		w, err := z.Create(part[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(part[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const head = `<row r="2"><c r="B2" t="inlineStr"><is><t>工号</t></is></c><c t="inlineStr"><is><r><t>姓</t></r><rPh><t>xing</t></rPh><r><t>名</t></r></is></c></row>`

func TestSheetByHand(t *testing.T) {
	check(t, workbook(t, head+
		`<row><c r="B3"><v>1.38E4</v></c><c t="str"><f>A1&amp;B1</f><v>张_x000D_三</v></c></row>`+
		`<row r="9"><c r="B9" t="e"><v>#N/A</v></c><c r="C9" t="str"><v>李四</v></c></row>`),
		"3 13800|张三|||", "9 #N/A|李四|||", "第 9 行「工号」：公式出错（#N/A），请改成文字（写的是“#N/A”）")
}

// A small file may not ask for much memory or time.
func TestSheetBombs(t *testing.T) {
	far := strings.Repeat(`<row><c r="XFD1"><v>1</v></c></row>`, 100_000)
	check(t, workbook(t, head+far+`<row r="200000"><c r="B1"><v>1</v></c></row>`), "200000 1||||")

	merges := strings.Repeat(`<mergeCell ref="IV3:IV300000"/>`, 1000)
	rows := strings.Repeat(`<row><c r="B1"><v>1</v></c><c r="IV1"><v>1</v></c></row>`, 5000)
	_, err := office.ReadTable(bytes.NewReader(workbook(t, head+rows+merges)), people)
	if err == nil || err.Error() != "格子太多，最多 300 万格，请删去用不到的列再试。" {
		t.Errorf("got %v", err)
	}
	for name, rows := range map[string]string{
		"cut":      `<row><c>`,
		"crossed":  `<row></c></row>`,
		"no sheet": `</x:sheetData><y>`,
	} {
		if _, err := office.ReadTable(bytes.NewReader(workbook(t, head+rows)), people); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
}
