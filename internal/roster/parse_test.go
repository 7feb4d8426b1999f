package roster_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"rixue/internal/office"
	"rixue/internal/roster"
)

func TestParseReadsWhatPeopleWrite(t *testing.T) {
	f := parse(t, "某某医院职工名册\n"+
		"备注,政治面貌,入党时间,党小组,党支部,窗口,科　室,联系电话,姓 名（必填）,员工号*,性别,职务,角色\n"+
		"x,中共党员,2001年7月1日,第一党小组,一支部,挂号窗口,内科 (一),138-0013-8000,张　三,ａ-01,男,主任,支部书记，职工、办件员\n"+
		",,,,无,,内科（一）,+86 13900139000,Anna  Maria　Li,a02,女,,\n"+
		",中共党员（预备）,,,一支部,,外科,(010)66668888,阿依古丽•买买提,a03,女,,admin 纪检\n")
	if f.Faults != nil {
		t.Fatal(f.Faults)
	}
	want := []roster.Row{
		{Line: 3, Record: roster.Record{
			StaffNo: "A-01", Name: "张三", Phone: "13800138000", Department: "内科（一）", Window: "挂号窗口", Branch: "一支部",
			Group: "第一党小组", Political: "正式党员", Post: "主任", Roles: "staff secretary handler", JoinedOn: "2001-07-01", Remark: "x",
		}},
		{Line: 4, Record: roster.Record{StaffNo: "A02", Name: "Anna Maria Li", Phone: "13900139000", Department: "内科（一）", Roles: "staff"}},
		{Line: 5, Record: roster.Record{
			StaffNo: "A03", Name: "阿依古丽·买买提", Phone: "010-66668888", Department: "外科", Branch: "一支部",
			Political: "预备党员", Roles: "discipline admin",
		}},
	}
	if diff := cmp.Diff(want, f.Rows); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"性别"}, f.Ignored); diff != "" {
		t.Error(diff)
	}
}

func TestParseNamesEachFault(t *testing.T) {
	const known = "职工、支部书记、办件员、科室负责人、投诉协调员、身份保管人、值班、督查员、纪检、院领导、志愿者、管理员"
	for name, c := range map[string]struct{ row, want string }{
		"no number":     {" 张三  内科", "第 2 行「工号」：不能为空"},
		"strange":       {"a#1 张三  内科", "第 2 行「工号」：只能有字母、数字和 - _ . /，最多 32 个（写的是“a#1”）"},
		"scientific":    {"1.2E+10 张三  内科", "第 2 行「工号」：位数不全，请把这一列设为“文本”格式后重新填写（写的是“1.2E+10”）"},
		"no name":       {"1   内科", "第 2 行「姓名」：不能为空"},
		"long name":     {"1 " + strings.Repeat("张", 41) + "  内科", "第 2 行「姓名」：最多 40 个字（写的是“" + strings.Repeat("张", 30) + "…”）"},
		"no department": {"1 张三  无", "第 2 行「科室」：不能为空（写的是“无”）"},
		"phone":         {"1 张三 1380013800 内科", "第 2 行「手机号」：应是 11 位手机号，或带区号的固定电话（写的是“13******00”）"},
		"lost phone":    {"1 张三 1.38E+10 内科", "第 2 行「手机号」：位数不全，请把这一列设为“文本”格式后重新填写（写的是“1.****10”）"},
		"group alone":   {"1 张三  内科   一组", "第 2 行「所在支部」：填了党小组，请一并填所在支部"},
		"role":          {"1 张三  内科     书记", "第 2 行「角色」：不认识，可填：" + known + "（写的是“书记”）"},
		"political":     {"1 张三  内科    党圆", "第 2 行「政治面貌」：不认识，可填：正式党员、预备党员、发展对象、入党积极分子、共青团员、群众、无党派人士、民主党派、民革党员、民盟盟员、民建会员、民进会员、农工党党员、致公党党员、九三学社社员、台盟盟员（写的是“党*”）"},
		"twice":         {"1 张三  内科\n2 李四  内科\n１ 王五  内科", "第 2 行「工号」：与第 4 行重复（写的是“1”）\n第 4 行「工号」：与第 2 行重复（写的是“１”）"},
		"nobody":        {"", "表头下面没有人员，请检查文件。"},
	} {
		t.Run(name, func(t *testing.T) {
			f := list(t, strings.Split(c.row, "\n")...)
			if got := f.Faults.Error(); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if slices.ContainsFunc(f.Rows, func(r roster.Row) bool { return r.Line == 2 }) {
				t.Error("a bad row was kept")
			}
		})
	}
	f := parse(t, "工号,姓名,科室,所在支部,入党时间\n1,张三,内科,一支部,2001.7\n")
	if got, want := f.Faults.Error(), "第 2 行「入党时间」：日期看不懂，请写到日，例如 2026-01-05（写的是“2*****”）"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if f := list(t, "1 张三  内科", "2 张三  内科"); f.Faults != nil || len(f.Rows) != 2 {
		t.Errorf("same names, other numbers: %v", f.Faults)
	}
}

// sheet makes an xlsx roster as a personnel office keeps it.
func sheet(t *testing.T, staffNos ...any) roster.File {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	set := func(cell string, v any) {
		t.Helper()
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	set("A1", "某某医院职工名册")
	if err := f.MergeCell("Sheet1", "A1", "F1"); err != nil {
		t.Fatal(err)
	}
	for i, h := range []string{"工号", "姓名", "手机号", "科室", "所在支部", "入党时间"} {
		set(string(rune('A'+i))+"2", h)
	}
	set("D3", "内科")
	if err := f.MergeCell("Sheet1", "D3", "D20"); err != nil {
		t.Fatal(err)
	}
	for i, no := range staffNos {
		row := string(rune('3' + i))
		set("A"+row, no)
		set("B"+row, "张三")
		set("C"+row, 13800138000)
		set("F"+row, 37073)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	table, err := office.ReadTable(&b, roster.Spec())
	if err != nil {
		t.Fatal(err)
	}
	return roster.Parse(table)
}

func TestParseXLSX(t *testing.T) {
	f := sheet(t, "0012", "0013")
	want := []roster.Row{
		{Line: 3, Record: roster.Record{StaffNo: "0012", Name: "张三", Phone: "13800138000", Department: "内科", JoinedOn: "2001-07-01", Roles: "staff"}},
		{Line: 4, Record: roster.Record{StaffNo: "0013", Name: "张三", Phone: "13800138000", Department: "内科", JoinedOn: "2001-07-01", Roles: "staff"}},
	}
	if diff := cmp.Diff(want, f.Rows); diff != "" || f.Faults != nil {
		t.Errorf("(-want +got)\n%s%v", diff, f.Faults)
	}
	const lost = "第 4 行「工号」：像是丢了前导零，请把这一列设为“文本”格式后补上（写的是“14”）"
	for name, c := range map[string]struct {
		nos  []any
		want string
	}{
		"among texts with zeros":  {[]any{"0012", 14, 1015, "0016"}, lost},
		"all numbers":             {[]any{12, 14, 1015}, ""},
		"texts without zeros":     {[]any{"1012", 14}, ""},
		"texts of several widths": {[]any{"0012", 14, "015"}, ""},
	} {
		if got := sheet(t, c.nos...).Faults.Error(); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// What was written is read again, whatever the order of the columns.
func TestParseReadsWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := func(form, label string) string { return rapid.StringMatching(form).Draw(t, label) }
		var want []roster.Record
		for range rapid.IntRange(1, 8).Draw(t, "rows") {
			r := roster.Record{
				StaffNo: text(`[A-Z0-9]{1,6}`, "no"), Name: text(`[张李王赵]{1,3}|[A-Z][a-z]{1,4} [A-Z][a-z]{1,4}`, "name"),
				Phone: text(`(1[3-9][0-9]{9})?`, "phone"), Department: text(`[内外妇儿]科`, "department"), Window: text(`([一二三]号窗)?`, "window"),
				Branch: text(`[一二三]支部`, "branch"), Group: text(`([一二三]组)?`, "group"), Political: text(`正式党员|预备党员|群众|`, "political"),
				Post: text(`(主任|护士长)?`, "post"), Roles: text(`staff( handler)?( admin)?`, "roles"),
				JoinedOn: text(`(20[012][0-9]-0[1-9]-(1[0-9]|2[0-8]))?`, "joined"), Remark: text(`([a-z,";' ]{0,8}[一二\n]x)?`, "remark"),
			}
			r.Remark = strings.TrimSpace(r.Remark)
			if !slices.ContainsFunc(want, func(o roster.Record) bool { return o.StaffNo == r.StaffNo }) {
				want = append(want, r)
			}
		}
		header := []string{"工号", "姓名", "手机号", "科室", "窗口", "所在支部", "党小组", "政治面貌", "职务", "角色", "入党时间", "备注"}
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}).Draw(t, "order")
		shuffled := func(row []string) []string {
			out := make([]string, len(row))
			for i, from := range order {
				out[i] = row[from]
			}
			return out
		}
		var rows [][]string
		for _, r := range want {
			rows = append(rows, shuffled([]string{
				r.StaffNo, r.Name, r.Phone, r.Department, r.Window, r.Branch, r.Group, r.Political, r.Post,
				strings.ReplaceAll(r.Roles, " ", "、"), r.JoinedOn, r.Remark,
			}))
		}
		data, err := writeCSV(shuffled(header), rows)
		if err != nil {
			t.Fatal(err)
		}
		table, err := office.ReadTable(strings.NewReader(data), roster.Spec())
		if err != nil {
			t.Fatal(err)
		}
		f := roster.Parse(table)
		var got []roster.Record
		for _, r := range f.Rows {
			got = append(got, r.Record)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s%v", diff, f.Faults)
		}
	})
}
