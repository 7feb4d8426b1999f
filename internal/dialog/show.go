package dialog

import (
	"strings"

	"rixue/internal/wechat/wire"
	"rixue/internal/words"
	"rixue/study"
)

// replyRoom is what a reply may hold, less the blank lines between its parts.
const replyRoom = wire.MaxText - 8

// cutTo shortens a text to n bytes at the end of a sentence or character.
func cutTo(s string, n int) string {
	if n <= 0 {
		return ""
	}
	return wire.Cut(s, n)
}

// spoken is what was understood, as the reply repeats it: letters as shown.
func spoken(q *study.Shown, given string) string {
	switch q.Kind {
	case study.Single, study.Multiple:
		return strings.Join(strings.Split(given, ""), "、")
	case study.TrueFalse:
		return words.TrueFalse(given)
	case study.Match:
		return pairs(given)
	case study.Fill, study.Short:
	}
	return ""
}

// key is the right answer as this member sees it, with its text.
func key(q *study.Shown) string {
	switch q.Kind {
	case study.Single, study.Multiple:
		options := q.Options()
		var parts []string
		for _, l := range q.InShownOrder(q.Answer) {
			parts = append(parts, string(l)+". "+options[l-'A'])
		}
		return strings.Join(parts, "；")
	case study.TrueFalse:
		return words.TrueFalse(q.Answer)
	case study.Match:
		return pairs(q.Answer)
	case study.Fill:
		return strings.ReplaceAll(q.Answer, "\n", words.Or)
	case study.Short:
	}
	return q.Answer
}

// pairs writes `BA` as `1B 2A`.
func pairs(letters string) string {
	var b strings.Builder
	for i, l := range letters {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(byte('1' + i))
		b.WriteRune(l)
	}
	return b.String()
}
