package understand

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// signs say something wherever they stand: the answers to 判断 that are written
// with a sign, and the units of a number.
const signs = "√✓✔☑✅⭕×✗✘✕✖❌%‰"

// clean takes out what cannot be seen, and the blanks around a text. What a
// person wrote is otherwise kept.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && invisible(r) {
			return -1
		}
		return r
	}, s))
}

// invisible tells whether a person does not see the rune: control signs,
// zero-width ones, and what makes a picture of the sign before it (✔️, 1️⃣).
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) || r == '\ufe0e' || r == '\ufe0f' || r == '\u20e3'
}

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
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case invisible(r):
			return -1
		}
		return r
	}, width.Fold.String(s)))
}

// bare drops blanks, punctuation and pictures at both ends.
func bare(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return isMark(r) || unicode.IsSymbol(r) && !strings.ContainsRune(signs, r) })
}

// isMark tells whether the rune only parts or closes a text.
func isMark(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsPunct(r) && !strings.ContainsRune(signs, r)
}

// squeeze drops the blanks inside a text.
func squeeze(s string) string { return strings.ReplaceAll(s, " ", "") }

// Fold writes texts alike that say the same to a person: width, case, blanks
// and punctuation do not matter. What belongs to a number does: 1.5 is not 15,
// 8:00 not 800, -5 not 5, 5% not 5‰. Of a text that is nothing but punctuation,
// the punctuation counts.
func Fold(s string) string {
	all := make([]rune, 0, len(s))
	for _, r := range width.Fold.String(s) {
		if !unicode.IsSpace(r) && !invisible(r) {
			all = append(all, unicode.ToLower(dash(r)))
		}
	}
	at := func(i int) rune {
		if i < 0 || i >= len(all) {
			return 0
		}
		return all[i]
	}
	said := make([]rune, 0, len(all))
	for i, r := range all {
		if !unicode.IsPunct(r) || ofNumber(at(i-1), r, at(i+1)) {
			said = append(said, r)
		}
	}
	if len(said) == 0 {
		return string(all)
	}
	return string(said)
}

// dash makes one of the signs that people take for minus and for from-to.
func dash(r rune) rune {
	if strings.ContainsRune("—–−‐‑~～", r) {
		return '-'
	}
	return r
}

// ofNumber tells whether a punctuation mark changes the number beside it.
func ofNumber(before, r, after rune) bool {
	switch r {
	case '.', ':', '/':
		return unicode.IsDigit(before) && unicode.IsDigit(after)
	case '%', '‰':
		return unicode.IsDigit(before)
	case '-': // of COVID-19 it says nothing
		return unicode.IsDigit(after) && (before < 'a' || before > 'z')
	}
	return false
}

// Same tells whether two texts say the same to a person; see Fold.
func Same(a, b string) bool { return a == b || Fold(a) == Fold(b) }
