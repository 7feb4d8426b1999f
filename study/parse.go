package study

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"rixue/internal/calendar"
	"rixue/internal/office"
	"rixue/internal/understand"
	"rixue/internal/words"
)

// TopicSpec and QuestionSpec are the columns of the files that people bring.
func TopicSpec() office.Spec {
	return office.Spec{Columns: []office.Column{
		{Key: "day", Titles: words.TopicDay, Kind: office.Day, Required: true},
		{Key: "title", Titles: words.TopicTitle, Required: true},
		{Key: "body", Titles: words.TopicBody, Required: true},
		{Key: "link", Titles: words.TopicLink},
		{Key: "source", Titles: words.TopicSource},
		{Key: "audience", Titles: words.TopicAudience},
	}}
}

// QuestionSpec is that of questions.
func QuestionSpec() office.Spec {
	s := office.Spec{Columns: []office.Column{
		{Key: "day", Titles: words.TopicDay, Kind: office.Day},
		{Key: "kind", Titles: words.QuestionKind, Required: true},
		{Key: "stem", Titles: words.QuestionStem, Required: true},
		{Key: "answer", Titles: words.QuestionAnswer, Required: true},
		{Key: "explanation", Titles: words.QuestionExplanation},
		{Key: "category", Titles: words.QuestionCategory},
		{Key: "difficulty", Titles: words.QuestionDifficulty},
	}}
	for _, l := range optionLetters {
		s.Columns = append(s.Columns, office.Column{Key: "option" + l, Titles: words.QuestionOption(l)})
	}
	return s
}

var optionLetters = []string{"A", "B", "C", "D", "E", "F"}

const (
	maxQuestions = 10   // of a topic
	maxCard      = 1500 // bytes of a question as the chat shows it, of the 2048 of a reply
)

// TopicRow is a topic as a file gives it; its audience is still in names.
type TopicRow struct {
	Row office.Row
	Topic
	Names []string // of units; empty is everybody
}

// fault says what is wrong with the cell key.
func (r *TopicRow) fault() (key, reason string) {
	switch {
	case r.Day == "":
		return "day", words.FaultEmpty
	case r.Title == "":
		return "title", words.FaultEmpty
	case r.Body == "":
		return "body", words.FaultEmpty
	case utf8.RuneCountInString(r.Title) > 60:
		return "title", words.FaultTitleLong
	case r.Link != "" && !webLink(r.Link):
		return "link", words.FaultLink
	}
	return "", ""
}

// sameKey tells whether another row is for the same day and people.
func (r TopicRow) sameKey(other TopicRow) bool {
	return r.Day == other.Day && r.Audience == other.Audience
}

// QuestionRow is a question as a file gives it.
type QuestionRow struct {
	Row office.Row
	Day calendar.Day // empty: for the bank alone
	Question
}

// ParseTopics reads a table's rows. Bad rows are named and left out.
func ParseTopics(t *office.Table) ([]TopicRow, office.Faults) {
	faults := slices.Clone(t.Faults)
	bad := badRows(faults)
	seen := map[string]int{}
	var rows []TopicRow
	for _, r := range t.Rows {
		if bad[r.Number] {
			continue
		}
		row := TopicRow{Row: r, Topic: Topic{
			Day: calendar.Day(r.Text("day")), Title: r.Text("title"), Body: r.Text("body"),
			Link: r.Text("link"), Source: r.Text("source"),
		}, Names: words.SplitAudience(r.Text("audience"))}
		key, reason := row.fault()
		same := string(row.Day) + strings.Join(row.Names, " ")
		if other, ok := seen[same]; ok && reason == "" {
			key, reason = "day", words.FaultTopicTwice(other)
		}
		if reason != "" {
			faults = append(faults, t.Fault(r, key, reason))
			continue
		}
		seen[same] = r.Number
		rows = append(rows, row)
	}
	return rows, inOrder(faults)
}

// inOrder puts the faults of cells and of rows into the order of the file.
func inOrder(faults office.Faults) office.Faults {
	slices.SortStableFunc(faults, func(a, b office.Fault) int { return cmp.Compare(a.Row, b.Row) })
	return faults
}

func badRows(faults office.Faults) map[int]bool {
	bad := map[int]bool{}
	for _, f := range faults {
		bad[f.Row] = true
	}
	return bad
}

func webLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// ParseQuestions reads a table's rows. Bad rows are named and left out.
func ParseQuestions(t *office.Table) ([]QuestionRow, office.Faults) {
	faults := slices.Clone(t.Faults)
	bad := badRows(faults)
	seen := map[string][]QuestionRow{}
	perDay := map[calendar.Day]int{}
	var rows []QuestionRow
	for _, r := range t.Rows {
		if bad[r.Number] {
			continue
		}
		row, key, reason := parseQuestion(r)
		if reason == "" {
			key, reason = "stem", row.twice(seen)
		}
		if reason == "" && row.Day != "" {
			if perDay[row.Day]++; perDay[row.Day] > maxQuestions {
				key, reason = "day", words.FaultTooManyQuestions(maxQuestions)
			}
		}
		if reason != "" {
			faults = append(faults, t.Fault(r, key, reason))
			continue
		}
		seen[row.fingerprint()] = append(seen[row.fingerprint()], row)
		rows = append(rows, row)
	}
	return rows, inOrder(faults)
}

// twice says what is wrong with a question that stands in the file before: on
// the same day, or on another with another answer.
func (r *QuestionRow) twice(seen map[string][]QuestionRow) string {
	for _, other := range seen[r.fingerprint()] {
		if other.Day == r.Day {
			return words.FaultQuestionTwice(other.Row.Number)
		}
		if !other.sameAs(&r.Question) {
			return words.FaultQuestionDiffers(other.Row.Number)
		}
	}
	return ""
}

// parseQuestion reads a row; reason says what is wrong with the cell key.
func parseQuestion(r office.Row) (row QuestionRow, key, reason string) {
	row = QuestionRow{Row: r, Day: calendar.Day(r.Text("day")), Question: Question{
		Stem: r.Text("stem"), Explanation: r.Text("explanation"), Category: r.Text("category"), Difficulty: r.Text("difficulty"),
	}}
	kind, ok := words.QuestionKinds[understand.Fold(r.Text("kind"))]
	if !ok {
		return row, "kind", words.FaultKind
	}
	row.Kind = Kind(kind)
	if row.Stem == "" {
		return row, "stem", words.FaultEmpty
	}
	if row.Options, key, reason = options(r, row.Kind); reason != "" {
		return row, key, reason
	}
	if len(words.QuestionCard(maxQuestions, maxQuestions, kind, row.Stem, row.Options)) > maxCard {
		return row, "stem", words.FaultQuestionLong
	}
	answer := r.Text("answer")
	if row.Kind == TrueFalse && optionText(r, strings.ToUpper(r.Compact("answer"))) != "" {
		answer = optionText(r, strings.ToUpper(r.Compact("answer"))) // A means what stands under A
	}
	row.Answer, reason = parseAnswer(row.Kind, answer, len(row.Options))
	return row, "answer", reason
}

// optionText is an option without the letter that people repeat before it: A.
// 三级查房 under A.
func optionText(r office.Row, letter string) string {
	o := r.Text("option" + letter)
	if m := repeatedLetter.FindStringSubmatch(o); m != nil && width.Fold.String(m[1]) == letter {
		return m[2]
	}
	return o
}

// repeatedLetter finds a letter and the mark behind it before a text.
var repeatedLetter = regexp.MustCompile(`^([A-FＡ-Ｆ])\s*[.．、:：)）]\s*(.+)$`)

// options reads the option columns, of which none may be left out between two.
func options(r office.Row, k Kind) (list []string, key, reason string) {
	if k != Single && k != Multiple && k != Match {
		return []string{}, "", ""
	}
	gap := ""
	for _, l := range optionLetters {
		o := optionText(r, l)
		switch {
		case o == "" && gap == "":
			gap = "option" + l
		case o != "" && gap != "":
			return nil, gap, words.FaultOptionGap
		case o != "" && slices.ContainsFunc(list, func(x string) bool { return understand.Same(x, o) }):
			return nil, "option" + l, words.FaultOptionTwice
		case o != "":
			list = append(list, o)
		}
	}
	if len(list) < 2 {
		return nil, "optionB", words.FaultOptionsFew
	}
	return list, "", ""
}

// parseAnswer brings a written answer into the notation of its kind.
func parseAnswer(k Kind, s string, options int) (answer, reason string) {
	if s == "" {
		return "", words.FaultEmpty
	}
	switch k {
	case TrueFalse:
		if a, ok := words.TrueFalseAnswers[strings.ToUpper(office.Compact(s))]; ok {
			return a, ""
		}
		return "", words.FaultTrueFalse
	case Fill:
		var accepted []string
		for a := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '|' || r == '｜' || r == '\n' }) {
			if a = strings.TrimSpace(a); a != "" {
				accepted = append(accepted, a)
			}
		}
		if len(accepted) == 0 {
			return "", words.FaultEmpty
		}
		return strings.Join(accepted, "\n"), ""
	case Short:
		return s, ""
	case Single, Multiple, Match:
	}
	return choiceAnswer(k, s, options)
}

// choiceAnswer reads the letters of an answer to a question with options.
func choiceAnswer(k Kind, s string, options int) (answer, reason string) {
	letters := answerLetters(s)
	if k == Match {
		letters = matchLetters(s)
	}
	switch {
	case letters == "":
		return "", words.FaultAnswerLetters
	case strings.ContainsFunc(letters, func(r rune) bool { return int(r-'A') >= options }):
		return "", words.FaultAnswerOption
	case k == Single && len(letters) != 1:
		return "", words.FaultAnswerOne
	case k == Match && len(letters) < 2:
		return "", words.FaultAnswerMatch
	}
	return letters, ""
}

// answerLetters takes the letters of `A、C`, `ac`, sorted, each once; empty if
// there is anything else.
func answerLetters(s string) string {
	var out []rune
	for _, r := range strings.ToUpper(office.Compact(s)) {
		switch {
		case r >= 'A' && r <= 'F':
			out = append(out, r)
		case !unicode.IsPunct(r):
			return ""
		}
	}
	slices.Sort(out)
	return string(slices.Compact(out))
}

// matchLetters takes the letters of `1B 2A`, or of `BA`, in the order of what
// they are partners of; empty if one is missing, or there is anything else.
func matchLetters(s string) string {
	var out [9]byte
	left, most := -1, 0
	for _, r := range strings.ToUpper(office.Compact(s)) {
		switch {
		case r >= '1' && r <= '9' && left < 0:
			left = int(r - '1')
		case r >= 'A' && r <= 'F':
			if left < 0 {
				left = most
			}
			if left >= len(out) || out[left] != 0 {
				return ""
			}
			out[left], most, left = byte(r), max(most, left+1), -1
		case !unicode.IsPunct(r):
			return ""
		}
	}
	if left >= 0 || slices.Contains(out[:most], 0) {
		return ""
	}
	return string(out[:most])
}

// fingerprint is the same for the same question, whatever its blanks,
// punctuation, widths and order of options.
func (q *Question) fingerprint() string {
	parts := make([]string, 0, len(q.Options))
	for _, o := range q.Options {
		parts = append(parts, understand.Fold(o))
	}
	slices.Sort(parts)
	sum := sha256.Sum256([]byte(string(q.Kind) + "\n" + understand.Fold(q.Stem) + "\n" + strings.Join(parts, "\n")))
	return base32.HexEncoding.EncodeToString(sum[:15])
}
