package study

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"rixue/internal/understand"
	"rixue/internal/words"
)

// Mark says what an answer was worth.
type Mark int

// The marks.
const (
	Wrong   Mark = 0
	Right   Mark = 1
	Pending Mark = 2 // a short answer, marked by a person
)

func (m Mark) char() byte { return byte('0' + m) }

// Grade marks an answer given in file order. A choice of several is right when
// it has all the right letters and no other: there are no half points.
func (q *Question) Grade(given string) Mark {
	if given == "" {
		return Wrong
	}
	switch q.Kind {
	case Short:
		return Pending
	case Fill:
		want := strings.Split(q.Answer, "\n")
		if slices.ContainsFunc(want, func(w string) bool { return understand.Same(w, given) }) {
			return Right
		}
	case Single, Multiple, TrueFalse, Match:
		if given == q.Answer {
			return Right
		}
	}
	return Wrong
}

// Shown is a question as one member sees it: its options in his own order.
type Shown struct {
	*Question
	order []int // order[i] is the file's place of the option shown at i
}

// Show puts a question's options in the member's order, the same whenever he
// sees it. Copying ‘ACD’ from a group chat is then of no use.
func (s *Service) Show(q *Question, memberID string) Shown {
	order := make([]int, len(q.Options))
	for i := range order {
		order[i] = i
	}
	if !s.Shuffle || len(q.movable) < 2 {
		return Shown{q, order}
	}
	seed := mix(memberID, q.ID)
	for i := len(q.movable) - 1; i > 0; i-- {
		seed = seed*6364136223846793005 + 1442695040888963407 // Knuth's MMIX
		j := int((seed >> 33) % uint64(i+1))
		a, b := q.movable[i], q.movable[j]
		order[a], order[b] = order[b], order[a]
	}
	return Shown{q, order}
}

// mix is FNV-1a of both texts: an order that is a member's own, not a
// secret.
func mix(texts ...string) uint64 {
	h := uint64(14695981039346656037)
	for _, s := range texts {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
	}
	return h
}

// findMovable lists the options that may change places. Those that speak of the
// others (以上都是) stay; if letters are named anywhere, all stay.
func (q *Question) findMovable() []int {
	if q.Kind != Single && q.Kind != Multiple {
		return nil
	}
	if namesLetter(q.Explanation) || namesLetter(q.Stem) {
		return nil
	}
	var places []int
	for i, o := range q.Options {
		if namesLetter(o) {
			return nil
		}
		if !words.SpeaksOfOthers(o) {
			places = append(places, i)
		}
	}
	return places
}

func namesLetter(s string) bool { return namesLetters.MatchString(width.Fold.String(s)) }

// namesLetters finds a letter that stands alone among Chinese: 选C, A和B, AB项.
var namesLetters = regexp.MustCompile(`(?:^|[^0-9A-Za-z])[A-F]{1,6}(?:$|[^0-9A-Za-z])`)

// Options are the options in shown order.
func (s Shown) Options() []string {
	out := make([]string, len(s.order))
	for i, at := range s.order {
		out[i] = s.Question.Options[at]
	}
	return out
}

// InFileOrder turns letters of the shown order into those of the file. A text
// stays what it is.
func (s Shown) InFileOrder(letters string) string {
	switch s.Kind {
	case Single, Multiple:
		return s.turn(letters, func(at int) int { return s.order[at] })
	case TrueFalse, Fill, Short, Match:
	}
	return letters
}

// InShownOrder turns letters of the file's order into those shown.
func (s Shown) InShownOrder(letters string) string {
	switch s.Kind {
	case Single, Multiple:
		return s.turn(letters, func(at int) int { return slices.Index(s.order, at) })
	case TrueFalse, Fill, Short, Match:
	}
	return letters
}

func (s Shown) turn(letters string, place func(int) int) string {
	if len(letters) == 1 {
		i := place(int(letters[0] - 'A'))
		return "ABCDEF"[i : i+1]
	}
	out := make([]byte, len(letters))
	for i := range letters {
		out[i] = byte('A' + place(int(letters[i]-'A')))
	}
	slices.Sort(out)
	return string(out)
}
