package understand

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Form is the form of answer that a question wants.
type Form uint8

// The forms.
const (
	Single    Form = iota // one letter
	Multiple              // one or more letters
	TrueFalse             // 对 or 错
	Text                  // fill-in and short answer: the whole text
	Match                 // 1B 2A
)

// Why an answer does not fit, for the words that ask back.
const (
	OneOnly  = "one"    // two letters for a single choice
	NoLetter = "letter" // a letter that was not shown
	NoAnswer = "none"   // nothing that could be an answer
)

// Question is a question as it was shown: options in the order in which this
// person saw them, whose letters and digits mean that order.
type Question struct {
	Form    Form
	Options []string // as shown; of Text: the accepted answers
	Lefts   int      // of Match: how many things want a partner
}

// optionText takes a text that says an option, or an accepted answer, in full.
// It goes before the commands: 学习 may be the right word for the blank.
func (q *Question) optionText(s string) (Reading, bool) {
	i := q.optionIndex(s)
	if i < 0 {
		return Reading{}, false
	}
	if q.Form == Text {
		return Reading{Answer, []string{s}, "4 accepted text"}, true
	}
	return Reading{Answer, []string{letter(i)}, "4 option text"}, true
}

func (q *Question) optionIndex(s string) int {
	if q.Form == Match || q.Form != Text && utf8.RuneCountInString(s) < 2 {
		return -1
	}
	want := compact(s)
	return slices.IndexFunc(q.Options, func(o string) bool { return strings.EqualFold(compact(normal(o)), want) })
}

func letter(i int) string { return string(rune('A' + i)) }

// read takes a text as an answer, or as one that must be asked back; not ok
// means that it does not look like an answer at all.
func (q *Question) read(s string) (Reading, bool) {
	switch q.Form {
	case Text:
		return Reading{Answer, []string{s}, "4 text"}, true
	case TrueFalse:
		return trueFalse(s)
	case Match:
		return q.match(s)
	case Single, Multiple:
		return q.letters(s)
	}
	return Reading{}, false
}

// around is what people put around the letters.
var around = []string{"我选择", "我选", "选择", "应该是", "应该选", "答案是", "答案选", "答案", "选", "是", "第一题", "本题"}

func stripAround(s string) string {
	for {
		was := s
		for _, a := range around {
			s = bare(strings.TrimPrefix(s, a))
		}
		for _, a := range []string{"选项", "项", "吧", "啊", "呢", "谢谢"} {
			s = bare(strings.TrimSuffix(s, a))
		}
		if s == was {
			return s
		}
	}
}

func (q *Question) letters(s string) (Reading, bool) {
	set, ok := lettersOf(s)
	if !ok {
		if set, ok = lettersOf(stripAround(s)); !ok {
			return Reading{}, false
		}
	}
	if slices.ContainsFunc(set, func(i int) bool { return i >= len(q.Options) }) {
		return Reading{AskAnswer, []string{NoLetter}, "4 letter not shown"}, true
	}
	if q.Form == Single && len(set) > 1 {
		return Reading{AskAnswer, []string{OneOnly}, "4 two letters"}, true
	}
	if len(set) == 1 { // no allocation for the text of one letter
		i := set[0]
		return Reading{Answer, []string{"ABCDEFGHIJ"[i : i+1]}, "4 letters"}, true
	}
	var b strings.Builder
	for _, i := range set {
		b.WriteByte(byte('A' + i))
	}
	return Reading{Answer, []string{b.String()}, "4 letters"}, true
}

// lettersOf reads letters or digits with whatever between them: `ac`, `A、C`,
// `A和C`, `1 3`, `13`, `①③`; sorted, each once.
func lettersOf(s string) ([]int, bool) {
	var set []int
	for _, r := range s {
		i := -1
		switch {
		case r >= 'A' && r <= 'J':
			i = int(r - 'A')
		case r >= 'a' && r <= 'j':
			i = int(r - 'a')
		case r >= '1' && r <= '9':
			i = int(r - '1')
		case r >= '①' && r <= '⑨':
			i = int(r - '①')
		case r >= 'Ⓐ' && r <= 'Ⓙ':
			i = int(r - 'Ⓐ')
		case unicode.IsSpace(r), unicode.IsPunct(r), r == '和', r == '与', r == '及', r == '+':
			continue
		default:
			return nil, false
		}
		if !slices.Contains(set, i) {
			set = append(set, i)
		}
	}
	slices.Sort(set)
	return set, len(set) > 0
}

// trueFalse knows the signs and words for right and wrong. A and 1 are the
// first of 对 and 错, as they are shown.
func trueFalse(s string) (Reading, bool) {
	switch strings.ToLower(stripAround(s)) {
	case "对", "对的", "正确", "√", "✓", "✔", "☑", "是", "是的", "t", "true", "y", "yes", "r", "a", "1", "没错":
		return Reading{Answer, []string{"A"}, "4 true"}, true
	case "错", "错的", "错误", "×", "✗", "✘", "x", "❌", "否", "不对", "不正确", "不是", "f", "false", "n", "no", "b", "2":
		return Reading{Answer, []string{"B"}, "4 false"}, true
	}
	switch strings.TrimSpace(s) { // signs that stripping would take for decoration
	case "√", "✓", "✔", "✔️", "☑", "是", "是的", "⭕":
		return Reading{Answer, []string{"A"}, "4 true"}, true
	case "×", "✗", "✘", "❌", "✖":
		return Reading{Answer, []string{"B"}, "4 false"}, true
	}
	return Reading{}, false
}

// match reads `1B 2A`, `1-B，2-A`, `BA` in order.
func (q *Question) match(s string) (Reading, bool) {
	picks := make([]byte, q.Lefts)
	next, left := 0, -1
	for _, r := range strings.ToUpper(s) {
		switch {
		case r >= '1' && r <= '9':
			left = int(r - '1')
		case r >= 'A' && r <= 'J':
			at := left
			if at < 0 {
				at = next
			}
			if at >= len(picks) || int(r-'A') >= len(q.Options) {
				return Reading{AskAnswer, []string{NoLetter}, "4 letter not shown"}, true
			}
			picks[at] = byte(r)
			next, left = at+1, -1
		case unicode.IsSpace(r), unicode.IsPunct(r), unicode.IsSymbol(r):
		default:
			return Reading{}, false
		}
	}
	if slices.Contains(picks, 0) {
		return Reading{AskAnswer, []string{NoAnswer}, "4 match incomplete"}, true
	}
	return Reading{Answer, []string{string(picks)}, "4 match"}, true
}

// misfit is what is said of a text while a question is open and nothing fits.
func (q *Question) misfit(string) Reading {
	return Reading{AskAnswer, []string{NoAnswer}, "4 no answer"}
}
