package study

import (
	"context"
	"slices"

	"rixue/internal/db"
	"rixue/internal/roster"
)

// Enter returns the topic whose page a member opens, and his session in it. A
// topic that waits for approval, is for others or of a day to come is
// ErrNoTopic, like one that does not exist.
func (s *Service) Enter(ctx context.Context, tx *db.Tx, m *roster.Member, topicID string) (*Topic, *Session, error) {
	t, err := begunTopic(ctx, tx, topicID, s.Today(tx))
	if err != nil {
		return nil, nil, err
	}
	if !m.InAudience(t.Audience) {
		return nil, nil, ErrNoTopic
	}
	ses, err := begin(ctx, tx, m.ID, t)
	return t, ses, err
}

// MarkOf is the mark of a session's question, by its place; ok is false while
// it is open.
func (ses *Session) MarkOf(place int) (m Mark, ok bool) {
	c := ses.Done[place]
	return Mark(c - '0'), c != open
}

// Turn shows the question of a version, open or not. It is false if the
// session does not ask that version.
func (ses *Session) Turn(version string) bool {
	i := slices.Index(ses.Asked, version)
	if i >= 0 {
		ses.At = i
	}
	return i >= 0
}

// After is the place of the open question that follows the one shown; ok is
// false if no other is open.
func (ses *Session) After() (place int, ok bool) {
	place = ses.next(ses.At)
	return place, place < len(ses.Asked) && place != ses.At
}

// Given is what a member answered to the question shown, which is not open: in
// file order, empty for 不知道.
func (s *Service) Given(ctx context.Context, tx *db.Tx, memberID string, ses *Session) (string, error) {
	q, err := s.Current(ctx, tx, ses)
	if err == nil && q == nil {
		err = ErrNoQuestion
	}
	if err != nil {
		return "", err
	}
	return givenAnswer(ctx, tx, ses.Topic, q.QuestionID, memberID)
}
