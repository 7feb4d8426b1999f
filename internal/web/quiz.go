package web

import (
	"context"
	"strconv"

	"rixue/internal/words"
	"rixue/study"
)

func quizPath(topicID string) string { return study.Page(topicID) + "/quiz" }

// questionPath is the address of a topic's question by its place. It asks an
// open question and tells the outcome of one that was answered, so that a page
// that is loaded again, or gone back to, is always right.
func questionPath(topicID string, place int) string {
	return quizPath(topicID) + "?n=" + strconv.Itoa(place+1)
}

// What ?say= lets a question say.
const (
	sayAnswered = "answered"
	sayEmpty    = "empty"
	sayChanged  = "changed"
)

// quiz shows the question of ?n=, else the first open one, else the end.
func (m *members) quiz(ctx context.Context, v *visit) (reply, error) {
	t, ses, err := m.enter(ctx, v)
	switch {
	case err != nil:
		return reply{}, err
	case len(ses.Asked) == 0:
		return reply{to: study.Page(t.ID)}, nil
	}
	if n, err := strconv.Atoi(v.FormValue("n")); err == nil && n > 0 && n <= len(ses.Asked) {
		ses.At = n - 1
	} else if ses.Finished() {
		return m.end(ctx, v, t, ses)
	}
	q, err := m.Study.Current(ctx, v.tx, ses)
	if err != nil {
		return reply{}, err
	}
	p := newQuestion(m.Study.Show(q, v.member.ID), ses)
	say := v.FormValue("say")
	if mark, ok := ses.MarkOf(ses.At); ok {
		if say == sayAnswered {
			p.Say = words.PageAnswered
		}
		given, err := m.Study.Given(ctx, v.tx, v.member.ID, ses)
		return reply{page: "result", data: p.result(mark, given, t.Source)}, err
	}
	switch say {
	case sayEmpty:
		p.Say = words.PageChoose(p.Kind)
	case sayChanged:
		p.Say = words.PageChanged
	}
	return reply{page: "question", data: p}, nil
}

// answer takes a form. Whatever is in it, a question is answered once: who
// sends it again is shown what came of the first time.
func (m *members) answer(ctx context.Context, v *visit) (reply, error) {
	t, ses, err := m.enter(ctx, v)
	if err != nil {
		return reply{}, err
	}
	if !ses.Turn(v.PostFormValue("question")) {
		return reply{to: quizPath(t.ID) + "?say=" + sayChanged}, nil
	}
	to := questionPath(t.ID, ses.At)
	q, err := m.Study.Current(ctx, v.tx, ses)
	if err != nil {
		return reply{}, err
	}
	given := ""
	if v.PostFormValue("do") != "unknown" {
		shown := m.Study.Show(q, v.member.ID)
		text, err := read(shown, v.PostForm["answer"])
		switch {
		case err != nil:
			return reply{}, err
		case text == "":
			return reply{to: to + "&say=" + sayEmpty}, nil
		}
		given = shown.InFileOrder(text)
	}
	o, err := m.Study.Answer(ctx, v.tx, v.member.ID, ses, given)
	if o.Repeated {
		to += "&say=" + sayAnswered
	}
	return reply{to: to}, err
}

// endPage tells what came of a topic.
type endPage struct {
	Title   string
	Answers []answerLine
	Topic   string // its page
	Missed  missed
}

// answerLine is a question in the list at the end.
type answerLine struct{ Stem, Mark, Tone, Link string }

func (m *members) end(ctx context.Context, v *visit, t *study.Topic, ses *study.Session) (reply, error) {
	right, marked := ses.Right()
	p := endPage{Topic: study.Page(t.ID), Title: words.PageDone(t.Day == m.Study.Today(v.tx), string(t.Day), right, marked)}
	for i := range ses.Asked {
		ses.At = i
		q, err := m.Study.Current(ctx, v.tx, ses)
		if err != nil {
			return reply{}, err
		}
		mark, _ := ses.MarkOf(i) // none is open
		p.Answers = append(p.Answers, answerLine{q.Stem, words.PageMark(mark == study.Right, mark == study.Wrong), tone(mark), questionPath(t.ID, i)})
	}
	var err error
	p.Missed, err = m.missed(ctx, v)
	return reply{page: "end", data: p, offer: true}, err
}

// tone is the colour of a mark.
func tone(m study.Mark) string {
	switch m {
	case study.Right:
		return "right"
	case study.Wrong:
		return "wrong"
	case study.Pending:
	}
	return "pending"
}
