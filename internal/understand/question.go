package understand

import (
	"math/bits"
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
	if q.Form == TrueFalse || q.Form == Match {
		return Reading{}, false
	}
	if q.Form == Text {
		if q.optionIndex(s) < 0 {
			return Reading{}, false
		}
		return Reading{Act: Answer, Args: []string{s}, Rule: "4 accepted text"}, true
	}
	set, choice := lettersOf(s)
	if choice && bits.OnesCount16(set) == 1 {
		return Reading{}, false // a letter or digit is the order shown
	}
	i := q.optionIndex(s)
	if line, parted := q.optionLine(s); i < 0 || parted {
		i = line // A、B型 is the line of A, and AB型 the text of another
	}
	if i >= 0 {
		return Reading{Act: Answer, Args: []string{letters(1 << i)}, Rule: "4 option text"}, true
	}
	if choice || q.Form == Single {
		return Reading{}, false
	}
	return q.optionTexts(s)
}

// optionLine finds an option by its line as it is shown: B. 三级查房. parted
// tells whether something stands between the letter and the text.
func (q *Question) optionLine(s string) (i int, parted bool) {
	letter, size := utf8.DecodeRuneInString(s)
	rest := bare(s[size:])
	i = optionOf(letter)
	if i < 0 || i >= len(q.Options) || digitOf(letter) >= 0 || !Same(rest, q.Options[i]) {
		return -1, false
	}
	return i, !strings.HasPrefix(s[size:], rest)
}

// optionIndex finds an option by its text.
func (q *Question) optionIndex(s string) int {
	if len(q.Options) == 0 {
		return -1
	}
	want := Fold(s)
	return slices.IndexFunc(q.Options, func(o string) bool { return Fold(o) == want })
}

// optionTexts takes several options that are said by their texts.
func (q *Question) optionTexts(s string) (Reading, bool) {
	var set uint16
	parts := strings.FieldsFunc(bare(s), func(r rune) bool { return strings.ContainsRune("、,; ", r) })
	if len(parts) < 2 {
		return Reading{}, false
	}
	for _, p := range parts {
		i := q.optionIndex(p)
		if i < 0 {
			return Reading{}, false
		}
		set |= 1 << i
	}
	return Reading{Act: Answer, Args: []string{letters(set)}, Rule: "4 option texts"}, true
}

// read takes a text as an answer, or as one that must be asked back; not ok
// means that it does not look like an answer at all.
func (q *Question) read(s string) (Reading, bool) {
	switch q.Form {
	case TrueFalse:
		return trueFalse(s)
	case Match:
		return q.match(s)
	case Single, Multiple:
		return q.choice(s)
	case Text: // is taken as it was written, by Read
	}
	return Reading{}, false
}

// around is what people put around the letters.
var (
	aroundFront = []string{"我觉得", "我认为", "我猜", "我的", "我选择", "我选", "选择", "应该是", "应该选", "可能是", "答案是", "答案选", "答案", "选", "是", "第一题", "本题"}
	aroundBack  = []string{"选项", "项", "吧", "啊", "呢", "谢谢"}
)

func stripAround(s string) string { return trimAny(bare(s), aroundFront, aroundBack) }

func (q *Question) choice(s string) (Reading, bool) {
	set, ok := lettersOf(s)
	if !ok {
		if set, ok = lettersOf(stripAround(s)); !ok {
			return Reading{}, false
		}
	}
	switch {
	case q.otherwise(s, set):
		return Reading{Act: AskAnswer, Args: []string{NoAnswer}, Rule: "4 digit is an option"}, true
	case bits.Len16(set) > len(q.Options):
		return Reading{Act: AskAnswer, Args: []string{NoLetter}, Rule: "4 letter not shown"}, true
	case q.Form == Single && bits.OnesCount16(set) > 1:
		return Reading{Act: AskAnswer, Args: []string{OneOnly}, Rule: "4 two letters"}, true
	}
	return Reading{Act: Answer, Args: []string{letters(set)}, Rule: "4 letters"}, true
}

// otherwise tells whether a lone digit is also the text of another option: of
// A. 3 and B. 5, who sends 3 hardly means the third.
func (q *Question) otherwise(s string, set uint16) bool {
	s = bare(s)
	if len(s) != 1 || s[0] < '0' || s[0] > '9' {
		return false
	}
	i := slices.IndexFunc(q.Options, func(o string) bool { return len(o) < 4 && normal(o) == s })
	return i >= 0 && set != 1<<i
}

// ten are the letters that may stand for an option.
const ten = "ABCDEFGHIJ"

// letters writes a set of options, of which A is bit 0.
func letters(set uint16) string {
	if i := bits.TrailingZeros16(set); set == 1<<i {
		return ten[i : i+1] // costs nothing: most answers are one letter
	}
	var b strings.Builder
	for i := range ten {
		if set&(1<<i) != 0 {
			b.WriteByte(ten[i])
		}
	}
	return b.String()
}

// lettersOf reads letters or digits with whatever between them: `ac`, `A、C`,
// `A和C`, `1 3`, `13`, `①③`.
func lettersOf(s string) (set uint16, ok bool) {
	for _, r := range s {
		switch i := optionOf(r); {
		case i >= 0:
			set |= 1 << i
		case isMark(r), r == '和', r == '与', r == '及', r == '跟', r == '加', r == '+':
		default:
			return 0, false
		}
	}
	return set, set != 0
}

// optionOf is the place that a letter or digit names, -1 if it names none.
func optionOf(r rune) int {
	switch {
	case r >= 'A' && r <= 'J':
		return int(r - 'A')
	case r >= 'a' && r <= 'j':
		return int(r - 'a')
	case r >= 'Ⓐ' && r <= 'Ⓙ':
		return int(r - 'Ⓐ')
	}
	return digitOf(r)
}

// digitOf is the place that a digit names.
func digitOf(r rune) int {
	switch {
	case r >= '1' && r <= '9':
		return int(r - '1')
	case r >= '①' && r <= '⑨':
		return int(r - '①')
	}
	return -1
}

// trueFalses are the signs and words for right and wrong. A and 1 are the
// first of 对 and 错, as they are shown.
var trueFalses = map[string]string{
	"对": "A", "对的": "A", "正确": "A", "正确的": "A", "没错": "A", "是": "A", "是的": "A", "勾": "A", "打勾": "A",
	"√": "A", "✓": "A", "✔": "A", "☑": "A", "✅": "A", "⭕": "A", "V": "A",
	"T": "A", "TRUE": "A", "Y": "A", "YES": "A", "R": "A", "RIGHT": "A", "A": "A", "1": "A", "①": "A",
	"错": "B", "错的": "B", "错误": "B", "错误的": "B", "不对": "B", "不正确": "B", "否": "B", "不是": "B", "叉": "B", "打叉": "B",
	"×": "B", "✗": "B", "✘": "B", "✕": "B", "✖": "B", "❌": "B", "X": "B",
	"F": "B", "FALSE": "B", "N": "B", "NO": "B", "W": "B", "WRONG": "B", "B": "B", "2": "B", "②": "B", "0": "B",
}

func trueFalse(s string) (Reading, bool) {
	answer, ok := trueFalses[strings.ToUpper(squeeze(bare(s)))]
	if !ok {
		answer, ok = trueFalses[strings.ToUpper(squeeze(stripAround(s)))]
	}
	if !ok {
		return Reading{}, false
	}
	return Reading{Act: Answer, Args: []string{answer}, Rule: "4 true or false"}, true
}

// match reads `1B 2A`, `1-B，2-A`, `BA` in order.
func (q *Question) match(s string) (Reading, bool) {
	picks := make([]byte, q.Lefts)
	next, left, twice := 0, -1, false
	for _, r := range s {
		digit, option := digitOf(r), optionOf(r)
		switch {
		case digit >= 0:
			twice = twice || left >= 0 // the one before has no partner
			left = digit
		case option >= 0:
			at := left
			if at < 0 {
				at = next
			}
			if at >= len(picks) || option >= len(q.Options) {
				return Reading{Act: AskAnswer, Args: []string{NoLetter}, Rule: "4 letter not shown"}, true
			}
			twice = twice || picks[at] != 0
			picks[at] = ten[option]
			next, left = at+1, -1
		case unicode.IsSpace(r), unicode.IsPunct(r), unicode.IsSymbol(r):
		default:
			return Reading{}, false
		}
	}
	if twice || left >= 0 || len(picks) == 0 || slices.Contains(picks, 0) {
		return Reading{Act: AskAnswer, Args: []string{NoAnswer}, Rule: "4 match incomplete"}, true
	}
	return Reading{Act: Answer, Args: []string{string(picks)}, Rule: "4 match"}, true
}
