package office_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"rixue/internal/office"
)

var people = office.Spec{Columns: []office.Column{
	{Key: "no", Titles: []string{"工号", "员工号"}, Kind: office.Code, Required: true},
	{Key: "name", Titles: []string{"姓名"}, Required: true},
	{Key: "phone", Titles: []string{"手机号"}, Kind: office.Code, Personal: true},
	{Key: "day", Titles: []string{"入职日期"}, Kind: office.Day},
	{Key: "note", Titles: []string{"备注"}},
}}

// show writes a table as a test reads it: a line for each row and each fault.
func show(t *office.Table) []string {
	var lines []string
	for _, r := range t.Rows {
		lines = append(lines, fmt.Sprintf("%d %s|%s|%s|%s|%s", r.Number, r.Text("no"), r.Text("name"), r.Text("phone"), r.Text("day"), r.Text("note")))
	}
	for _, f := range t.Faults {
		lines = append(lines, f.String())
	}
	return lines
}

func read(t *testing.T, data []byte) *office.Table {
	t.Helper()
	table, err := office.ReadTable(bytes.NewReader(data), people)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func check(t *testing.T, data []byte, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, show(read(t, data))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func gbk(t *testing.T, s string) []byte {
	t.Helper()
	b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCSVEncodingsAndSeparators(t *testing.T) {
	const text = "工号,姓名,备注\n0012,张三,“好”\n"
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(strings.ReplaceAll(text, ",", "\t")))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"utf-8":     []byte(text),
		"bom":       []byte("\ufeff" + text),
		"gbk":       gbk(t, text),
		"utf-16":    utf16,
		"semicolon": []byte(strings.ReplaceAll(text, ",", ";")),
		"tab":       []byte(strings.ReplaceAll(text, ",", "\t")),
		"crlf":      []byte(strings.ReplaceAll(text, "\n", "\r\n")),
		"cr":        []byte(strings.ReplaceAll(text, "\n", "\r")),
	} {
		t.Run(name, func(t *testing.T) { check(t, data, "2 0012|张三|||“好”") })
	}
}

func TestHeaders(t *testing.T) {
	for name, head := range map[string]string{
		"decorated":  "＊ 姓　名（必填）,工 号*,备注：",
		"synonym":    "姓名,员工号,备注",
		"full width": "姓名,工号,备注（１１）",
	} {
		t.Run(name, func(t *testing.T) {
			check(t, []byte("某某医院职工名册,,\n,,\n"+head+"\n张　三,0012,\n,,\n姓名,工号,备注\n李四,0013,x\n"),
				"4 0012|张　三|||", "7 0013|李四|||x")
		})
	}
	t.Run("exact one wins", func(t *testing.T) {
		check(t, []byte("工号,姓名,手机号（短号）,手机号\n1,张三,666,13800138000\n"), "2 1|张三|13800138000||")
	})
	table := read(t, []byte("序号,工号,姓名,性别\n1,1,张三,男\n"))
	if diff := cmp.Diff([]string{"序号", "性别"}, table.Ignored); diff != "" {
		t.Error(diff)
	}
	if table.Has("phone") || !table.Has("no") {
		t.Error("Has does not tell which columns are there")
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want string
	}{
		"missing":    {"编号,姓名\n1,张三\n", "表头里少了「工号」。看到的是：编号、姓名。"},
		"no header":  {"你好\n", "表头里少了「工号」「姓名」。前几行没有找到表头。"},
		"duplicate":  {"工号,姓名,员工号\n1,张三,2\n", "表头「工号」「员工号」都是「工号」，请只留一列。"},
		"empty":      {" \n", "文件是空的，请检查后重新选择。"},
		"only blank": {",,\n,,\n", "文件是空的，请检查后重新选择。"},
		"xls":        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "这是旧版 xls 或加了密码的文件，请去掉密码，另存为 xlsx 再试。"},
		"binary":     {"\x7fELF\x00\x00", "这不是表格文件，请提供 xlsx 或 csv。"},
		"zip":        {"PK\x03\x04.....", "文件打不开，可能没有保存完整，请重新另存为 xlsx 再试。"},
		"encoding":   {"工号,姓名\n1,\xff\xff\xff\n", "文字编码看不懂，请另存为 xlsx，或 UTF-8 编码的 csv 再试。"},
		"rows":       {"工号,姓名\n" + strings.Repeat("1,a\n", 200_011), "行数太多，最多 200000 行，请拆成几份再试。"},
		"size":       {strings.Repeat("x", 50<<20+1), "文件太大，最多 50 MB，请拆成几份再试。"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := office.ReadTable(strings.NewReader(c.data), people)
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestCSVCells(t *testing.T) {
	check(t, []byte("工号,姓名,手机号,入职日期,备注\n"+
		"\n"+ // shown as row 2
		"1,张三,1.38E+10,2026.1.5,\"two\nlines\"\n"+
		"2,李\x00\x07四,13800138000,无,5\" x\n"+
		"3,王五,,去年,\n"+
		" , ,,,\n"+
		"4,赵六,,46027,1.5E+3\n"),
		"3 1|张三|1.38E+10|2026-01-05|two\nlines", "4 2|李四|13800138000||5\" x", "5 3|王五||去年|", "7 4|赵六||2026-01-05|1.5E+3",
		"第 3 行「手机号」：位数不全，请把这一列设为“文本”格式后重新填写（写的是“1.****10”）",
		"第 5 行「入职日期」：日期看不懂，请写到日，例如 2026-01-05（写的是“去年”）")
}

// book makes an xlsx as people do.
func book(t *testing.T, fill func(f *excelize.File, set func(cell string, value any), style func(cell, format string))) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	fill(f, func(cell string, value any) { must(f.SetCellValue("Sheet1", cell, value)) }, func(cell, format string) {
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		must(err)
		must(f.SetCellStyle("Sheet1", cell, cell, id))
	})
	var b bytes.Buffer
	must(f.Write(&b))
	return b.Bytes()
}

func TestXLSX(t *testing.T) {
	data := book(t, func(f *excelize.File, set func(string, any), style func(string, string)) {
		set("A1", "某某医院职工名册")
		if err := f.MergeCell("Sheet1", "A1", "E1"); err != nil {
			t.Fatal(err)
		}
		for i, h := range []string{"工号", "姓名", "手机号", "入职日期", "备注"} {
			set(string(rune('A'+i))+"3", h)
		}
		set("A4", "0012")
		set("B4", "张　三 ")
		set("C4", 13800138000)
		set("D4", 46027) // no date format
		set("E4", 0.1+0.2)

		set("A5", 13)
		style("A5", "0000") // shown as 0013
		set("B5", "李四")
		set("C5", 110101199001011234.0)
		set("D5", 46027.5)
		style("D5", `yyyy"年"m"月"d"日"`)
		set("E5", "a_b <&>\u200b")

		set("A7", 14)
		set("B7", "王五")
		set("D7", 20260105)
		set("E7", 46027)
		style("E7", "yyyy/m/d;@")

		set("A8", 46027)
		style("A8", "m-d")
		set("B8", true)
		if err := f.MergeCell("Sheet1", "E7", "E8"); err != nil {
			t.Fatal(err)
		}
	})
	check(t, data,
		"4 0012|张　三|13800138000|2026-01-05|0.3",
		"5 0013|李四|110101199001011230|2026-01-05|a_b <&>",
		"7 14|王五||2026-01-05|2026-01-05",
		"8 2026-01-05|TRUE|||2026-01-05",
		"第 5 行「手机号」：位数不全，请把这一列设为“文本”格式后重新填写（写的是“110***********1230”）",
		"第 8 行「工号」：被表格软件改成了日期，请把这一列设为“文本”格式后重新填写（写的是“2026-01-05”）")
	table := read(t, data)
	if table.Rows[0].IsNumber("no") || table.Rows[1].IsNumber("no") || !table.Rows[2].IsNumber("no") {
		t.Error("IsNumber does not tell a number from a text")
	}
	if got := table.Rows[0].Compact("name"); got != "张三" {
		t.Errorf("Compact = %q", got)
	}
}

func TestXLSX1904AndErrors(t *testing.T) {
	check(t, book(t, func(f *excelize.File, set func(string, any), _ func(string, string)) {
		yes := true
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
		for i, h := range []string{"工号", "姓名", "入职日期", "备注"} {
			set(string(rune('A'+i))+"1", h)
		}
		set("A2", 1)
		set("B2", "张三")
		set("C2", 44565)
	}), "2 1|张三||2026-01-05|")
}

func TestWriteTable(t *testing.T) {
	var b bytes.Buffer
	rows := [][]string{{"0012", `=HYPERLINK("http://x","y")`, "13800138000"}, {"0013", "+1", ""}}
	if err := office.WriteTable(&b, "绑定码", []string{"工号", "姓名", "手机号"}, rows); err != nil {
		t.Fatal(err)
	}
	check(t, b.Bytes(), `2 0012|=HYPERLINK("http://x","y")|13800138000||`, "3 0013|+1|||")

	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if formula, err := f.GetCellFormula("绑定码", "B2"); err != nil || formula != "" {
		t.Errorf("a cell became the formula %q (%v)", formula, err)
	}
	if kind, err := f.GetCellType("绑定码", "A2"); err != nil || kind == excelize.CellTypeNumber {
		t.Errorf("a staff number became a number (%v)", err)
	}
	if panes, err := f.GetPanes("绑定码"); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the header does not stay: %+v (%v)", panes, err)
	}
}

func TestParseDay(t *testing.T) {
	for in, want := range map[string]string{
		"2026-01-05": "2026-01-05", "2026.1.5": "2026-01-05", "2026/1/5": "2026-01-05", "2026年1月5日": "2026-01-05",
		"2026年1月5号": "2026-01-05", "20260105": "2026-01-05", "２０２６．１．５": "2026-01-05", "46027": "2026-01-05",
		" 2026-01-05 00:00:00 ": "2026-01-05", "2026-01-05T08:30:00": "2026-01-05", "2024-2-29": "2024-02-29",
		"36526": "2000-01-01", "2026 年 1 月 5 日": "2026-01-05",
		"": "", "2026-02-29": "", "2026-13-01": "", "2026.1": "", "2026": "", "26.1.5": "", "20260230": "", "202601": "", "明天": "",
		"99999999": "", "1899-01-01": "", "00001": "",
	} {
		got, ok := office.ParseDay(in)
		if got != want || ok != (want != "") {
			t.Errorf("ParseDay(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"13800138000": "138****8000", "1380013800": "13******00", "党圆": "党*", "党": "党*", "": "",
	} {
		if got := office.Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}
