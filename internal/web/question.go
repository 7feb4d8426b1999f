package web

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rixue/internal/errs"
	"rixue/internal/words"
	"rixue/study"
)

// questionPage is a question as a member sees it.
type questionPage struct {
	Version        string
	Place, Total   int // from 1
	Kind, KindName string
	Stem, How, Say string
	Options        []option
	Lefts          []int  // of a match: 1, 2, …
	Quiz           string // where the form goes
	Skip           string // the next open question; empty if there is none

	shown study.Shown
}

// option is one to choose from. 对 and 错 have no letter to be seen.
type option struct {
	Letter, Text string
	Named        bool // the letter is seen
	Right, Mine  bool // of one that was answered
}

func newQuestion(s study.Shown, ses *study.Session) *questionPage {
	kind := string(s.Kind)
	p := &questionPage{
		Version: s.ID, Place: ses.At + 1, Total: len(ses.Asked), Kind: kind, KindName: words.PageKind(kind),
		Stem: s.Stem, How: words.PageHow(kind), Quiz: quizPath(ses.Topic), shown: s,
	}
	if next, ok := ses.After(); ok {
		p.Skip = questionPath(ses.Topic, next)
	}
	switch s.Kind {
	case study.TrueFalse:
		for _, l := range []string{"A", "B"} {
			p.Options = append(p.Options, option{Letter: l, Text: words.TrueFalse(l)})
		}
	case study.Single, study.Multiple, study.Match:
		for i, text := range s.Options() {
			p.Options = append(p.Options, option{Letter: letterAt(i), Text: text, Named: true})
		}
	case study.Fill, study.Short:
	}
	if s.Kind == study.Match {
		for i := range len(s.Answer) {
			p.Lefts = append(p.Lefts, i+1)
		}
	}
	return p
}

func letterAt(i int) string { return string(rune('A' + i)) }

// resultPage is a question that was answered.
type resultPage struct {
	*questionPage
	Title, Tone         string
	Mine, Key           string // where no options show them
	Explanation, Source string
	Next, Way           string
}

// result tells what came of an answer, given in file order.
func (p *questionPage) result(mark study.Mark, given, source string) resultPage {
	r := resultPage{
		questionPage: p, Tone: tone(mark), Title: words.PageMarked(mark == study.Right, mark == study.Wrong, given != ""),
		Explanation: p.shown.Explanation, Source: source, Next: p.Skip, Way: words.PageNext,
	}
	if given == "" {
		r.Tone = "" // it is no reproach
	}
	if r.Next == "" {
		r.Next, r.Way = p.Quiz, words.PageFinish
	}
	mine, key := p.shown.InShownOrder(given), p.shown.InShownOrder(p.shown.Answer)
	switch p.shown.Kind {
	case study.Single, study.Multiple, study.TrueFalse:
		for i := range p.Options {
			o := &p.Options[i]
			o.Right, o.Mine = strings.Contains(key, o.Letter), strings.Contains(mine, o.Letter)
		}
	case study.Match:
		r.Mine, r.Key = words.Pairs(mine), words.Pairs(key)
		if mark == study.Right {
			r.Mine = "" // the same
		}
	case study.Fill, study.Short:
		r.Mine, r.Key = mine, words.Alternatives(key)
	}
	return r
}

// longest is how many characters a written answer may have.
const longest = 600

// read makes an answer in shown order of what a form holds; empty if something
// is missing. What the page could not have sent is a refusal.
func read(s study.Shown, fields []string) (string, error) {
	bad := errs.New(errs.Invalid, words.PageInvalid)
	if s.Kind == study.Fill || s.Kind == study.Short {
		text := written(strings.Join(fields, "\n"))
		if utf8.RuneCountInString(text) > longest {
			return "", errs.New(errs.Invalid, words.PageTooLong(longest))
		}
		return text, nil
	}
	options := len(s.Options())
	if s.Kind == study.TrueFalse {
		options = 2
	}
	for _, f := range fields {
		if f != "" && (len(f) != 1 || f[0] < 'A' || int(f[0]-'A') >= options) {
			return "", bad
		}
	}
	letters := strings.Join(fields, "")
	switch {
	case letters == "":
		return "", nil
	case s.Kind == study.Multiple:
		slices.Sort(fields)
		return strings.Join(slices.Compact(fields), ""), nil
	case s.Kind == study.Match && len(letters) < len(s.Answer):
		return "", nil
	case s.Kind == study.Match && len(letters) > len(s.Answer), s.Kind != study.Match && len(letters) > 1:
		return "", bad
	}
	return letters, nil
}

// written takes out what cannot be seen and some databases refuse.
func written(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "")))
}
