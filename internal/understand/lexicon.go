package understand

import (
	"strings"
	"unicode/utf8"
)

// tag is what a phrase tells about a text.
type tag uint8

// hit is a phrase found in a text, by bytes.
type hit struct {
	tag     tag
	at, end int
}

// phrase is a word list's entry. A tail may follow the head at some distance
// within the sentence: 拿…刀.
type phrase struct {
	head, tail string
	tag        tag
}

// lexicon finds all phrases of all lists in one walk over a text.
type lexicon struct {
	first map[rune][]phrase
}

// gap is how far behind its head, in bytes, a tail may begin.
const gap = 24

// add takes in a list: phrases parted by blanks.
func (l *lexicon) add(t tag, list string) {
	for p := range strings.FieldsSeq(list) {
		head, tail, _ := strings.Cut(p, "…")
		r, _ := utf8.DecodeRuneInString(head)
		l.first[r] = append(l.first[r], phrase{head, tail, t})
	}
}

// scan finds the phrases in a text.
func (l *lexicon) scan(s string) []hit {
	var hits []hit
	for i, r := range s {
		for _, p := range l.first[r] {
			if !strings.HasPrefix(s[i:], p.head) {
				continue
			}
			end := i + len(p.head)
			if p.tail != "" {
				n := tailAt(s[end:], p.tail)
				if n < 0 {
					continue
				}
				end += n + len(p.tail)
			}
			hits = append(hits, hit{p.tag, i, end})
		}
	}
	return hits
}

// tailAt is the place of a tail within its gap and before the sentence ends.
func tailAt(s, tail string) int {
	n := strings.Index(s[:min(len(s), gap+len(tail))], tail)
	if n >= 0 && strings.ContainsAny(s[:n], "。!?;") {
		return -1
	}
	return n
}

// sight is what the word lists see in a text.
type sight struct {
	text string // without blanks, in lower case
	hits []hit
	has  [tagCount]bool
}

func (l *lexicon) look(s string) *sight {
	v := &sight{text: lower(squeeze(s))}
	v.hits = l.scan(v.text)
	for _, h := range v.hits {
		v.has[h.tag] = true
	}
	return v
}

// any tells whether a phrase of one of the lists is there.
func (v *sight) any(tags ...tag) bool {
	for _, t := range tags {
		if v.has[t] {
			return true
		}
	}
	return false
}

// covered tells whether a hit lies in, or touches the inside of, one of a list
// of exceptions.
func (v *sight) covered(h hit, by tag) bool {
	if !v.has[by] {
		return false
	}
	for _, f := range v.hits {
		if f.tag == by && f.at < h.end && h.at < f.end {
			return true
		}
	}
	return false
}

// denied tells whether the words before a hit negate it.
func (v *sight) denied(h hit) bool {
	for _, no := range []string{"没", "没有", "不", "不会", "不要", "未", "并非", "不是", "别", "无", "没人", "不准", "没有人", "又不"} {
		if strings.HasSuffix(v.text[:h.at], no) {
			return !strings.HasSuffix(v.text[:h.at], "有没有")
		}
	}
	return false
}

// lower writes ASCII letters small; other scripts know no case that matters.
func lower(s string) string {
	i := 0
	for i < len(s) && (s[i] < 'A' || s[i] > 'Z') {
		i++
	}
	if i == len(s) {
		return s
	}
	b := []byte(s)
	for ; i < len(b); i++ {
		if b[i] >= 'A' && b[i] <= 'Z' {
			b[i] += 'a' - 'A'
		}
	}
	return string(b)
}
