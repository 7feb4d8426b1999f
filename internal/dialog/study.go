package dialog

import (
	"context"
	"errors"
	"strings"

	"rixue/internal/understand"
	"rixue/internal/words"
	"rixue/study"
)

// openQuestion tells the reading what question is open.
func (d *Dialog) openQuestion(ctx context.Context, t *turn, c *understand.Context) error {
	if t.Quiz == nil || t.Person.MemberID == "" {
		return nil
	}
	q, err := d.lessons.Current(ctx, t.Tx, t.Quiz)
	if err != nil || q == nil {
		return err
	}
	shown := d.lessons.Show(q, t.Person.MemberID)
	t.asked = &shown
	c.Question = &understand.Question{Form: forms[q.Kind], Options: shown.Options()}
	switch q.Kind {
	case study.Match:
		c.Question.Lefts = len(q.Answer)
	case study.Fill:
		c.Question.Options = strings.Split(q.Answer, "\n")
	case study.Single, study.Multiple, study.TrueFalse, study.Short:
	}
	return nil
}

var forms = map[study.Kind]understand.Form{
	study.Single: understand.Single, study.Multiple: understand.Multiple, study.TrueFalse: understand.TrueFalse,
	study.Fill: understand.Text, study.Short: understand.Text, study.Match: understand.Match,
}

// study shows today's topic and the first open question.
func (d *Dialog) study(ctx context.Context, t *turn) (string, error) {
	m, err := d.roster.MemberByID(ctx, t.Tx, t.Person.MemberID)
	if err != nil {
		return "", err
	}
	topic, ses, err := d.lessons.Open(ctx, t.Tx, &m)
	if errors.Is(err, study.ErrNoTopic) {
		return words.NoTopicToday, nil
	}
	if err != nil {
		return "", err
	}
	if err := d.lessons.Opened(ctx, t.Tx, topic.ID, t.Person.MemberID, "chat"); err != nil {
		return "", err
	}
	t.Quiz = ses
	return d.show(ctx, t, topic, words.TodayLabel, words.TodayDoneBefore)
}

// makeUp shows the latest missed topic.
func (d *Dialog) makeUp(ctx context.Context, t *turn) (string, error) {
	m, err := d.roster.MemberByID(ctx, t.Tx, t.Person.MemberID)
	if err != nil {
		return "", err
	}
	topic, ses, missed, err := d.lessons.MakeUp(ctx, t.Tx, &m)
	if errors.Is(err, study.ErrNoTopic) {
		return words.NothingMissed, nil
	}
	if err != nil {
		return "", err
	}
	t.Quiz = ses
	text, err := d.show(ctx, t, topic, words.MakeUpLabel(words.MonthDay(string(topic.Day))), words.TodayDoneBefore)
	return words.MissedDays(missed) + text, err
}

// show puts a topic and its first open question into one reply. The question
// is never cut; of the body, what the reply has room for.
func (d *Dialog) show(ctx context.Context, t *turn, topic *study.Topic, label string, done func(right, marked int) string) (string, error) {
	t.asked = nil // what else the text says was not meant for the new question
	var tail string
	switch {
	case len(t.Quiz.Asked) == 0:
		t.Quiz, tail = nil, words.NoQuiz
	case t.Quiz.Finished():
		tail = done(t.Quiz.Right())
		t.Quiz = nil
	default:
		var err error
		if tail, err = d.card(ctx, t); err != nil {
			return "", err
		}
	}
	head := words.TopicCard(label, topic.Title, "", topic.Source, topic.Link)
	body := cutTo(study.PlainText(topic.Body), replyRoom-len(head)-len(tail))
	return words.TopicCard(label, topic.Title, body, topic.Source, topic.Link) + "\n\n" + tail, nil
}

// card is the question that is open, as this member sees it.
func (d *Dialog) card(ctx context.Context, t *turn) (string, error) {
	q, err := d.lessons.Current(ctx, t.Tx, t.Quiz)
	if err != nil {
		return "", err
	}
	shown := d.lessons.Show(q, t.Person.MemberID)
	return words.QuestionCard(t.Quiz.At+1, len(t.Quiz.Asked), string(q.Kind), q.Stem, shown.Options()), nil
}

// answer marks an answer and shows what comes next.
func (d *Dialog) answer(ctx context.Context, t *turn) (string, error) {
	if t.asked == nil {
		return words.NoQuestion, nil
	}
	given := t.reading.Args[0]
	o, err := d.lessons.Answer(ctx, t.Tx, t.Person.MemberID, t.Quiz, t.asked.InFileOrder(given))
	if err != nil {
		return "", err
	}
	var said string
	switch {
	case o.Repeated:
		said = words.AnsweredBefore
	case o.Mark == study.Pending:
		said = words.Submitted
	default:
		said = words.Marked(o.Mark == study.Right, spoken(t.asked, given), key(t.asked), o.Question.Explanation, t.Quiz.Source)
	}
	return d.goOn(ctx, t, said)
}

func (d *Dialog) dontKnow(ctx context.Context, t *turn) (string, error) {
	if t.asked == nil {
		return words.NoQuestion, nil
	}
	o, err := d.lessons.Answer(ctx, t.Tx, t.Person.MemberID, t.Quiz, "")
	if err != nil {
		return "", err
	}
	if o.Repeated {
		return d.goOn(ctx, t, words.AnsweredBefore)
	}
	return d.goOn(ctx, t, words.Revealed(key(t.asked), o.Question.Explanation, t.Quiz.Source))
}

func (d *Dialog) skip(ctx context.Context, t *turn) (string, error) {
	if t.asked == nil {
		return words.NoQuestion, nil
	}
	if !t.Quiz.Skip() {
		return words.OnlyOneLeft, nil
	}
	return d.goOn(ctx, t, words.Skipped)
}

// goOn adds the next question, or the end of the topic.
func (d *Dialog) goOn(ctx context.Context, t *turn, said string) (string, error) {
	t.asked = nil // as in show
	if !t.Quiz.Finished() {
		next, err := d.card(ctx, t)
		// The next question is never cut; of a long explanation, the end.
		return cutTo(said, replyRoom-len(next)) + "\n\n" + next, err
	}
	right, marked := t.Quiz.Right()
	topic, err := d.lessons.Topic(ctx, t.Tx, t.Quiz.Topic)
	if err != nil {
		return "", err
	}
	t.Quiz = nil
	if topic.Day == d.lessons.Today(t.Tx) {
		return said + "\n\n" + words.TodayDone(right, marked), nil
	}
	m, err := d.roster.MemberByID(ctx, t.Tx, t.Person.MemberID)
	if err != nil {
		return "", err
	}
	_, _, left, err := d.lessons.MakeUp(ctx, t.Tx, &m)
	if err != nil && !errors.Is(err, study.ErrNoTopic) {
		return "", err
	}
	return said + "\n\n" + words.MakeUpDone(string(topic.Day), right, marked, left), nil
}

func (d *Dialog) askAnswer(_ context.Context, t *turn) (string, error) {
	if t.asked == nil {
		return words.NoQuestion, nil
	}
	switch t.reading.Args[0] {
	case understand.OneOnly:
		return words.AskOneLetter, nil
	case understand.NoLetter:
		return words.AskLetter, nil
	}
	return words.AskAnswer(string(t.asked.Kind)), nil
}

// mine shows a member his own month.
func (d *Dialog) mine(ctx context.Context, t *turn) (string, error) {
	m, err := d.roster.MemberByID(ctx, t.Tx, t.Person.MemberID)
	if err != nil {
		return "", err
	}
	o, err := d.lessons.Overview(ctx, t.Tx, &m)
	if err != nil {
		return "", err
	}
	return words.MineCard(words.Mine{
		Name: m.Name, Unit: m.Department, Month: string(o.Month), Complete: o.Complete, Days: o.Days,
		Right: o.Right, Marked: o.Marked, Missed: o.Missed, Today: todayWords[o.Today],
	}), nil
}

var todayWords = map[study.TodayState]string{
	study.NoTopicToday: words.TodayNone, study.NotBegun: words.TodayNotBegun,
	study.Begun: words.TodayBegun, study.Complete: words.TodayComplete,
}
