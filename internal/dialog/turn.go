package dialog

import (
	"encoding/json"

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
	Step   string         `json:"s,omitempty"` // the guided step that waits for a text
	StepAt int64          `json:"a,omitempty"` // when it was asked, Unix milliseconds
	Given  []string       `json:"g,omitempty"` // what earlier steps got
	Quiz   *study.Session `json:"z,omitempty"` // the questions in hand
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

// open reads the dialogue. One that cannot be read (an older form) is begun
// anew: nothing of weight is kept there.
func (t *turn) open() {
	if t.Person.Dialogue == "" {
		return
	}
	if json.Unmarshal([]byte(t.Person.Dialogue), &t.state) != nil {
		t.state = state{}
	}
}

// keep writes the dialogue down.
func (t *turn) keep() {
	if t.Step == "" && t.Quiz == nil {
		t.Person.Dialogue = ""
		return
	}
	b, err := json.Marshal(t.state)
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	t.Person.Dialogue = string(b)
}

// ask goes to a guided step.
func (t *turn) ask(step string) { t.Step, t.StepAt = step, t.Tx.Millis() }

// end leaves the guided dialogue.
func (t *turn) end() { t.Step, t.StepAt, t.Given = "", 0, nil }

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
