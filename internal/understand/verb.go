package understand

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// verb is a command word with arguments.
type verb struct {
	text  string
	act   Act
	takes takes
	staff bool // known to members only
	exact bool // cannot be undone
	kind  Kind // the things that its number may name
}

// takes is what follows a verb.
type takes uint8

const (
	takesNothing takes = iota
	takesNumber        // a short number: of a pledge or a leave
	takesCase          // the number of a case
	takesText          // the number of a case and words
	takesCode          // the code of a meeting
	takesWords         // words
	takesStars         // stars and words
)

// verbs is the table of command words with arguments; longer ones go before
// those that they begin with.
var verbs = []verb{
	{text: "确认发送", act: Send, staff: true, exact: true},
	{text: "确认撤回", act: ConfirmWithdraw, exact: true},
	{text: "撤回同意", act: WithdrawConsent, exact: true},
	{text: "确认", act: Confirm, takes: takesNumber, staff: true, exact: true, kind: OpenPledge},
	{text: "办结", act: Close, takes: takesText, staff: true, exact: true, kind: OpenAssigned},
	{text: "转办", act: Transfer, takes: takesText, staff: true, exact: true, kind: OpenAssigned},
	{text: "退回", act: Return, takes: takesText, staff: true, exact: true, kind: OpenAssigned},
	{text: "接收", act: Accept, takes: takesCase, staff: true, kind: OpenAssigned},
	{text: "回复", act: Reply, takes: takesText, staff: true, kind: OpenAssigned},
	{text: "延期", act: Extend, takes: takesText, staff: true, kind: OpenAssigned},
	{text: "签到", act: CheckIn, takes: takesCode},
	{text: "不同意", act: Reject, takes: takesNumber, staff: true},
	{text: "同意", act: Approve, takes: takesNumber, staff: true},
	{text: "查询", act: Query, takes: takesCase, kind: OpenCase},
	{text: "撤回", act: WithdrawCase, takes: takesCase, kind: OpenCase},
	{text: "反馈", act: Feedback, takes: takesWords},
	{text: "评价", act: Rate, takes: takesStars},
	{text: "发通知", act: Announce, takes: takesWords, staff: true},
}

// fillers stand between a verb and its number.
var fillers = []string{"受理号", "编号", "单号", "工单号", "工单", "号码", "案件", "办件", "投诉", "反馈", "意见", "承诺", "请假", "申请", "签到码", "码", "是", "为", "第", "一下", "了", "号", "我的", "的", "进度"}

// parse is a text on its way through a verb.
type parse struct {
	verb
	rest string // of the normalized text, behind the verb
	text string // as it was sent
	c    *Context
	slip bool
	r    *Rules
}

// command finds the command at the start of a text, with all acts.
func (r *Rules) command(s, text string, c *Context) (Reading, bool) {
	if said, ok := r.command1(s, text, c); ok {
		return said, true
	}
	if c.Question != nil && c.Question.Form == Text || c.free() || len(s) > wordy {
		return Reading{}, false
	}
	if said, ok := r.compound(s, text, c); ok {
		return said, true
	}
	return Reading{}, false
}

func (r *Rules) command1(s, text string, c *Context) (Reading, bool) {
	if len(s) > wordy {
		return r.verbAtStart(bare(s), text, c)
	}
	if said, ok := phraseOf(s); ok && r.allowed(said, s, c) {
		return said, true
	}
	if said, ok := command(s); ok && r.allowed(said, s, c) {
		return said, true
	}
	b := bare(s)
	if said, ok := r.verbAtStart(b, text, c); ok {
		return said, true
	}
	if (c.Question == nil || c.Question.Form != Text) && !c.free() {
		if said, ok := r.politeVerb(b, text, c); ok {
			return said, true
		}
		return subscription(s)
	}
	return Reading{}, false
}

// verbAtStart finds a verb at the start of a text and takes its arguments.
func (r *Rules) verbAtStart(b, text string, c *Context) (Reading, bool) {
	for _, x := range verbs {
		if x.staff && !c.member() {
			continue
		}
		if rest, ok := cutWord(b, x.text); ok {
			p := parse{x, rest, text, c, false, r}
			if said, ok := p.read(); ok {
				return said, true
			}
		}
	}
	return Reading{}, false
}

// allowed keeps phrases from taking what is a staff's own or an answer.
func (r *Rules) allowed(said Reading, s string, c *Context) bool {
	switch said.Act {
	case ConfirmUnbind:
		return c.Step == "unbind"
	case Agree: // a stranger's is answered by how to be bound
		return c.member() || c.Step == "" && len(c.Open) == 0
	case Announce, Cases, Pledges, MakeUp:
		return c.member()
	case Skip, DontKnow, Review:
		if !c.member() {
			return false
		}
	case Study:
		if !c.member() && said.Sure == Likely {
			return false
		}
	case Quit:
		if strings.HasPrefix(squeeze(bare(s)), "算了") && c.Step == "" && c.count(OpenCase) > 0 {
			return false
		}
	}
	text := c.Question != nil && c.Question.Form == Text
	return !text || said.Sure != Likely || said.Act == Help
}

// politeVerb takes a verb behind polite words: a safe one is done, the others
// are asked back.
func (r *Rules) politeVerb(b, text string, c *Context) (Reading, bool) {
	front := trimAny(b, morePolite, nil)
	if rest, ok := strings.CutPrefix(front, "确定"); ok && c.member() && c.isOpen(OpenPledge) {
		n, _ := digits(rest)
		return Reading{Act: AskConfirm, Args: []string{"确认", n}, Rule: "3 not exact", Sure: AskBack}, true
	}
	if front == b {
		return Reading{}, false
	}
	for _, x := range verbs {
		rest, ok := cutWord(front, x.text)
		if !ok || x.staff && !c.member() {
			continue
		}
		said, ok := (&parse{x, rest, text, c, false, r}).read()
		if ok && x.exact && slices.Contains(irreversible, said.Act) {
			return Reading{Act: AskConfirm, Args: append([]string{x.text}, said.Args...), Rule: "3 not exact", Sure: AskBack}, true
		}
		if ok {
			return said, true
		}
	}
	return Reading{}, false
}

// read takes the arguments of a verb.
func (p *parse) read() (Reading, bool) {
	switch p.takes {
	case takesNothing:
		return p.alone()
	case takesNumber:
		return p.number()
	case takesCase, takesText:
		return p.caseWork()
	case takesCode:
		return p.code()
	case takesWords:
		return p.words()
	case takesStars:
		return p.stars()
	}
	return Reading{}, false
}

// done is the reading of a verb with its arguments.
func (p *parse) done(args ...string) (Reading, bool) {
	rule := "3 command"
	if p.slip {
		rule = "3 slip"
		if p.exact {
			return Reading{Act: AskCommand, Args: []string{p.verb.text}, Rule: rule, Sure: AskBack}, true
		}
	}
	return Reading{Act: p.act, Args: args, Rule: rule}, true
}

// lacks asks for what a verb needs.
func (p *parse) lacks(given string) (Reading, bool) {
	return Reading{Act: AskPart, Args: []string{p.verb.text, given}, Rule: "3 lacks something", Sure: AskBack}, true
}

// confirmFirst asks before what cannot be undone.
func (p *parse) confirmFirst(number, words string) (Reading, bool) {
	return Reading{Act: AskConfirm, Args: []string{p.verb.text, number, words}, Rule: "3 asks first", Sure: AskBack}, true
}

// alone is a verb without arguments, which none of all are safe.
func (p *parse) alone() (Reading, bool) {
	steps := map[Act]string{Send: StepAnnounce, ConfirmWithdraw: StepWithdraw}
	if want := steps[p.act]; want != p.c.Step && want != "" && (p.act != ConfirmWithdraw || !p.c.isOpen(OpenCase)) {
		return p.lacks("") // nothing was shown that it could mean
	}
	if strings.Trim(p.rest, quiet) == "" && !strings.ContainsAny(p.text, "?？") {
		return p.done()
	}
	return Reading{Act: AskCommand, Args: []string{p.verb.text}, Rule: "3 not exact", Sure: AskBack}, true
}

// parted tells whether something stands between a verb and what follows.
func parted(rest string) bool {
	first, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || isMark(first)
}

// asked tells whether words ask or put off instead of telling.
func asked(s string) bool {
	t := squeeze(strings.TrimRight(s, " 。.!,;"))
	for _, w := range []string{"?", "吗", "么", "嘛", "呢", "行不行", "可以不", "好不好", "是不是", "对不对", "可不可以", "能不能", "要不要", "吧"} {
		if strings.HasSuffix(t, w) {
			return true
		}
	}
	for _, w := range []string{"先不", "暂不", "暂时不", "先别", "不要办结", "别办结", "不办结", "先等", "等等再", "等一下", "等会", "还没", "还在", "还是", "还不能", "不确认", "不转", "不退回", "可以吗", "行吗", "能办结", "怎么办结", "不对", "取消", "算了", "错了", "搞错", "弄错了", "不用了", "点错", "发错", "?"} {
		if contains(t, w) {
			return true
		}
	}
	return false
}

// unfill drops fillers and marks at the front.
func unfill(s string) string {
	s = strings.TrimLeftFunc(s, isMark)
	for {
		was := s
		for _, f := range fillers {
			if rest, ok := strings.CutPrefix(s, f); ok {
				s = strings.TrimLeftFunc(rest, func(r rune) bool { return isMark(r) || unicode.IsSymbol(r) })
			}
		}
		if s == was {
			return s
		}
	}
}
