package dialog

import (
	"encoding/json"
	"strings"

	"rixue/bot"
	"rixue/internal/understand"
	"rixue/internal/words"
	"rixue/study"
)

// turn is one callback with what its person is in the middle of.
type turn struct {
	*bot.Turn
	state
	reading understand.Reading
	asked   *study.Shown // the question that is open, if any
}

// state is what is kept between two messages of a person.
type state struct {
	guide
	Quiz *study.Session // the questions in hand
}

// guide is where a person is in a guided dialogue.
type guide struct {
	Step   string   `json:"s,omitempty"` // the step that waits for a text
	StepAt int64    `json:"a,omitempty"` // when it was asked, Unix milliseconds
	Given  []string `json:"g,omitempty"` // what earlier steps got
}

// The guided steps.
const (
	stepStaffNo = "bind.no"
	stepName    = "bind.name"
	stepCode    = "bind.code"
	stepUnbind  = "unbind"
)

// stepWords is what each step asks.
var stepWords = map[string]string{
	stepStaffNo: words.WantStaffNo, stepName: words.WantName, stepCode: words.WantCode, stepUnbind: words.WantUnbind,
}

// open reads the dialogue: the guide in the first line, the questions in the
// second. What cannot be read (an older form) is begun anew: nothing of weight
// is kept there.
func (t *turn) open() {
	first, second, _ := strings.Cut(t.Person.Dialogue, "\n")
	if first != "" && json.Unmarshal([]byte(first), &t.guide) != nil {
		t.guide = guide{}
	}
	if second == "" {
		return
	}
	t.Quiz = &study.Session{}
	if t.Quiz.UnmarshalText([]byte(second)) != nil {
		t.Quiz = nil
	}
}

// keep writes the dialogue down.
func (t *turn) keep() {
	first, second := "", ""
	if t.Step != "" {
		b, err := json.Marshal(t.guide)
		if err != nil {
			panic(err) // strings and numbers always marshal
		}
		first = string(b)
	}
	if t.Quiz != nil {
		b, err := t.Quiz.MarshalText()
		if err != nil {
			panic(err) // it never fails
		}
		second = string(b)
	}
	t.Person.Dialogue = ""
	if first != "" || second != "" {
		t.Person.Dialogue = first + "\n" + second
	}
}

// ask goes to a guided step.
func (t *turn) ask(step string) { t.Step, t.StepAt = step, t.Tx.Millis() }

// end leaves the guided dialogue.
func (t *turn) end() { t.guide = guide{} }

// expire ends a guided dialogue that has waited too long, and says so.
func (t *turn) expire() string {
	if t.Step == "" || t.Tx.Millis()-t.StepAt <= patience.Milliseconds() {
		return ""
	}
	step := t.Step
	t.end()
	if step == stepUnbind {
		return words.UnbindExpired
	}
	return words.BindExpired
}
