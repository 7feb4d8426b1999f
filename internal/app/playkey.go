package app

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// answerKey knows the sample's questions from its file, as a person with the
// printed sheet would: by what the chat shows.
type answerKey map[string]sheetQuestion // by stem

type sheetQuestion struct {
	kind    string
	options []string
	answer  string
}

// readAnswerKey reads the sample's questions without the product's importer.
func readAnswerKey() (answerKey, error) {
	data, err := sample.ReadFile("sample/questions.csv")
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return nil, err
	}
	key := answerKey{}
	for _, r := range rows[1:] {
		q := sheetQuestion{kind: r[1], answer: r[7]}
		for _, o := range r[3:7] {
			if o != "" {
				q.options = append(q.options, o)
			}
		}
		key[firstLine(r[2])] = q
	}
	return key, nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(line)
}

var (
	questionHead = regexp.MustCompile(`(?m)^第 (\d+)/(\d+) 题（(\S+)）\n(.+)$`)
	optionLine   = regexp.MustCompile(`(?m)^([A-F])\. (.+)$`)
)

// shown is a question as a phone shows it.
type shown struct {
	sheetQuestion
	letters map[string]string // option → letter
}

// find reads the question that a reply ends with; false if there is none.
func (k answerKey) find(reply string) (shown, bool) {
	heads := questionHead.FindAllStringSubmatchIndex(reply, -1)
	if len(heads) == 0 {
		return shown{}, false
	}
	last := heads[len(heads)-1]
	q, known := k[strings.TrimSpace(reply[last[8]:last[9]])]
	if !known {
		return shown{}, false
	}
	s := shown{sheetQuestion: q, letters: map[string]string{}}
	for _, m := range optionLine.FindAllStringSubmatch(reply[last[0]:], -1) {
		s.letters[m[2]] = m[1]
	}
	return s, true
}

// say is what a person answers: the right answer, or a wrong one. counts tells
// whether a right one is marked right at once.
func (s shown) say(right bool) (text string, counts bool) {
	switch s.kind {
	case "填空":
		first, _, _ := strings.Cut(s.answer, "|")
		if right {
			return first, true
		}
		return "记不清了", true
	case "简答":
		return "听患者自己说一遍，才知道他听懂没有", false
	case "判断":
		if right == (s.answer == "对") {
			return "对", true
		}
		return "错", true
	case "匹配":
		if right {
			return s.match(), true
		}
		return "不知道", true
	}
	return s.letter(right), true
}

// letter is the answer of 单选 and 多选 in the letters of this phone.
func (s shown) letter(right bool) string {
	var out []string
	for i, o := range s.options {
		if strings.ContainsRune(s.answer, rune('A'+i)) == right {
			out = append(out, s.letters[o])
		}
	}
	if len(out) == 0 { // all are right, so one alone is wrong
		out = append(out, s.letters[s.options[0]])
	}
	slices.Sort(out)
	if s.kind == "单选" {
		return out[0]
	}
	return strings.Join(out, "、")
}

// match turns 1C 2A into the letters of this phone.
func (s shown) match() string {
	var out []string
	for pair := range strings.FieldsSeq(s.answer) {
		o := s.options[pair[len(pair)-1]-'A']
		out = append(out, fmt.Sprint(pair[:len(pair)-1], s.letters[o]))
	}
	return strings.Join(out, " ")
}
