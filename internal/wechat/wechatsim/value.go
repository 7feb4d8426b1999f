package wechatsim

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// valueRule is what a field's value must keep, by the kind of the field: thing
// of thing1. Nil for a kind that does not exist, and for const, whose values
// each template lists.
func valueRule(kind string) func(string) bool {
	switch kind {
	case "thing":
		return upTo(20, oneLine)
	case "short_thing":
		return upTo(5, oneLine)
	case "phrase":
		return upTo(5, each(isHan))
	case "name":
		return isName
	case "number":
		return upTo(32, numberForm.MatchString)
	case "letter":
		return upTo(32, each(isLatin))
	case "symbol":
		return upTo(5, each(isSymbol))
	case "character_string":
		return upTo(32, each(isLatin, isDigit, isSymbol))
	case "time":
		return span(isTime)
	case "date":
		return span(isDate)
	case "amount":
		return amountForm.MatchString
	case "phone_number":
		return upTo(17, each(isDigit, isSymbol))
	case "car_number":
		return upTo(8, carForm.MatchString)
	}
	return nil
}

var (
	numberForm = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)
	amountForm = regexp.MustCompile(`^\p{Sc}[0-9]{1,10}(\.[0-9]+)?元?$`)
	carForm    = regexp.MustCompile(`^[\p{Han}A-Za-z0-9][A-Za-z0-9]*[\p{Han}A-Za-z0-9]?$`)
)

// fieldKind is the name of a field without its number.
func fieldKind(field string) string { return strings.TrimRight(field, "0123456789") }

// upTo adds to a rule how many characters a value may have.
func upTo(n int, rule func(string) bool) func(string) bool {
	return func(v string) bool { return utf8.RuneCountInString(v) <= n && rule(v) }
}

// each demands of every character that it is of one of the kinds.
func each(kinds ...func(rune) bool) func(string) bool {
	return func(v string) bool {
		return !strings.ContainsFunc(v, func(r rune) bool {
			for _, is := range kinds {
				if is(r) {
					return false
				}
			}
			return true
		})
	}
}

func isHan(r rune) bool    { return unicode.Is(unicode.Han, r) }
func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isLatin(r rune) bool  { return r|0x20 >= 'a' && r|0x20 <= 'z' }
func isSymbol(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }

func oneLine(v string) bool {
	return !strings.ContainsFunc(v, func(r rune) bool { return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) })
}

// isName allows 20 letters and symbols; with a Chinese character among them,
// 10 in all.
func isName(v string) bool {
	longest := 20
	if strings.ContainsFunc(v, isHan) {
		longest = 10
	}
	return upTo(longest, each(unicode.IsLetter, isSymbol, func(r rune) bool { return r == ' ' }))(v)
}

// span allows one moment, or two with ~ between them.
func span(moment func(string) bool) func(string) bool {
	return func(v string) bool {
		from, to, both := strings.Cut(v, "~")
		return moment(from) && (!both || moment(to))
	}
}

func isTime(v string) bool {
	if day, clock, both := strings.Cut(v, " "); both {
		return isDay(day) && isClock(clock)
	}
	return isClock(v)
}

func isDate(v string) bool {
	day, clock, both := strings.Cut(v, " ")
	return isDay(day) && (!both || isClock(clock))
}

func isClock(v string) bool { return reads(v, "15:04", "15:04:05") }

func isDay(v string) bool { return reads(v, "2006年1月2日", "2006年01月02日", time.DateOnly) }

// reads reports whether v is written exactly as one of the layouts.
func reads(v string, layouts ...string) bool {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, v); err == nil && t.Format(layout) == v {
			return true
		}
	}
	return false
}

// withoutEmoji is what a template message shows of a value.
func withoutEmoji(v string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x1F000 && r <= 0x1FAFF || r == 0xFE0F || r == 0x200D {
			return -1
		}
		return r
	}, v)
}
