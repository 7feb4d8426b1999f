package understand

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// caseSigns are those of a receipt number; it has none that look alike.
const caseSigns = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// caseNumber takes a receipt number off the front: six signs, in groups
// perhaps.
func caseNumber(s string) (number, rest string, ok bool) {
	s = unfill(s)
	var b strings.Builder
	for i, r := range s {
		u := unicode.ToUpper(r)
		switch {
		case strings.ContainsRune(caseSigns, u) && u < 0x80:
			if b.Len() == 6 {
				return "", s, false
			}
			b.WriteRune(u)
			continue
		case (r == '-' || r == ' ') && b.Len() > 0 && b.Len() < 6:
			continue
		case r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			return "", s, false
		}
		if b.Len() != 6 {
			return "", s, false
		}
		return b.String(), s[i:], true
	}
	return b.String(), "", b.Len() == 6
}

// looksLikeCase tells a receipt number from a word: it has letter and digit.
func looksLikeCase(n string) bool {
	return strings.ContainsAny(n, "23456789") && strings.ContainsFunc(n, unicode.IsLetter)
}

// hanDigits are the digits as they are written out.
var hanDigits = map[rune]byte{'一': '1', '二': '2', '两': '2', '三': '3', '四': '4', '五': '5', '六': '6', '七': '7', '八': '8', '九': '9', '零': '0', '〇': '0', '①': '1', '②': '2', '③': '3', '④': '4', '⑤': '5', '⑥': '6'}

// digits takes a number off the front.
func digits(s string) (number, rest string) {
	s = unfill(s)
	if s = strings.TrimLeft(s, "#no."); s == "" {
		return "", ""
	}
	var b strings.Builder
	for i, r := range s {
		switch d, han := hanDigits[r]; {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case han:
			b.WriteByte(d)
		case r == ' ' && b.Len() > 0 && nextIsDigit(s[i:]) && b.Len() > 1:
		default:
			return b.String(), s[i:]
		}
	}
	return b.String(), ""
}

func nextIsDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " "))
	return unicode.IsDigit(r)
}

// ending is what may follow a number without meaning more.
func ending(s string) string {
	for _, w := range []string{"号", "条", "项", "个"} {
		s = strings.TrimPrefix(s, w)
	}
	return trimAny(bare(s), nil, []string{"谢谢", "哦", "啊", "了", "的", "呀", "辛苦了", "承诺", "请假", "号", "条"})
}

// number reads 确认 3, 同意 3 and 不同意 3 原因.
func (p *parse) number() (Reading, bool) {
	if p.act == Reject {
		return p.reject()
	}
	n, rest := digits(p.rest)
	doubt := strings.ContainsAny(p.rest, "?？") || asked(p.rest)
	if p.act == Confirm && hasAnyPrefix(strings.TrimLeft(p.rest, " "), "收到", "参加", "出席", "到会", "到场", "请假") {
		return Reading{}, false
	}
	switch {
	case n == "" && p.act == Approve:
		return p.approveWithout(doubt)
	case n == "":
		return p.implied()
	case ending(rest) != "" || doubt:
		return p.severalNumbers(n, rest, doubt)
	}
	return p.done(n)
}

// approveWithout is 同意 without a number.
func (p *parse) approveWithout(doubt bool) (Reading, bool) {
	t := trimAny(bare(p.rest), nil, []string{"的", "了", "谢谢", "啊", "哦"})
	switch {
	case doubt || t != "" && !parted(p.rest):
		return Reading{}, false
	case p.c.Roles&Secretary != 0:
		return p.lacks("")
	case t == "":
		return Reading{Act: Agree, Rule: "3 command"}, true
	}
	return Reading{}, false
}

// reject reads the number and the reason.
func (p *parse) reject() (Reading, bool) {
	n, rest := digits(p.rest)
	if n == "" {
		if p.c.Roles&Secretary != 0 || bare(p.rest) == "" {
			return p.lacks("")
		}
		return Reading{}, false
	}
	if strings.ContainsAny(p.rest, "?") || strings.HasSuffix(rest, "吗") {
		return p.lacks(n)
	}
	return p.done(n, strings.TrimLeftFunc(strings.TrimPrefix(rest, "号"), isMark))
}

// severalNumbers reads 同意 3、5 and 同意 3，不同意 4 …; what cannot be undone is
// asked one by one.
func (p *parse) severalNumbers(n, rest string, doubt bool) (Reading, bool) {
	if doubt {
		return p.lacks(n)
	}
	if m, _ := digits(strings.TrimLeft(rest, " 、,和及与")); p.exact && parted(rest) && m == "" && !hasAny(rest, "不", "没", "别", "先", "未", "等", "但", "难", "还", "都") {
		return p.done(n) // with the words of the pledge
	}
	if p.exact {
		return p.confirmFirst(n, "")
	}
	said, _ := p.done(n)
	next := strings.TrimLeft(strings.TrimPrefix(rest, "号"), " 、,，;和及与还有.。")
	if after, ok := strings.CutPrefix(next, "不同意"); ok {
		no, ok := (&parse{verb{text: "不同意", act: Reject, takes: takesNumber}, after, p.text, p.c, false, p.r}).read()
		if ok {
			said.More = []Reading{no}
			return said, true
		}
	}
	next = strings.TrimPrefix(next, "同意")
	m, tail := digits(next)
	if m != "" && ending(tail) == "" {
		said.More = []Reading{{Act: p.act, Args: []string{m}, Rule: "3 command"}}
		return said, true
	}
	said.Rest = next
	return said, true
}

// implied is a verb without its number: it is meant if only one thing can be.
func (p *parse) implied() (Reading, bool) {
	t := bare(p.rest)
	n := p.c.count(p.kind)
	switch {
	case p.c.Step == StepAnnounce || p.c.Step == StepWithdraw || p.c.Step == "unbind":
		return Reading{}, false // it asks for a longer word
	case !parted(p.rest) && !hasAnyPrefix(t, "承诺", "全部", "所有", "都", "一下", "了", "吗", "吧", "的", "完", "好", "无误", "啊", "呀"):
		if p.exact && p.c.member() && n > 0 {
			return Reading{Act: AskCommand, Args: []string{p.verb.text}, Rule: "3 not exact", Sure: AskBack}, true
		}
		return Reading{}, false
	case n > 1:
		return Reading{Act: AskWhich, Args: []string{string(p.kind)}, Rule: "3 which", Sure: AskBack}, true
	case n == 1:
		return p.confirmFirst(p.c.item(p.kind).Number, "")
	}
	return p.lacks("")
}

// caseWork reads the verbs that want the number of a case.
func (p *parse) caseWork() (Reading, bool) {
	number, rest, ok := caseNumber(p.rest)
	if !ok {
		return p.withoutCase()
	}
	words := strings.TrimLeftFunc(rest, func(r rune) bool { return isMark(r) && r != '"' || r == '+' })
	_, _, second := caseNumber(strings.TrimLeft(words, "和与及、, "))
	switch {
	case p.slip && p.exact:
		return p.done()
	case p.exact && (strings.ContainsAny(p.rest, "?") || asked(words) || second):
		return p.confirmFirst(number, words)
	case p.takes == takesText && words == "":
		return p.lacks(number)
	case p.takes == takesText:
		return p.done(number, tailOf(p.text, words))
	case strings.HasSuffix(strings.TrimRight(p.rest, " "), "?") && p.act != Query, p.act != Query && asked(words):
		return p.lacks(number)
	case p.act == Accept && second:
		return p.both(number, words)
	}
	said, _ := p.done(number)
	if p.act == Accept || p.act == Query {
		said.addMore(trimAny(words, fillers, politeBack), p)
	}
	return said, true
}

// both accepts two cases.
func (p *parse) both(number, words string) (Reading, bool) {
	said, _ := p.done(number)
	n, rest, _ := caseNumber(strings.TrimLeft(words, "和与及、, "))
	said.More = []Reading{{Act: p.act, Args: []string{n}, Rule: "3 command"}}
	said.Rest = bare(rest)
	return said, true
}

// withoutCase is such a verb without a number that fits.
func (p *parse) withoutCase() (Reading, bool) {
	t := unfill(p.rest)
	words := strings.TrimLeftFunc(p.rest, isMark)
	n := p.c.count(p.kind)
	first, _ := utf8.DecodeRuneInString(t)
	switch {
	case first < 0x80 && (unicode.IsLetter(first) || unicode.IsDigit(first)):
		return p.lacks("") // a number, but none of ours
	case p.act == Query:
		return p.ownCase(t, n)
	case !parted(p.rest) && t != "" && !asked(t):
		if p.act == WithdrawCase || n == 0 || p.c.Question != nil && p.c.Question.Form == Text {
			return Reading{}, false
		}
		return Reading{Act: AskCommand, Args: []string{p.verb.text}, Rule: "3 not exact", Sure: AskBack}, true
	case p.slip:
		return Reading{Act: AskCommand, Args: []string{p.verb.text}, Rule: "3 slip", Sure: AskBack}, true
	case n > 1:
		return Reading{Act: AskWhich, Args: []string{string(p.kind)}, Rule: "3 which", Sure: AskBack}, true
	case n == 0:
		return p.lacks("")
	case p.exact:
		return p.confirmFirst(p.c.item(p.kind).Number, words)
	case p.takes == takesText && words == "", p.takes != takesText && bare(words) != "":
		return p.lacks(p.c.item(p.kind).Number)
	case p.takes == takesText:
		return p.done(p.c.item(p.kind).Number, tailOf(p.text, words))
	}
	return p.done(p.c.item(p.kind).Number)
}

// ownCase is 查询 without a number.
func (p *parse) ownCase(t string, n int) (Reading, bool) {
	t = trimAny(bare(t), fillers, append([]string{"结果", "情况", "状态", "进度", "投诉", "反馈", "吗"}, moreAfter...))
	switch {
	case t != "" && !contains(t, "处理") && !contains(t, "进"):
		return Reading{}, false
	case n > 1:
		return Reading{Act: AskWhich, Args: []string{string(p.kind)}, Rule: "3 which", Sure: AskBack}, true
	case n == 1:
		return p.done(p.c.item(p.kind).Number)
	}
	return p.lacks("")
}
