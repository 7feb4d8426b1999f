package study

import (
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"rixue/internal/calendar"
	"rixue/internal/office"
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

// maxQuestions is how many questions a topic may have.
const maxQuestions = 10

// TopicRow is a topic as a file gives it; its audience is still in names.
type TopicRow struct {
	Row office.Row
	Topic
	Names []string // of units; empty is everybody
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
		key, reason := "", ""
		switch {
		case row.Day == "":
			key, reason = "day", words.FaultEmpty
		case row.Title == "":
			key, reason = "title", words.FaultEmpty
		case row.Body == "":
			key, reason = "body", words.FaultEmpty
		case utf8.RuneCountInString(row.Title) > 60:
			key, reason = "title", words.FaultTitleLong
		case row.Link != "" && !webLink(row.Link):
			key, reason = "link", words.FaultLink
		}
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
	return rows, faults
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
	seen := map[string]int{}
	perDay := map[calendar.Day]int{}
	var rows []QuestionRow
	for _, r := range t.Rows {
		if bad[r.Number] {
			continue
		}
		row, key, reason := parseQuestion(r)
		if reason == "" {
			if other, ok := seen[string(row.Day)+row.fingerprint()]; ok {
				key, reason = "stem", words.FaultQuestionTwice(other)
			}
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
		seen[string(row.Day)+row.fingerprint()] = r.Number
		rows = append(rows, row)
	}
	return rows, faults
}

// parseQuestion reads a row; reason says what is wrong with the cell key.
func parseQuestion(r office.Row) (row QuestionRow, key, reason string) {
	row = QuestionRow{Row: r, Day: calendar.Day(r.Text("day")), Question: Question{
		Stem: r.Text("stem"), Explanation: r.Text("explanation"), Category: r.Text("category"), Difficulty: r.Text("difficulty"),
	}}
	kind, ok := words.QuestionKinds[r.Compact("kind")]
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
	row.Answer, reason = parseAnswer(row.Kind, r.Text("answer"), len(row.Options))
	return row, "answer", reason
}

// options reads the option columns, of which none may be left out between two.
func options(r office.Row, k Kind) (list []string, key, reason string) {
	if k != Single && k != Multiple && k != Match {
		return []string{}, "", ""
	}
	gap := ""
	for _, l := range optionLetters {
		o := r.Text("option" + l)
		switch {
		case o == "" && gap == "":
			gap = "option" + l
		case o != "" && gap != "":
			return nil, gap, words.FaultOptionGap
		case o != "" && slices.ContainsFunc(list, func(x string) bool { return same(x, o) && fold(o) != "" }):
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
	letters := answerLetters(s, k != Match)
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

// answerLetters takes the letters of `A、C`, `ac`, `1B 2A`; empty if there is
// anything else. A set is sorted, each letter once.
func answerLetters(s string, set bool) string {
	var out []rune
	for _, r := range strings.ToUpper(office.Compact(s)) {
		switch {
		case r >= 'A' && r <= 'F':
			if !set || !slices.Contains(out, r) {
				out = append(out, r)
			}
		case r >= '1' && r <= '9' && !set, strings.ContainsRune("、,，;；.-/", r):
		default:
			return ""
		}
	}
	if set {
		slices.Sort(out)
	}
	return string(out)
}

// fingerprint is the same for the same question, whatever its blanks,
// punctuation, widths and order of options.
func (q *Question) fingerprint() string {
	parts := make([]string, 0, len(q.Options))
	for _, o := range q.Options {
		parts = append(parts, fold(o))
	}
	slices.Sort(parts)
	sum := sha256.Sum256([]byte(string(q.Kind) + "\n" + fold(q.Stem) + "\n" + strings.Join(parts, "\n")))
	return base32.HexEncoding.EncodeToString(sum[:15])
}
