package understand

import (
	"strings"
	"unicode/utf8"
)

// fresh is how long what was shown last takes a short answer, in minutes.
const fresh = 30

// fit is a reading of a short answer by one of the things that are open.
type fit struct {
	kind    Kind
	ago     int
	reading Reading
}

// lastIsQuestion tells whether the question was shown last, and lately.
func (c *Context) lastIsQuestion() bool {
	if c.QuestionAgo > fresh && len(c.Open) > 0 {
		return false
	}
	for _, i := range c.Open {
		if i.takesShort() && i.Ago <= c.QuestionAgo {
			return false
		}
	}
	return true
}

// takesShort tells whether a thing wants a short answer.
func (i *Item) takesShort() bool { return i.Kind == OpenNotice || i.Kind == OpenRating }

func (c *Context) isOpen(k Kind) bool { return c.count(k) > 0 }

// takesOption tells whether a text that is an option's goes to the question
// though something else was shown after it and takes the text as well.
func (r *Rules) takesOption(s string, c *Context) bool {
	return c.lastIsQuestion() || len(c.fits(s)) == 0
}

// fits are the things but the question that a short answer fits.
func (c *Context) fits(s string) []fit {
	var all []fit
	if n := c.item(OpenNotice); n != nil {
		if said, ok := rsvp(s); ok {
			all = append(all, fit{OpenNotice, n.Ago, said})
		}
	}
	if x := c.item(OpenRating); x != nil {
		if said, ok := rating(s); ok {
			all = append(all, fit{OpenRating, x.Ago, said})
		}
	}
	return all
}

// short gives a short answer to what it was meant for: what was shown last, if
// lately and it fits; else the only thing that it fits; else it is asked.
func (r *Rules) short(v *sight, s, text string, c *Context) (Reading, bool) {
	all := c.fits(s)
	var poor *Reading
	if q := c.Question; q != nil {
		said := q.say(s, text)
		switch said.Act {
		case Answer:
			if q.Form == Text && len(all) > 0 && c.QuestionAgo > fresh {
				break // anything would fit it
			}
			all = append(all, fit{OpenQuestion, c.QuestionAgo, said})
		default:
			poor = &said
		}
	}
	both := r.parts(s, c)
	switch {
	case both != nil && (len(all) == 0 || len(both.More) > 0 && all[0].reading.Sure != Certain):
		return *both, true
	case len(all) == 0 && poor != nil && (poor.Args[0] != NoAnswer || !small(v.text, r)):
		return *poor, true
	case len(all) == 0:
		return r.almostShort(v, s, c)
	case len(all) == 1:
		return all[0].reading, true
	}
	return c.winner(all), true
}

// winner is the reading of what was shown last, or the question which is meant.
func (c *Context) winner(all []fit) Reading {
	last := all[0]
	for _, f := range all {
		if f.ago < last.ago {
			last = f
		}
	}
	ties, args := 0, []string{}
	for _, f := range all {
		args = append(args, string(f.kind))
		if f.ago == last.ago {
			ties++
		}
	}
	if last.ago <= fresh && ties == 1 && last.ago <= c.youngest() {
		return last.reading
	}
	return Reading{Act: AskWhich, Args: args, Rule: "4 fits several", Sure: AskBack}
}

// youngest is when the last thing that takes short answers was shown.
func (c *Context) youngest() int {
	y := 1 << 30
	if c.Question != nil {
		y = c.QuestionAgo
	}
	for _, i := range c.Open {
		if i.takesShort() && i.Ago < y {
			y = i.Ago
		}
	}
	return y
}

// almostShort asks back for what is nearly an answer.
func (r *Rules) almostShort(v *sight, s string, c *Context) (Reading, bool) {
	if c.isOpen(OpenRating) && aboutRating(v, s) {
		return Reading{Act: AskPart, Args: []string{"评价", ""}, Rule: "5 stars are missing", Sure: AskBack}, true
	}
	if c.isOpen(OpenNotice) && aboutMeeting(s) {
		return Reading{Act: AskPart, Args: []string{"通知", ""}, Rule: "4 not told", Sure: AskBack}, true
	}
	t := impolite(squeeze(bare(s)))
	if !c.isOpen(OpenNotice) && c.member() && c.Question == nil && (hasAnyPrefix(bare(s), "请假") || hasAnyPrefix(t, "请假", "参加", "晚到", "出席")) {
		return Reading{Act: AskPart, Args: []string{"通知", ""}, Rule: "4 nothing open", Sure: AskBack}, true
	}
	if n := strings.TrimSpace(t); len(n) == 6 && strings.Trim(n, "0123456789") == "" && c.Question == nil {
		return Reading{Act: AskCommand, Args: []string{"签到"}, Rule: "3 a code alone", Sure: AskBack}, true
	}
	return Reading{}, false
}

// parts reads a text of several clauses, of which some answer what is open and
// the others are only said: 选B，会议参加. nil if none answers, or two of them the
// same thing.
func (r *Rules) parts(s string, c *Context) *Reading {
	if !c.isOpen(OpenNotice) && c.Question == nil || len(s) > 2*terse {
		return nil
	}
	list := clauses(s)
	if len(list) < 2 || len(list) > 8 || asksBack(s) && !strings.Contains(s, "签到") {
		return nil
	}
	var found []Reading
	var rest strings.Builder
	for _, part := range list {
		said, ok := r.part(part, c)
		if !ok {
			rest.WriteString(part + " ")
			continue
		}
		for _, f := range found {
			if f.Act == said.Act {
				return nil
			}
		}
		found = append(found, said)
	}
	if len(found) == 0 || doubtful(s) || hasAny(s, "不选", "不对", "错了", "改", "选错") && found[0].Act == Answer && c.Question.Form != TrueFalse {
		return nil
	}
	out := found[0]
	out.More, out.Rest, out.Sure = found[1:], strings.TrimSpace(rest.String()), Likely
	return &out
}

// part reads one clause.
func (r *Rules) part(s string, c *Context) (Reading, bool) {
	if q := c.Question; q != nil && q.Form != Text && q.Form != Match && utf8.RuneCountInString(s) < 16 {
		if said := q.say(s, s); said.Act == Answer {
			return said, true
		}
	}
	if c.isOpen(OpenNotice) {
		if said, ok := rsvp(s); ok && utf8.RuneCountInString(s) > 1 {
			return said, true
		}
	}
	return Reading{}, false
}
