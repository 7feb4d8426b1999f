package understand

import (
	"strings"
	"unicode/utf8"
)

// code reads 签到 123456.
func (p *parse) code() (Reading, bool) {
	n, rest := digits(p.rest)
	if n == "" {
		t := trimAny(bare(p.rest), fillers, moreAfter)
		if t == "" || hasAny(t, "码", "哪", "怎么") {
			return p.lacks("")
		}
		return Reading{}, false
	}
	if next, _ := utf8.DecodeRuneInString(rest); len(n) < 4 || next < 0x80 && next > ' ' && !isMark(next) {
		return p.lacks(n)
	}
	if strings.HasSuffix(strings.TrimRight(rest, " ?"), "吗") {
		return p.lacks(n)
	}
	said, _ := p.done(n)
	said.addMore(rest, p)
	return said, true
}

// links stand between two intents.
var links = []string{"然后再", "然后", "再", "另外", "还有", "顺便", "并且", "并", "和", "及", "接着", "还要", "还想", "我还", "同时", "也", "我", "要", "想", "帮我", "给我", "看看", "看下", "看一下", "之后", "完了", "请", "再来个", "后"}

// addMore reads what stands behind a command; what is no safe command is left
// undone.
func (r *Reading) addMore(rest string, p *parse) {
	if rest = trimAny(bare(rest), links, politeBack); rest == "" {
		return
	}
	if next, ok := p.r.safePart(rest, p.text, p.c); ok {
		r.More = append(r.More, next)
		return
	}
	if n := p.c.item(OpenNotice); n != nil {
		if said, ok := rsvp(rest); ok {
			r.More = append(r.More, said)
			return
		}
	}
	r.Rest = rest
}

// safePart reads a part of a text as a command that can be undone.
func (r *Rules) safePart(s, text string, c *Context) (Reading, bool) {
	if said, ok := phraseOf(s); ok {
		return said, true
	}
	if said, ok := command(s); ok && said.Act != AskCommand && said.Act != Unbind && said.Act != ConfirmUnbind && said.Act != Quit {
		return said, true
	}
	for _, x := range verbs {
		if x.exact || x.staff && !c.member() || x.act == Feedback || x.act == WithdrawCase {
			continue
		}
		if rest, ok := cutWord(s, x.text); ok {
			if said, ok := (&parse{x, rest, text, c, false, r}).read(); ok && said.Sure != AskBack {
				return said, true
			}
		}
	}
	return Reading{}, false
}

// compound reads two commands without arguments in one text: 补学，错题.
func (r *Rules) compound(s, text string, c *Context) (Reading, bool) {
	if len(s) > 2*terse {
		return Reading{}, false
	}
	for i, sign := range s {
		if !isMark(sign) && !strings.HasPrefix(s[i:], "然后") && !strings.HasPrefix(s[i:], "再") && !strings.HasPrefix(s[i:], "和") && !strings.HasPrefix(s[i:], "顺便") && !strings.HasPrefix(s[i:], "并") {
			continue
		}
		head, ok := r.safePart(trimAny(bare(s[:i]), links, nil), text, c)
		if !ok || !r.allowed(head, s[:i], c) || head.Act == Help || head.Act == SmallTalk {
			continue
		}
		tail := trimAny(bare(s[i:]), links, nil)
		if next, ok := r.safePart(tail, text, c); ok && r.allowed(next, tail, c) {
			if next.Act != head.Act && (head.Act != DontKnow || next.Act != Skip) {
				head.More = []Reading{next}
			}
			return head, true
		}
		if isMark(sign) && utf8.RuneCountInString(tail) <= 20 && !asked(tail) && !hasAny(tail, "不", "别") && head.Act != Quit && head.Act != Skip && head.Act != DontKnow && head.Act != Agree {
			head.Rest = tail
			return head, true
		}
		return Reading{}, false
	}
	return Reading{}, false
}

// words reads 反馈 … and 发通知 ….
func (p *parse) words() (Reading, bool) {
	words := strings.TrimLeftFunc(p.rest, isMark)
	text := p.c.Question != nil && p.c.Question.Form == Text
	switch {
	case (text || p.c.free()) && !parted(p.rest):
		return Reading{}, false
	case p.act == Announce:
		return p.done(tailOf(p.text, words))
	case hasAnyPrefix(words, "渠道", "电话", "怎么", "在哪") && !parted(p.rest):
		return Reading{}, false
	case trimAny(bare(words), nil, []string{"一下", "意见", "问题", "个", "吧", "建议"}) == "":
		return p.done("", "")
	case p.c.member() && !parted(p.rest):
		return Reading{Act: OfferFeedback, Args: []string{clean(p.text)}, Rule: "3 not exact", Sure: AskBack}, true
	}
	v := p.r.words.look(words)
	class := v.class()
	if class == "" {
		class = Enquiry
		if !v.has[tAsks] {
			class = Complaint // nothing may be lost: the longer duty
		}
	}
	if class == RedLine {
		return Reading{Act: Redline, Args: []string{clean(p.text)}, Rule: "2 red line"}, true
	}
	return p.done(class, tailOf(p.text, words))
}

// stars reads 评价 5 文字.
func (p *parse) stars() (Reading, bool) {
	n, words, ok := stars(unfill(p.rest))
	if !ok {
		if !parted(p.rest) && bare(p.rest) != "" && !p.c.isOpen(OpenRating) {
			return Reading{}, false
		}
		return p.lacks("")
	}
	return p.done(n, words)
}

// tailOf is the end of the text as it was sent that was read as words.
func tailOf(text, words string) string {
	sent := []rune(visible(text))
	n := utf8.RuneCountInString(words)
	if n > len(sent) {
		return words
	}
	return strings.TrimSpace(string(sent[len(sent)-n:]))
}

// visible keeps as many runes of a text as normal does.
func visible(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && r != '\r' && invisible(r) {
			return -1
		}
		return r
	}, s))
}
