package web

import (
	"context"
	"errors"
	"strings"

	"rixue/internal/errs"
	"rixue/internal/words"
	"rixue/study"
)

// study goes to today's topic, or says that there is none.
func (m *members) study(ctx context.Context, v *visit) (reply, error) {
	t, _, err := m.Study.Open(ctx, v.tx, v.member)
	switch {
	case err == nil:
		return reply{to: study.Page(t.ID)}, nil
	case !errors.Is(err, study.ErrNoTopic):
		return reply{}, err
	}
	missed, err := m.missed(ctx, v)
	var p restPage
	p.Missed = missed
	p.Title, p.Text = words.PageNoTopic(missed.Days)
	return reply{page: "rest", data: p}, err
}

// restPage is a day without a topic.
type restPage struct {
	Title, Text string
	Missed      missed
}

// missed leads to what can be made up.
type missed struct {
	Days      int // 0: nothing
	Link, Way string
}

func (m *members) missed(ctx context.Context, v *visit) (missed, error) {
	t, _, n, err := m.Study.MakeUp(ctx, v.tx, v.member)
	if errors.Is(err, study.ErrNoTopic) {
		return missed{}, nil
	}
	if err != nil {
		return missed{}, err
	}
	return missed{n, study.Page(t.ID), words.PageMakeUp(string(t.Day))}, nil
}

// enter finds the topic of an address, for a member who may read it. With that
// he has seen it, and need not be told of it any more.
func (m *members) enter(ctx context.Context, v *visit) (*study.Topic, *study.Session, error) {
	id := v.PathValue("id")
	if strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) { // some databases take no others
		return nil, nil, errs.New(errs.NotFound, words.PageNotFound)
	}
	t, ses, err := m.Study.Enter(ctx, v.tx, v.member, id)
	if errors.Is(err, study.ErrNoTopic) {
		return nil, nil, errs.New(errs.NotFound, words.PageNotFound)
	}
	if err == nil {
		err = m.Study.Opened(ctx, v.tx, t.ID, v.member.ID, "page")
	}
	return t, ses, err
}

// topicPage is what there is to read.
type topicPage struct {
	*study.Topic
	When      string
	Questions string
	Quiz, Way string // the way to the questions; empty if there are none
}

func (m *members) topic(ctx context.Context, v *visit) (reply, error) {
	t, ses, err := m.enter(ctx, v)
	if err != nil {
		return reply{}, err
	}
	p := topicPage{Topic: t, When: words.PageWhen(t.Day == m.Study.Today(v.tx), string(t.Day), words.Weekday(t.Day.Weekday()))}
	if total := len(ses.Asked); total > 0 {
		answered := 0
		for i := range ses.Asked {
			if _, ok := ses.MarkOf(i); ok {
				answered++
			}
		}
		p.Quiz, p.Questions, p.Way = quizPath(t.ID), words.PageQuestions(answered, total), words.PageContinue
		switch answered {
		case 0:
			p.Way = words.PageBegin
		case total:
			p.Way = words.PageResult
		}
	}
	return reply{page: "topic", data: p, offer: true}, nil
}
