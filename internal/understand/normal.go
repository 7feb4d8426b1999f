package understand

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// normal makes texts alike that are alike to a person: full-width and
// half-width, blanks of every kind, invisible characters.
func normal(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] > ' ' && s[i] < 0x7f
	}
	if plain {
		return s
	}
	s = width.Fold.String(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\u00a0':
			return ' '
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Cc, r), r == '\ufe0f':
			return -1 // zero-width, variation selectors
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// bare drops blanks and punctuation at both ends and says whether a question
// mark or a negation was among what was dropped.
func bare(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) && r != '√' && r != '×'
	})
}

// compact drops blanks and punctuation everywhere.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			return -1
		}
		return r
	}, s)
}
