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

// Sureness tells how sure a reading is.
type Sureness uint8

// How sure a reading is.
const (
	Certain Sureness = iota // the words of the contract
	Likely                  // everyday words for it
	AskBack                 // the person is asked
)

// Reading is what a text was understood as.
type Reading struct {
	Act  Act
	Args []string
	Rule string // the rule that decided, for explain and the log
	Sure Sureness
	More []Reading // further acts of the same text
	Rest string    // what of the text was left undone, to be said
}

// standard are the rules without additions of a hospital. They never change.
var standard = NewRules(nil)

// Read understands a text by the standard rules.
func Read(text string, c Context) Reading { return standard.Read(text, c) }

// Read understands a text.
func (r *Rules) Read(text string, c Context) Reading {
	if c.Step != "" {
		c.Question = nil // waits until the step is done
	}
	q := c.Question
	// By far the most frequent text, kept short: a letter for the question.
	if q != nil && len(text) == 1 {
		if said, ok := q.read(text); ok && (len(c.Open) == 0 || said.Act == Answer && c.lastIsQuestion()) {
			return said
		}
	}
	s := normal(cut(text))
	if s == "" {
		return Reading{Rule: "empty"}
	}
	if c.Roles != 0 {
		all := c // apart, so that the short way above costs nothing
		all.Staff = c.member()
		return r.full(s, cut(text), &all)
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
		return Reading{Act: Answer, Args: []string{s}, Rule: "4 nothing open"}
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
			return Reading{Act: Bind, Args: args, Rule: "step " + open + ", all at once"}
		}
		if one := strings.Join(args, ""); one != "" && slices.Contains(args, one) {
			given = one
		}
	}
	return Reading{Act: StepText, Args: []string{given}, Rule: "step " + open}
}

// answer takes a text as the answer, or asks back.
func (q *Question) answer(s, text string) Reading {
	if q.Form == Text {
		return Reading{Act: Answer, Args: []string{clean(text)}, Rule: "4 text"}
	}
	if r, ok := q.read(s); ok {
		return r
	}
	return Reading{Act: AskAnswer, Args: []string{NoAnswer}, Rule: "4 no answer"}
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
