package study

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"rixue/internal/office"
)

// table reads a csv as office reads a file.
func table(t *testing.T, spec office.Spec, data []byte) *office.Table {
	t.Helper()
	tab, err := office.ReadTable(bytes.NewReader(data), spec)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// faults writes them a line each: row, column, reason.
func faults(list office.Faults) []string {
	var lines []string
	for _, f := range list {
		lines = append(lines, fmt.Sprintf("%d %s %s", f.Row, f.Column, f.Reason))
	}
	return lines
}

// xlsx writes lines as a workbook.
func xlsx(t *testing.T, lines ...string) []byte {
	t.Helper()
	var rows [][]string
	for _, l := range lines {
		rows = append(rows, strings.Split(l, ","))
	}
	var b bytes.Buffer
	if err := office.WriteTable(&b, "Sheet1", rows[0], rows[1:]); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestParseTopics(t *testing.T) {
	lines := []string{
		"学习主题,日期（必填）,学习内容,原文链接,出处,范围", "首问负责制,2026年11月23日,第一段,https://example.cn/a,院办,全体",
		"院感,2026.11.24,第二段,,,外科、内科", "院感,20261124,第二段,,,一支部/第一小组；门诊",
	}
	text := []byte(strings.Join(lines, "\n"))
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"csv": text, "gbk": gbk, "xlsx": xlsx(t, lines...)} {
		t.Run(name, func(t *testing.T) {
			rows, bad := ParseTopics(table(t, TopicSpec(), data))
			if len(bad) > 0 {
				t.Fatal(bad)
			}
			var got []string
			for _, r := range rows {
				got = append(got, strings.Join([]string{string(r.Day), r.Title, r.Body, r.Link, r.Source, strings.Join(r.Names, "+")}, "|"))
			}
			want := []string{
				"2026-11-23|首问负责制|第一段|https://example.cn/a|院办|",
				"2026-11-24|院感|第二段|||内科+外科",
				"2026-11-24|院感|第二段|||一支部/第一小组+门诊",
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTopicFaults(t *testing.T) {
	long := strings.Repeat("长", 61)
	rows, bad := ParseTopics(table(t, TopicSpec(), []byte(strings.Join([]string{
		"日期,标题,正文,链接,范围",
		"2026-11-23,甲,正文,,",
		"2026-11-23,乙,正文,,全院", // the same day and people
		"2026-11-24,丙,正文,,内科、外科",
		"2026-11-24,丁,正文,,外科 内科", // in another order
		",戊,正文,,",
		"2026-13-01,己,正文,,",
		"2026-11-25,,正文,,",
		"2026-11-25,庚,,,",
		"2026-11-25," + long + ",正文,,",
		"2026-11-25,辛,正文,www.example.cn,",
		"2026-11-25,壬,正文,javascript:alert(1),",
		"2026-11-25,癸,正文,https://example.cn,内科、全体",
		"2026-11-26," + long[:len("长")*60] + ",正文,,",
	}, "\n"))))
	want := []string{
		"3 日期 这一天同一范围已有主题（第 2 行）",
		"5 日期 这一天同一范围已有主题（第 4 行）",
		"6 日期 不能为空",
		"7 日期 日期看不懂，请写到日，例如 2026-01-05",
		"8 标题 不能为空",
		"9 正文 不能为空",
		"10 标题 标题太长，最多 60 个字",
		"11 链接 链接要以 http:// 或 https:// 开头",
		"12 链接 链接要以 http:// 或 https:// 开头",
	}
	if diff := cmp.Diff(want, faults(bad)); diff != "" {
		t.Error(diff)
	}
	if len(rows) != 4 || rows[2].Names != nil {
		t.Errorf("good rows: %+v", rows)
	}
}

func TestParseQuestions(t *testing.T) {
	for name, c := range map[string]struct{ kind, options, answer, want string }{
		"single":          {"单选", "甲,乙,丙,", "B", "single B 甲;乙;丙"},
		"single, small":   {"单选题", "甲,乙,,", "ｂ。", "single B 甲;乙"},
		"single, kind":    {"【单项选择题】", "甲,乙,,", "（A）", "single A 甲;乙"},
		"letters before":  {"单选", "A. 甲,B、乙,Ｃ．丙,D超", "D", "single D 甲;乙;丙;D超"},
		"figures":         {"单选", "1.5小时,15小时,5%,5‰", "A", "single A 1.5小时;15小时;5%;5‰"},
		"multiple":        {"多选", "甲,乙,丙,", "C、A", "multiple AC 甲;乙;丙"},
		"multiple, blank": {"不定项选择题", "甲,乙,丙,丁", "a c  d", "multiple ACD 甲;乙;丙;丁"},
		"multiple, twice": {"多选题", "甲,乙,丙,", "ABA", "multiple AB 甲;乙;丙"},
		"true":            {"判断", ",,,", "正确", "truefalse A "},
		"true sign":       {"判断题", ",,,", "√", "truefalse A "},
		"false":           {"是非题", ",,,", "×", "truefalse B "},
		"false letter":    {"判断", ",,,", "f", "truefalse B "},
		"true, options":   {"判断", "正确,错误,,", "B", "truefalse B "},
		"true, turned":    {"判断", "错误,正确,,", "B", "truefalse A "},
		"fill":            {"填空", ",,,", "5个工作日|五个工作日｜ 5日", "fill 5个工作日\n五个工作日\n5日 "},
		"short":           {"简答题", ",,,", "言之有理即可", "short 言之有理即可 "},
		"match":           {"匹配", "甲,乙,丙,", "1B 2A", "match BA 甲;乙;丙"},
		"match, order":    {"连线题", "甲,乙,丙,", "2A，1-C", "match CA 甲;乙;丙"},
		"match, letters":  {"匹配", "甲,乙,,", "ba", "match BA 甲;乙"},
	} {
		t.Run(name, func(t *testing.T) {
			data := "题型,题干,选项A,选项B,选项C,选项D,答案\n" + c.kind + ",题," + c.options + "," + c.answer + "\n"
			rows, bad := ParseQuestions(table(t, QuestionSpec(), []byte(data)))
			if len(bad) > 0 || len(rows) != 1 {
				t.Fatalf("%v, %d rows", bad, len(rows))
			}
			got := fmt.Sprintf("%s %s %s", rows[0].Kind, rows[0].Answer, strings.Join(rows[0].Options, ";"))
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestQuestionFaults(t *testing.T) {
	for name, c := range map[string]struct{ row, want string }{
		"kind":          {"选一选,题,甲,乙,,A", "题型 题型看不懂，可以写：单选、多选、判断、填空、简答、匹配"},
		"no kind":       {",题,甲,乙,,A", "题型 题型看不懂，可以写：单选、多选、判断、填空、简答、匹配"},
		"no stem":       {"单选,,甲,乙,,A", "题干 不能为空"},
		"no answer":     {"单选,题,甲,乙,,", "答案 不能为空"},
		"no fill":       {"填空,题,,,,｜", "答案 不能为空"},
		"one option":    {"单选,题,甲,,,A", "选项B 至少要有两个选项"},
		"no option":     {"匹配,题,,,,1A 2B", "选项B 至少要有两个选项"},
		"gap":           {"单选,题,甲,,丙,A", "选项B 选项中间空了一格，请依次填写"},
		"option twice":  {"单选,题,首问 负责,首问，负责。,丙,A", "选项B 和前面的选项重复"},
		"not shown":     {"单选,题,甲,乙,,C", "答案 答案里的字母没有对应的选项"},
		"no letter":     {"单选,题,甲,乙,,甲", "答案 答案请写选项字母，例如 A，多选写 A、C，匹配写 1B 2A"},
		"digit":         {"多选,题,甲,乙,,12", "答案 答案请写选项字母，例如 A，多选写 A、C，匹配写 1B 2A"},
		"two of one":    {"单选,题,甲,乙,,AB", "答案 单选题只能有一个答案"},
		"judge":         {"判断,题,,,,也许", "答案 判断题的答案请写“对”或“错”"},
		"match one":     {"匹配,题,甲,乙,,1B", "答案 匹配题至少要有两组，例如 1B 2A"},
		"match hole":    {"匹配,题,甲,乙,,1B 3A", "答案 答案请写选项字母，例如 A，多选写 A、C，匹配写 1B 2A"},
		"match twice":   {"匹配,题,甲,乙,,1B 1A", "答案 答案请写选项字母，例如 A，多选写 A、C，匹配写 1B 2A"},
		"match letters": {"匹配,题,甲,乙,,1B 2C", "答案 答案里的字母没有对应的选项"},
		"long":          {"单选," + strings.Repeat("长", 600) + ",甲,乙,,A", "题干 题目太长，一条消息放不下，请缩短题干或选项"},
	} {
		t.Run(name, func(t *testing.T) {
			data := "题型,题干,选项A,选项B,选项C,答案\n" + c.row + "\n填空,好题,,,,好\n"
			rows, bad := ParseQuestions(table(t, QuestionSpec(), []byte(data)))
			if diff := cmp.Diff([]string{"2 " + c.want}, faults(bad)); diff != "" {
				t.Error(diff)
			}
			if len(rows) != 1 || rows[0].Stem != "好题" {
				t.Errorf("the good row is lost: %+v", rows)
			}
		})
	}
}

// TestQuestionsOfAFile: faults that lie between rows.
func TestQuestionsOfAFile(t *testing.T) {
	lines := []string{
		"日期,题型,题干,选项A,选项B,答案,解析",
		"2026-11-23,单选,第一题,甲,乙,A,因为",
		"2026-11-23,单选,第一题。,乙,甲,B,因为", // the same with its options in another order
		"2026-11-24,单选,第一题,甲,乙,A,因为",  // may be asked again
		"2026-11-25,单选,第一题,甲,乙,B,因为",  // but not with another answer
		"昨天,单选,第二题,甲,乙,A,",
	}
	for i := range 11 {
		lines = append(lines, fmt.Sprintf("2026-11-26,填空,填%d,,,空,", i))
	}
	rows, bad := ParseQuestions(table(t, QuestionSpec(), []byte(strings.Join(lines, "\n"))))
	want := []string{
		"3 题干 和第 2 行是同一道题",
		"5 题干 和第 2 行是同一道题，但答案或解析不同，请统一",
		"6 日期 日期看不懂，请写到日，例如 2026-01-05",
		"17 日期 一天最多 10 道题",
	}
	if diff := cmp.Diff(want, faults(bad)); diff != "" {
		t.Error(diff)
	}
	if len(rows) != 12 {
		t.Errorf("%d good rows, want 12", len(rows))
	}
}

func TestFingerprint(t *testing.T) {
	base := Question{Kind: Single, Stem: "投诉几日内答复？", Options: []string{"5个工作日", "10个工作日"}}
	same := []Question{
		{Kind: Single, Stem: "投诉 几日内答复", Options: []string{"10个工作日", "5个工作日。"}},
		{Kind: Single, Stem: "投诉几日内答复?", Options: []string{"５个工作日", "10 个工作日"}, Answer: "B", Explanation: "新"},
	}
	different := []Question{
		{Kind: Multiple, Stem: base.Stem, Options: base.Options},
		{Kind: Single, Stem: "投诉几日内办结？", Options: base.Options},
		{Kind: Single, Stem: base.Stem, Options: []string{"5个工作日", "1.0个工作日"}},
		{Kind: Single, Stem: base.Stem, Options: []string{"5个工作日"}},
		{Kind: Single, Stem: base.Stem + "5个工作日", Options: []string{"10个工作日"}},
	}
	for _, q := range same {
		if q.fingerprint() != base.fingerprint() {
			t.Errorf("%+v is another question", q)
		}
	}
	seen := map[string]Question{base.fingerprint(): base}
	for _, q := range different {
		if other, ok := seen[q.fingerprint()]; ok {
			t.Errorf("%+v is the same as %+v", q, other)
		}
		seen[q.fingerprint()] = q
	}
}
