package understand

import (
	"strings"
	"unicode/utf8"
)

// Lists are words that a hospital adds to the standard ones, for example the
// everyday names of its departments. Phrases are parted by blanks.
type Lists struct {
	Danger      string // alarm like 大出血
	Harmless    string // look like danger and are none
	Departments string // everyday names of departments and windows
}

// Rules are the tables in the form in which they are looked up. They do not
// change after they are made.
type Rules struct {
	words lexicon
	han   *han
	small map[rune][]string
}

// NewRules makes the rules of the standard lists and those of a hospital.
func NewRules(own *Lists) *Rules {
	r := &Rules{words: lexicon{map[rune][]phrase{}}, han: newHan(), small: map[rune][]string{}}
	for _, lists := range []map[tag]string{emergencyWords, redlineWords, feedbackWords, medicalWords, refuseWords, patientWords} {
		for t := range tagCount {
			r.words.add(t, lists[t])
		}
	}
	if own != nil {
		r.words.add(tBody, own.Danger)
		r.words.add(tFigure, own.Harmless)
		r.words.add(tPlace, own.Departments)
	}
	for _, w := range smallWords {
		first, _ := utf8.DecodeRuneInString(w)
		r.small[first] = append(r.small[first], w)
	}
	return r
}

// longest is how much of a text is read, in characters.
const longest = 2000

// cut drops what is behind the part that is read.
func cut(s string) string {
	if len(s) <= longest {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > longest {
			return s[:i]
		}
	}
	return s
}

// wordy is the length in bytes above which a text is told rather than typed: it
// is neither a short answer nor a command but for its first word.
const wordy = 360

// full reads a text for a caller that knows all acts.
func (r *Rules) full(s, text string, c *Context) Reading {
	plain := r.han.simplify(s)
	if contains(s, "收到不支持的消息类型") {
		return Reading{Act: SmallTalk, Rule: "6 a sticker"}
	}
	if q := c.Question; q != nil {
		if said, ok := q.optionText(s); ok && r.takesOption(plain, c) {
			return said
		}
	}
	v := r.words.look(plain)
	said, isCommand := r.command(plain, text, c)
	// What is carried out as such alarms only when it tells of a present event.
	filling := c.Question != nil && c.Question.Form == Text
	carried := isCommand && freePart(said) && said.Act != Feedback
	excuse := c.isOpen(OpenNotice) && hasAnyPrefix(bare(plain), "请假", "我请假", "我要请假", "2", "3", "晚到")
	if kind, ok := v.emergency(carried || c.free() || filling || excuse); ok {
		return Reading{Act: Emergency, Args: []string{kind, clean(text)}, Rule: "1 emergency"}
	}
	if is, refused := v.redline(); r.tellsRedline(v, c, carried, filling) {
		if refused && !c.member() && c.Step == "" {
			return r.freeText(v, text, c)
		}
		if is {
			return Reading{Act: Redline, Args: []string{clean(text)}, Rule: "2 red line"}
		}
	}
	if c.free() {
		if isCommand && c.everyStep(said) {
			return said
		}
		return r.freeStep(v, text, c)
	}
	if what, ok := v.refuse(); ok && !freePart(said) && !filling {
		return Reading{Act: Refuse, Args: []string{what}, Rule: "7 " + what + " of others"}
	}
	if isCommand {
		return said
	}
	return r.open(v, plain, text, c)
}

// tellsRedline tells whether words of bribes are a report, and not the free
// part of a command or step, or an answer about the rules.
func (r *Rules) tellsRedline(v *sight, c *Context, carried, filling bool) bool {
	if carried || c.free() && c.Step != StepFeedback {
		return false
	}
	return !filling || !v.has[tRule] && hasAny(v.text, "我", "举报")
}

// open reads what is no command by what is open.
func (r *Rules) open(v *sight, s, text string, c *Context) Reading {
	if c.Step != "" {
		return r.guided(s, text, c)
	}
	if len(s) > wordy {
		return r.longText(v, s, text, c)
	}
	short, fits := r.short(v, s, text, c)
	if fits && short.Act != AskAnswer {
		return short
	}
	// What is no answer may still be a command that was nearly typed.
	if said, ok := r.slip(s, text, c); ok {
		return said
	}
	if fits {
		return short
	}
	if said, ok := caseAsked(s, c); ok {
		return said
	}
	if _, after, ok := strings.Cut(s, "签到"); ok && c.member() && c.Question == nil {
		if code, _ := digits(after); len(code) == 6 && !asked(s) {
			return Reading{Act: CheckIn, Args: []string{code}, Rule: "3 not at the start", Sure: Likely}
		}
	}
	if c.member() && (c.Roles&Patient == 0 || c.count(OpenCase)+c.count(OpenClosed)+c.count(OpenRating) == 0) {
		return r.staffText(v, s, text, c)
	}
	return r.freeText(v, text, c)
}

// longText reads a text that is told.
func (r *Rules) longText(v *sight, s, text string, c *Context) Reading {
	switch {
	case c.Question != nil && c.Question.Form == Text:
		return Reading{Act: Answer, Args: []string{clean(text)}, Rule: "4 text"}
	case c.member():
		return r.staffText(v, s, text, c)
	}
	return r.freeText(v, text, c)
}

// staffText reads a member's text that fits no form.
func (r *Rules) staffText(v *sight, s, text string, c *Context) Reading {
	switch {
	case v.medical():
		return Reading{Act: Medical, Rule: "7 medical question"}
	case c.Question == nil && answerLike(s):
		return Reading{Act: AskPart, Args: []string{"学习", s}, Rule: "4 nothing open", Sure: AskBack}
	case small(v.text, r):
		return Reading{Act: SmallTalk, Rule: "6 small talk"}
	case c.Question != nil:
		return Reading{Act: AskAnswer, Args: []string{NoAnswer}, Rule: "4 no answer", Sure: AskBack}
	case v.has[tMachine]:
	case hasAnyPrefix(impolite(v.text), "投诉", "建议", "表扬", "反映", "举报", "提意见", "提建议", "吐槽"):
		return Reading{Act: OfferFeedback, Args: []string{clean(text)}, Rule: "6 a member's feedback", Sure: AskBack}
	case hasAnyPrefix(v.text, "学习", "补学", "错题") && !asked(v.text) && !hasAnyPrefix(v.text, "学习强国"):
		return Reading{Act: AskCommand, Args: []string{"学习"}, Rule: "3 not exact", Sure: AskBack}
	}
	return Reading{Rule: "8 nothing fits"}
}

// freeStep takes the text of a step that takes any.
func (r *Rules) freeStep(v *sight, text string, c *Context) Reading {
	args := []string{clean(text)}
	if c.Step == StepFeedback {
		args = append(args, v.class())
	}
	return Reading{Act: StepText, Args: args, Rule: "step " + c.Step}
}

// guided reads a text for a step that wants something certain.
func (r *Rules) guided(s, text string, c *Context) Reading {
	want := map[string]string{StepAnnounce: "确认发送", StepWithdraw: "确认撤回", "unbind": "确认解绑"}[c.Step]
	if want != "" {
		return Reading{Act: AskCommand, Args: []string{want}, Rule: "3 not exact", Sure: AskBack}
	}
	if said, ok := r.slip(s, text, c); ok {
		return said
	}
	return step(c.Step, s, text)
}

// everyStep tells whether a command works in a step that takes any text.
func (c *Context) everyStep(r Reading) bool {
	switch r.Act {
	case Help, Quit, Human, Study, MakeUp, Mine, Review, Notices, Pledges, Cases, Send, ConfirmUnbind, ConfirmWithdraw:
		return true
	case Query, CheckIn, Confirm, Accept:
		return r.Args[0] != ""
	}
	return false
}

// freePart tells whether a command carries words of its own.
func freePart(r Reading) bool {
	switch r.Act {
	case Reply, Transfer, Return, Extend, Close, Reject, Rate, RSVP, Feedback:
		return len(r.Args) > 1 && r.Args[1] != ""
	}
	return false
}

func hasAnyPrefix(s string, words ...string) bool {
	for _, w := range words {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}
