package study

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestGrade(t *testing.T) {
	for _, c := range []struct {
		kind          Kind
		answer, given string
		want          Mark
	}{
		{Single, "B", "B", Right},
		{Single, "B", "A", Wrong},
		{Single, "B", "", Wrong},
		{Multiple, "AC", "AC", Right},
		{Multiple, "AC", "A", Wrong}, // no half points
		{Multiple, "AC", "ABC", Wrong},
		{TrueFalse, "A", "A", Right},
		{TrueFalse, "A", "B", Wrong},
		{Match, "BA", "BA", Right},
		{Match, "BA", "AB", Wrong},
		{Fill, "5个工作日\n五日", " ５ 个工作日。", Right},
		{Fill, "5个工作日\n五日", "五日", Right},
		{Fill, "5个工作日\n五日", "六日", Wrong},
		{Fill, "5个工作日\n五日", "", Wrong},
		{Fill, "0.5", "05", Wrong},
		{Fill, "0.5", "０．５", Right},
		{Fill, "%", "？", Wrong},
		{Fill, "COVID-19", "covid19", Right},
		{Short, "参考", "我认为", Pending},
		{Short, "参考", "", Wrong},
	} {
		q := Question{Kind: c.kind, Answer: c.answer}
		if got := q.Grade(c.given); got != c.want {
			t.Errorf("%s %q, given %q: %d, want %d", c.kind, c.answer, c.given, got, c.want)
		}
	}
}

// drawQuestion draws a choice with its right letters.
func drawQuestion(t *rapid.T) *Question {
	options := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
		"首问负责", "限时办结", "一次告知", "洗手", "戴口罩", "登记", "以上都是", "以上都不对", "都正确", "全部选项", "两者都是",
	}), 2, 6, rapid.ID).Draw(t, "options")
	q := &Question{ID: rapid.StringN(1, 8, -1).Draw(t, "id"), Kind: Multiple, Stem: "题", Options: options}
	letters := rapid.SliceOfNDistinct(rapid.SampledFrom([]byte("ABCDEF"[:len(options)])), 1, -1, rapid.ID).Draw(t, "answer")
	slices.Sort(letters)
	q.Answer = string(letters)
	if len(letters) == 1 && rapid.Bool().Draw(t, "single") {
		q.Kind = Single
	}
	return q
}

// TestShownOrder: who answers by what he sees is marked as if he had seen the
// file.
func TestShownOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		s := New(Config{Shuffle: rapid.Bool().Draw(t, "shuffle")})
		member := rapid.String().Draw(t, "member")
		q.movable = q.findMovable() // as loading does
		shown := s.Show(q, member)
		if q.Grade(shown.InFileOrder(shown.InShownOrder(q.Answer))) != Right {
			t.Fatalf("%+v: the right answer is wrong", q)
		}
		options := shown.Options()
		var texts []string
		for _, l := range shown.InShownOrder(q.Answer) {
			texts = append(texts, options[l-'A'])
		}
		for i, o := range q.Options {
			if strings.ContainsRune(q.Answer, rune('A'+i)) != slices.Contains(texts, o) {
				t.Fatalf("%+v, shown as %v: the right letters %q do not stand by the right texts", q, options, shown.InShownOrder(q.Answer))
			}
			stays := strings.ContainsAny(o, "都全")
			if stays && options[i] != o {
				t.Fatalf("%q was moved: %v", o, options)
			}
		}
		if !slices.Equal(options, s.Show(q, member).Options()) {
			t.Fatal("another order at the second look")
		}
	})
}

// TestNotMoved: a question that names its letters keeps its order for everybody.
func TestNotMoved(t *testing.T) {
	plain := []string{"洗手", "戴口罩", "量体温", "登记"}
	s := New(Config{Shuffle: true})
	moved := func(q Question) bool {
		q.movable = q.findMovable() // as loading does
		for i := range 50 {
			if !slices.Equal(q.Options, s.Show(&q, fmt.Sprint("member", i)).Options()) {
				return true
			}
		}
		return false
	}
	if !moved(Question{ID: "x", Kind: Single, Options: plain}) {
		t.Error("fifty members see the same order")
	}
	for _, q := range []Question{
		{Kind: Single, Options: plain, Explanation: "选C，因为要先量体温"},
		{Kind: Multiple, Options: plain, Explanation: "答案是ＡＢ，见制度"},
		{Kind: Single, Options: plain, Stem: "若A成立，应选哪项"},
		{Kind: Single, Options: []string{"洗手", "戴口罩", "A和B", "登记"}},
		{Kind: Single, Options: []string{"洗手", "戴口罩", "ＡＢ都对", "登记"}},
		{Kind: Match, Options: plain},
	} {
		if moved(q) {
			t.Errorf("%+v was moved", q)
		}
	}
	if !moved(Question{ID: "x", Kind: Single, Options: plain, Explanation: "HBsAg 与 CT 都要查"}) {
		t.Error("HBsAg and CT pass for letters of options")
	}
	if off := New(Config{}); !slices.Equal(off.Show(&Question{ID: "x", Kind: Single, Options: plain}, "m").Options(), plain) {
		t.Error("moved though shuffling is off")
	}
}

func TestPlainText(t *testing.T) {
	for in, want := range map[string]string{
		"# 标题\n\n\n正文":                "标题\n\n正文",
		"这是**重点**内容，__也是__，*斜体*。":     "这是重点内容，也是，斜体。",
		"- 一\n* 二\n+ 三\n1. 四":         "一\n二\n三\n1. 四",
		"> 引文":                        "引文",
		"见[办法](https://example.cn)全文": "见办法全文",
		"![图](a.png)看图":               "看图",
		"每日3*2次，每次5*6分":               "每日3*2次，每次5*6分",
		"`代码`与**`粗`**":                "代码与粗",
		"snake_case 与 a__b":           "snake_case 与 a__b",
		"a * b * c":                   "a * b * c",
		"":                            "",
		"\n\n正文  \n\n":                "正文",
		"满意率 95% [注]":                 "满意率 95% [注]",
		"**甲**和**乙**":                 "甲和乙",
	} {
		if got := PlainText(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestPlainTextStays: a text without signs is left alone.
func TestPlainTextStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.StringMatching(`[一-龥]{1,20}(\n[一-龥，。0-9]{1,20}){0,3}`).Draw(t, "text")
		if got := PlainText(plain); got != plain {
			t.Fatalf("%q became %q", plain, got)
		}
		_ = PlainText(rapid.String().Draw(t, "any")) // does not panic
	})
}
