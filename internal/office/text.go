package office

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// clean takes off what surrounds a text and what cannot be seen in it: a NUL
// would break a database, a zero-width blank a comparison.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.Is(unicode.Cc, r), r == '\u200b', r == '\ufeff', r == '\ufffe', r == '\uffff':
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// Compact gives a text in half width and without any blanks.
func Compact(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, width.Fold.String(s))
}

// Mask hides the middle of a personal value: who has the file can tell which
// one it is, who sees the message cannot.
func Mask(s string) string {
	r := []rune(s)
	head, tail := 1, 0
	switch n := len(r); {
	case n == 0:
		return ""
	case n >= 11:
		head, tail = 3, 4
	case n >= 7:
		head, tail = 2, 2
	}
	return string(r[:head]) + strings.Repeat("*", max(1, len(r)-head-tail)) + string(r[len(r)-tail:])
}

// shorten keeps a message readable.
func shorten(s string) string {
	const most = 30
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
