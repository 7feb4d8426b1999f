package notify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fit cuts and cleans a value to the rule of a card's field, which is known by
// the field's name: thing1, time2. An empty value, or one that has nothing
// that the rule allows, becomes a dash; ok is false where the rule allows none
// and WeChat would refuse the whole card (wechat.md 2.3).
func Fit(field, value string) (fitted string, ok bool) {
	prefix := strings.TrimRight(field, "0123456789")
	value = oneLine(value)
	r, known := fieldRules[prefix]
	if !known {
		r = fieldRules["thing"] // keyword1 of the templates from before the rules
	}
	value = r.fit(value)
	if value != "" {
		return value, true
	}
	return dash, r.dash
}

// dash stands for an empty value.
const dash = "—"

// fieldRule is what a field takes.
type fieldRule struct {
	max   int             // characters
	keep  func(rune) bool // nil: all
	whole bool            // a value that is too long or has other characters is dropped, not cut
	dash  bool            // a dash may stand there
}

// fieldRules are the platform's, by the field's prefix. time and date come from
// our own formatting, so they are checked by length alone.
var fieldRules = map[string]fieldRule{
	"thing":            {max: 20, dash: true},
	"short_thing":      {max: 5, dash: true},
	"phrase":           {max: 5, keep: han},
	"name":             {max: 10, keep: nameRune, dash: true},
	"number":           {max: 32, keep: numberRune, whole: true},
	"letter":           {max: 32, keep: latin, whole: true},
	"symbol":           {max: 5, keep: symbol, dash: true},
	"character_string": {max: 32, keep: printableASCII, whole: true},
	"time":             {max: 40, whole: true},
	"date":             {max: 40, whole: true},
	"amount":           {max: 12, keep: amountRune, whole: true},
	"phone_number":     {max: 17, keep: phoneRune, whole: true},
	"car_number":       {max: 8, whole: true, dash: true},
	"const":            {max: 20, dash: true},
}

func (r fieldRule) fit(value string) string {
	if r.keep != nil {
		kept := strings.Map(func(c rune) rune {
			if r.keep(c) {
				return c
			}
			return -1
		}, value)
		if r.whole && kept != value {
			return ""
		}
		value = kept
	}
	if utf8.RuneCountInString(value) <= r.max {
		return value
	}
	if r.whole {
		return ""
	}
	if r.keep != nil { // an ellipsis would break the rule
		return string([]rune(value)[:r.max])
	}
	return strings.TrimRight(string([]rune(value)[:r.max-1]), " ") + "…"
}

// oneLine takes control characters and line breaks out.
func oneLine(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case unicode.IsControl(c), c == utf8.RuneError, unicode.Is(unicode.Cf, c):
			return -1
		}
		return c
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func han(c rune) bool { return unicode.Is(unicode.Han, c) }
func nameRune(c rune) bool {
	return han(c) || latin(c) || c == ' ' || c == '·' || c == '.' || c == '-'
}
func latin(c rune) bool          { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func digit(c rune) bool          { return '0' <= c && c <= '9' }
func numberRune(c rune) bool     { return digit(c) || c == '.' }
func printableASCII(c rune) bool { return ' ' < c && c <= '~' }
func symbol(c rune) bool         { return printableASCII(c) && !latin(c) && !digit(c) }
func amountRune(c rune) bool     { return numberRune(c) || strings.ContainsRune("¥￥$\u5143", c) }
func phoneRune(c rune) bool      { return digit(c) || strings.ContainsRune("+-() ", c) }

// fields fills a card; bad names the first field that cannot be filled.
func (c Card) fields(values map[string]string) (filled map[string]string, bad string) {
	filled = make(map[string]string, len(c.Fields))
	for field, name := range c.Fields {
		v, ok := Fit(field, values[name])
		if !ok {
			return nil, field
		}
		filled[field] = v
	}
	return filled, ""
}
