package understand_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rixue/internal/understand"
)

// contexts are what can be open to a person.
func contexts() []understand.Context {
	all := []understand.Context{{}, {Staff: true}, {Step: "bind.no"}, {Step: "bind.code", Question: single}, {Staff: true, Step: "unbind"}}
	for _, q := range []*understand.Question{single, multiple, judge, blank, essay, match} {
		all = append(all, staff(q))
	}
	return all
}

// pieces make texts that come near to meaning something.
var pieces = []string{
	"学习", "补学", "我的", "绑定", "解绑", "确认", "解除绑定", "帮助", "退出", "跳过", "不知道", "不", "先", "吗", "吧", "了", "请", "我要", "选", "答案是",
	"A", "b", "Ｃ", "d", "1", "２", "③", "对", "错", "√", "×", "，", "、", "。", "?", "？", "！", " ", "\u3000", "\n", "\u200b", "“", "”",
	"1001", "张三", "阿依古丽·买买提", "ABCD2345", "工号", "姓名", "绑定码", "是", "首问负责制", "-", "/", ".", "\ufe0f", "\xff", "👍", "\x00",
}

func drawText(t *rapid.T) string {
	if rapid.Bool().Draw(t, "wild") {
		return rapid.String().Draw(t, "text")
	}
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 8).Draw(t, "pieces"), "")
}

// check holds for every text: no panic, the same reading each time, and what
// cannot be undone only by its exact word.
func check(t interface {
	Helper()
	Errorf(string, ...any)
}, text string,
) {
	t.Helper()
	for _, c := range contexts() {
		r := understand.Read(text, c)
		if diff := cmp.Diff(r, understand.Read(text, c)); diff != "" {
			t.Errorf("%q is read in two ways: %s", text, diff)
		}
		exact := map[understand.Act][]string{understand.Unbind: {"解绑", "解除绑定"}, understand.ConfirmUnbind: {"确认解绑"}}[r.Act]
		if exact != nil && !slices.Contains(exact, letters(text)) {
			t.Errorf("%q is taken for %s", text, r.Act)
		}
		if exact != nil && strings.ContainsAny(text, "?？") {
			t.Errorf("%q asks and is taken for %s", text, r.Act)
		}
		if q := c.Question; q != nil && r.Act == understand.Answer {
			checkAnswer(t, text, q, r.Args[0])
		}
	}
}

// letters drops what is neither letter nor digit nor symbol.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) || !unicode.IsGraphic(r) || r == '\ufe0e' || r == '\ufe0f' || r == '\u20e3' {
			return -1
		}
		return r
	}, s)
}

// checkAnswer: an answer has the form that its question wants.
func checkAnswer(t interface {
	Helper()
	Errorf(string, ...any)
}, text string, q *understand.Question, answer string,
) {
	t.Helper()
	most, width, sorted := byte('A'+len(q.Options)), 1, true
	switch q.Form {
	case understand.Text:
		if answer == "" {
			t.Errorf("%q is an empty answer", text)
		}
		return
	case understand.TrueFalse:
		most = 'C'
	case understand.Multiple:
		width = len(answer)
	case understand.Match:
		width, sorted = q.Lefts, false
	case understand.Single:
	}
	if answer == "" || len(answer) != width || sorted && !slices.IsSorted([]byte(answer)) {
		t.Errorf("%q gives the answer %q to a question of form %d", text, answer, q.Form)
	}
	for i := range len(answer) {
		if answer[i] < 'A' || answer[i] >= most {
			t.Errorf("%q gives the answer %q, of which the question has no %c", text, answer, answer[i])
		}
	}
}

func TestEveryText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { check(t, drawText(t)) })
}

// TestNoise: blanks, width, case and punctuation at the end change nothing.
func TestNoise(t *testing.T) {
	plain := []string{
		"学习", "补学", "我的", "帮助", "退出", "解绑", "确认解绑", "不知道", "跳过", "绑定 1001 张三 ABCD2345", "help",
		"A", "AC", "A C", "A、C", "1", "13", "选B", "E", "对", "错", "√", "×", "1B 2A", "BA", "首问负责制", "洗手、登记",
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(plain).Draw(t, "text")
		c := rapid.SampledFrom(contexts()).Draw(t, "context")
		noisy := addNoise(t, text)
		got, want := understand.Read(noisy, c), understand.Read(text, c)
		if want.Act == understand.StepText || c.Question != nil && c.Question.Form == understand.Text {
			return // kept as it was written
		}
		if diff := cmp.Diff(fold(want), fold(got)); diff != "" {
			t.Fatalf("%q and %q in %+v (-plain +noisy):\n%s", text, noisy, c, diff)
		}
	})
}

// fold forgets case: a binding code is compared without it.
func fold(r understand.Reading) understand.Reading {
	r.Rule = ""
	r.Args = slices.Clone(r.Args)
	for i, a := range r.Args {
		r.Args[i] = understand.Fold(a)
	}
	return r
}

func addNoise(t *rapid.T, text string) string {
	blanks := []string{"", " ", "\u3000", "\u200b", "\u00a0", "\n"}
	pad := rapid.SampledFrom(blanks)
	var b strings.Builder
	b.WriteString(pad.Draw(t, "before"))
	for _, r := range text {
		switch {
		case r == ' ':
			b.WriteString(rapid.SampledFrom(blanks[1:3]).Draw(t, "blank"))
			continue
		case r > ' ' && r < 0x7f && rapid.Bool().Draw(t, "wide"):
			r += 0xfee0
		case unicode.IsLower(r) && rapid.Bool().Draw(t, "upper"):
			r = unicode.ToUpper(r)
		case unicode.IsUpper(r) && rapid.Bool().Draw(t, "lower"):
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	b.WriteString(pad.Draw(t, "inner") + rapid.SampledFrom([]string{"", "。", ".", "！", "!", "，", "；", "。。"}).Draw(t, "end"))
	return b.String() + pad.Draw(t, "after")
}

// TestLongTexts: what a text costs does not run away with its length.
func TestLongTexts(t *testing.T) {
	for _, p := range []string{"请", "我的", "绑定", "A", "1B", "解绑", "不", "是", "工号", "·", "-1"} {
		check(t, strings.Repeat(p, 2048/len(p)))
		check(t, "绑定"+strings.Repeat(p, 2048/len(p)))
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"A", "Ａ、C", "选A吧", "√。", "1B 2A", "学习", "解绑吗？", "确认 解绑", "绑定 1001 阿依古丽·买买提 ABCD-2345",
		"绑定工号KS-01姓名张三绑定码是ABCD2345", "邦定", "1.5小时", "\xff\x00\u200b", "请请我要",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { check(t, text) })
}

func BenchmarkRead(b *testing.B) {
	for name, c := range map[string]struct {
		text string
		q    *understand.Question
	}{
		"letter": {"B", single}, "letters": {"A、C", multiple}, "word": {"错误", judge}, "command": {"学习", single},
		"text": {"今天的题目有点难，请问在哪里看讲解", single}, "fill": {"首问负责制", blank},
	} {
		b.Run(name, func(b *testing.B) {
			ctx := staff(c.q)
			b.ReportAllocs()
			for b.Loop() {
				understand.Read(c.text, ctx)
			}
		})
	}
}

// TestLetterIsCheap: at half past seven everybody sends one letter.
func TestLetterIsCheap(t *testing.T) {
	for _, text := range []string{"A", "b", "3"} {
		if n := testing.AllocsPerRun(100, func() { understand.Read(text, staff(single)) }); n > 1 {
			t.Errorf("%q: %v allocations", text, n)
		}
	}
}
