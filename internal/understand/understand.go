// Package understand reads what a person typed: the text, who he is to the
// hospital and what is open to him, give an act with its arguments and the
// rule that decided. It is pure (no model, no network, no clock, no store), so
// that the same text always does the same thing and can be explained.
//
// The rules and their order are those of the contract's 'How a text is
// understood'; the first that fits wins. Slices never look at raw text.
package understand

import (
	"slices"
	"strings"
)

// Act names what is to be done.
type Act string

// The acts. Each has a row in the dialogue's table.
const (
	Unclear       Act = ""              // nothing fits
	Help          Act = "help"          // 帮助
	Quit          Act = "quit"          // 退出
	Bind          Act = "bind"          // 绑定 工号 姓名 绑定码; Args are those found, in this order, "" for missing
	Unbind        Act = "unbind"        // 解绑
	ConfirmUnbind Act = "confirmUnbind" // 确认解绑
	Study         Act = "study"         // 学习
	MakeUp        Act = "makeUp"        // 补学
	Mine          Act = "mine"          // 我的
	Answer        Act = "answer"        // to the question shown; Args[0] is the answer in shown letters, or the text
	AskAnswer     Act = "askAnswer"     // an answer that does not fit the question's form; Args[0] is why
	DontKnow      Act = "dontKnow"      // 不知道
	Skip          Act = "skip"          // 跳过
	StepText      Act = "step"          // the text that the open step asked for; Args[0]
	AskCommand    Act = "askCommand"    // a command that was nearly typed; Args[0] is the command
)

// Context is what the reading depends on beside the text.
type Context struct {
	Staff    bool      // bound to a member
	Step     string    // the guided step that is open, "" if none
	Question *Question // the question that was shown last and is open, nil if none
}

// BindStep begins the names of the steps of binding.
const BindStep = "bind."

// Reading is what a text was understood as.
type Reading struct {
	Act  Act
	Args []string
	Rule string // the rule that decided, for explain and the log
}

// Read understands a text.
func Read(text string, c Context) Reading {
	if c.Step != "" {
		c.Question = nil // waits until the step is done
	}
	q := c.Question
	// By far the most frequent text, kept short: a letter for the question.
	if q != nil && len(text) == 1 {
		if r, ok := q.read(text); ok {
			return r
		}
	}
	s := normal(text)
	if s == "" {
		return Reading{Rule: "empty"}
	}
	if q != nil {
		if r, ok := q.optionText(s); ok {
			return r
		}
	}
	if r, ok := command(s); ok {
		return r
	}
	if r, ok := nearly(s); ok {
		return r
	}
	switch {
	case c.Step != "":
		return step(c.Step, s, text)
	case q != nil:
		return q.answer(s, text)
	case c.Staff && answerLike(s):
		return Reading{Answer, []string{s}, "4 nothing open"}
	}
	return Reading{Rule: "none"}
}

// step takes the text that a step asked for. In those of binding, labels are
// taken off, and all three values may come at once.
func step(open, s, text string) Reading {
	given := clean(text)
	if strings.HasPrefix(open, BindStep) {
		args := bindArgs(s)
		if full(args) {
			return Reading{Bind, args, "step " + open + ", all at once"}
		}
		if one := strings.Join(args, ""); one != "" && slices.Contains(args, one) {
			given = one
		}
	}
	return Reading{StepText, []string{given}, "step " + open}
}

// answer takes a text as the answer, or asks back.
func (q *Question) answer(s, text string) Reading {
	if q.Form == Text {
		return Reading{Answer, []string{clean(text)}, "4 text"}
	}
	if r, ok := q.read(s); ok {
		return r
	}
	return Reading{AskAnswer, []string{NoAnswer}, "4 no answer"}
}

// answerLike tells whether a text would answer some question, if one were open.
func answerLike(s string) bool {
	for _, q := range []Question{{Form: Multiple, Options: make([]string, 6)}, {Form: TrueFalse}} {
		if r, ok := q.read(s); ok && r.Act == Answer {
			return true
		}
	}
	return false
}
