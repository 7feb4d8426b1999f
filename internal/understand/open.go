package understand

import (
	"fmt"
	"strconv"
	"strings"
)

// roleNames are the roles as they are written in tests and on the command line.
var roleNames = map[string]Role{
	"patient": Patient, "visitor": Patient, "stranger": Patient, "relative": Patient,
	"staff": Member, "member": Member, "leader": Member, "party": Member, "duty": Member, "discipline": Member,
	"secretary": Member | Secretary, "handler": Member | Handler, "head": Member | Handler, "coordinator": Member | Handler | Coordinator,
}

// ParseRole reads roles joined by + or commas.
func ParseRole(s string) (Role, error) {
	var all Role
	for _, name := range strings.FieldsFunc(s, func(r rune) bool { return r == '+' || r == ',' || r == ' ' }) {
		role, ok := roleNames[name]
		if !ok {
			return 0, fmt.Errorf("role %q is not known: use patient, staff, secretary, handler or coordinator", name)
		}
		all |= role
	}
	return all, nil
}

// dialogueLives is how long a guided step waits, in minutes.
const dialogueLives = 30

// ParseOpen reads what is open from a text such as "question:single:4@2
// notice@20": items with the minutes since they were shown (0 without @). Of
// several questions the one shown last counts.
func ParseOpen(s string) (Context, error) {
	var c Context
	for _, item := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '+' }) {
		if item == "-" {
			continue
		}
		name, minutes, timed := strings.Cut(item, "@")
		ago := 0
		if timed {
			n, err := strconv.Atoi(minutes)
			if err != nil || n < 0 {
				return Context{}, fmt.Errorf("open %q: %q are no minutes", item, minutes)
			}
			ago = n
		}
		if err := c.open(name, ago); err != nil {
			return Context{}, fmt.Errorf("open %q: %w", item, err)
		}
	}
	return c, nil
}

// open adds one thing.
func (c *Context) open(name string, ago int) error {
	kind, rest, _ := strings.Cut(name, ":")
	switch kind {
	case "question":
		q, err := parseQuestion(rest)
		if err == nil && (c.Question == nil || ago < c.QuestionAgo) {
			c.Question, c.QuestionAgo = q, ago
		}
		return err
	case "step":
		if rest == "" {
			return fmt.Errorf("a step wants its name: step:bind.no")
		}
		if ago <= dialogueLives {
			c.Step = rest
		}
		return nil
	case "pledges", "cases", "notices":
		k := Kind(strings.TrimSuffix(kind, "s"))
		c.Open = append(c.Open, Item{Kind: k, Ago: ago}, Item{Kind: k, Ago: ago})
	case "assigned2":
		c.Open = append(c.Open, Item{Kind: OpenAssigned, Ago: ago}, Item{Kind: OpenAssigned, Ago: ago})
	case string(OpenNotice), string(OpenRating), string(OpenCase), string(OpenClosed), string(OpenPledge), string(OpenAssigned):
		c.Open = append(c.Open, Item{Kind: Kind(kind), Number: rest, Ago: ago})
	default:
		return fmt.Errorf("%q is not known", kind)
	}
	return nil
}

var formNames = map[string]Form{
	"single": Single, "multiple": Multiple, "truefalse": TrueFalse, "fill": Text, "short": Text, "match": Match,
}

// parseQuestion reads form and number of options: single:4.
func parseQuestion(s string) (*Question, error) {
	name, number, counted := strings.Cut(s, ":")
	form, ok := formNames[name]
	if !ok {
		return nil, fmt.Errorf("%q is no form of question", name)
	}
	q := &Question{Form: form}
	n := 4
	if counted {
		var err error
		if n, err = strconv.Atoi(number); err != nil || n < 1 || n > len(ten) {
			return nil, fmt.Errorf("%q is no number of options", number)
		}
	}
	switch form {
	case Single, Multiple:
		q.Options = make([]string, n)
	case Match:
		q.Options, q.Lefts = make([]string, n), n
	case TrueFalse, Text:
	}
	return q, nil
}
