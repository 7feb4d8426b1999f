// Package study is the slice of 日学十分钟: a topic a day with a short quiz,
// answered in chat (programmes N-study; features Q).
//
// A topic belongs to a study day and an audience; it may be studied once a
// person has approved it. Its questions keep their id while every change makes
// a new version, so that an answer always says what was asked. An answer
// counts once per topic, question and member, whoever sends it how often.
//
// Answering is the product's busiest path (everyone at 07:30). A [Session]
// carries what the next answer needs, so that marking one costs a single
// insert: the versions of its questions, of which none ever changes, are kept
// in memory.
package study

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/roster"
	"rixue/notify"
)

// Kind is a kind of question.
type Kind string

// The kinds of questions, in the words of the files that people bring: 单选
// 多选 判断 填空 简答 匹配.
const (
	Single    Kind = "single"
	Multiple  Kind = "multiple"
	TrueFalse Kind = "truefalse"
	Fill      Kind = "fill"
	Short     Kind = "short"
	Match     Kind = "match"
)

// Question is one version of a question. It never changes.
type Question struct {
	ID          string // of the version
	QuestionID  string
	Kind        Kind
	Stem        string
	Options     []string // in file order; of Match the right side
	Answer      string   // letters of file order; 对 is A and 错 is B; Fill: accepted texts, one a line
	Explanation string
	Category    string
	Difficulty  string

	movable []int // the options that may change places
}

// Topic is what is studied on a day.
type Topic struct {
	ID       string
	Day      calendar.Day
	Title    string
	Body     string // Markdown
	Link     string
	Source   string
	Audience string // unit ids joined by blanks; empty is everybody
}

// Service studies.
type Service struct {
	Config
	questions sync.Map // version id → *Question; a version never changes
}

// Config of New.
type Config struct {
	Shuffle   bool               // options in an order of each person's own
	PushAt    calendar.TimeOfDay // when the day's topic is told
	DayEndsAt calendar.TimeOfDay // when a study day ends, on the day after
	Roster    *roster.Service
	Notify    *notify.Service
}

// New returns the service.
func New(c Config) *Service { return &Service{Config: c} }

// Today is the study day at the transaction's moment.
func (s *Service) Today(tx *db.Tx) calendar.Day { return calendar.StudyDay(tx.Now, s.DayEndsAt) }

// Session is a member's way through a topic's questions. It is kept with his
// dialogue and holds no personal data.
type Session struct {
	Topic  string
	Asked  []string // version ids, in the topic's order
	Done   string   // one character a question: see below
	At     int      // the question that is shown; len(Asked) when none is
	Source string   // the topic's, said with each mark
}

// MarshalText writes a session in one line. It is read and written with every
// answer; JSON took a tenth of that time.
func (ses *Session) MarshalText() ([]byte, error) {
	b := make([]byte, 0, 64+len(ses.Asked)*27+len(ses.Source))
	b = append(append(b, ses.Topic...), '|')
	b = append(strconv.AppendInt(b, int64(ses.At), 10), '|')
	b = append(append(b, ses.Done...), '|')
	for i, id := range ses.Asked {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, id...)
	}
	return append(append(b, '|'), ses.Source...), nil
}

// UnmarshalText reads what MarshalText wrote.
func (ses *Session) UnmarshalText(b []byte) error {
	f := strings.SplitN(string(b), "|", 5)
	if len(f) != 5 {
		return errSession
	}
	at, err := strconv.Atoi(f[1])
	asked := strings.Split(f[3], ",")
	if err != nil || len(asked) != len(f[2]) || at < 0 || at > len(asked) {
		return errSession
	}
	*ses = Session{Topic: f[0], Asked: asked, Done: f[2], At: at, Source: f[4]}
	return nil
}

var errSession = errors.New("study: not a session")

// What Done says of a question.
const (
	open    = '-'
	right   = '1'
	wrong   = '0'
	pending = '2' // waits for a person's mark
)

// Open returns today's topic for a member and his session in it; no topic is
// ErrNoTopic. What he has answered before is not asked again.
func (s *Service) Open(ctx context.Context, tx *db.Tx, m *roster.Member) (*Topic, *Session, error) {
	topics, err := topicsOf(ctx, tx, m, s.Today(tx), s.Today(tx))
	if err != nil {
		return nil, nil, err
	}
	if len(topics) == 0 {
		return nil, nil, ErrNoTopic
	}
	// A member may be in two audiences: the first that is not finished.
	var first *Session
	for i := range topics {
		ses, err := begin(ctx, tx, m.ID, &topics[i])
		if err != nil || !ses.Finished() {
			return &topics[i], ses, err
		}
		if first == nil {
			first = ses
		}
	}
	return &topics[0], first, nil
}

// begin makes a session of a topic's questions as they are now.
func begin(ctx context.Context, tx *db.Tx, memberID string, t *Topic) (*Session, error) {
	asked, done, err := progress(ctx, tx, t.ID, memberID)
	if err != nil {
		return nil, err
	}
	source := strings.Join(strings.Fields(t.Source), " ") // one line
	ses := &Session{Topic: t.ID, Asked: asked, Done: done, Source: source}
	ses.At = ses.next(-1)
	return ses, nil
}

// next is the place of the first open question behind i, wrapping round once;
// len(Asked) if none is open.
func (ses *Session) next(i int) int {
	n := len(ses.Asked)
	for k := 1; k <= n; k++ {
		if j := (i + k + n) % n; ses.Done[j] == open {
			return j
		}
	}
	return n
}

// Finished tells whether no question is open.
func (ses *Session) Finished() bool { return ses.next(-1) == len(ses.Asked) }

// Right counts the right answers, and Marked those that were marked.
func (ses *Session) Right() (right, marked int) {
	for _, c := range ses.Done {
		switch c {
		case '1':
			right++
			marked++
		case wrong:
			marked++
		}
	}
	return right, marked
}

// Current is the question that is shown, nil if none is.
func (s *Service) Current(ctx context.Context, tx *db.Tx, ses *Session) (*Question, error) {
	if ses.At >= len(ses.Asked) {
		return nil, nil
	}
	return s.question(ctx, tx, ses.Asked[ses.At])
}

func (s *Service) question(ctx context.Context, tx *db.Tx, version string) (*Question, error) {
	if q, ok := s.questions.Load(version); ok {
		return q.(*Question), nil
	}
	q, err := loadQuestion(ctx, tx, version)
	if err != nil {
		return nil, err
	}
	s.questions.Store(version, q)
	return q, nil
}

// Outcome is what came of an answer.
type Outcome struct {
	Question *Question
	Mark     Mark
	Repeated bool // the question had been answered before; nothing was changed
}

// ErrNoQuestion is returned for an answer when no question is shown.
var ErrNoQuestion = errors.New("study: no question is shown")

// Answer marks an answer to the question that is shown and moves the session
// on. given is in file order (see Shown.InFileOrder); empty means 不知道, which
// counts as wrong, so that the question comes back in a review.
func (s *Service) Answer(ctx context.Context, tx *db.Tx, memberID string, ses *Session, given string) (Outcome, error) {
	q, err := s.Current(ctx, tx, ses)
	if err == nil && q == nil {
		err = ErrNoQuestion
	}
	if err != nil {
		return Outcome{}, err
	}
	o := Outcome{Question: q, Mark: q.Grade(given)}
	before, inserted, err := insertAnswer(ctx, tx, answer{ses.Topic, q.QuestionID, memberID, q.ID, given, o.Mark})
	if err != nil {
		return Outcome{}, err
	}
	if !inserted {
		o.Repeated, o.Mark = true, before
	}
	ses.close(o.Mark)
	if ses.Finished() && !o.Repeated { // nothing is left to remind of
		err = s.Notify.Seen(ctx, tx, reminderKey(ses.Topic), memberID)
	}
	return o, err
}

// close notes the mark of the question shown and goes to the next one.
func (ses *Session) close(m Mark) {
	done := []byte(ses.Done)
	done[ses.At] = m.char()
	ses.Done = string(done)
	ses.At = ses.next(ses.At)
}

// Skip leaves the question shown for later. It tells whether another one is
// open.
func (ses *Session) Skip() bool {
	was := ses.At
	ses.At = ses.next(was)
	return ses.At != was
}
