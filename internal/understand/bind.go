package understand

import (
	"regexp"
	"strings"
	"unicode"
)

// The places of bindArgs.
const (
	argNumber = iota
	argName
	argCode
	argCount
	argNone = -1
)

// labels are what people put before a value to say which one it is.
var labels = []struct {
	text  string
	place int
}{
	{"我的", argNone},
	{"职工号", argNumber},
	{"员工号", argNumber},
	{"工号", argNumber}, // behind those that end like it
	{"姓名", argName},
	{"名字", argName},
	{"我叫", argName},
	{"我是", argName},
	{"绑定码", argCode},
	{"验证码", argCode},
	{"码", argCode},
}

// linking are words between a label and its value.
var linking = []string{"是", "叫", "为"}

// bindArgs finds staff number, name and code in what follows 绑定, with or
// without labels, blanks and punctuation between them. What is missing is "";
// if it cannot be told what is what, all are.
func bindArgs(rest string) []string {
	args := make([]string, argCount)
	var before, after []string // values without a label, before and behind the name
	label := argNone
	for _, f := range fields(rest) {
		if !isHan(f) {
			switch {
			case label == argCode:
				args[label] += f // in groups, perhaps
			case label != argNone:
				args[label], label = f, argNone
			case args[argName] == "":
				before = append(before, f)
			default:
				after = append(after, f)
			}
			continue
		}
		value, next := unlabel(f)
		if value != "" && args[argName] != "" {
			return make([]string, argCount)
		}
		args[argName] += value
		label = next
	}
	return place(args, before, after)
}

// place gives the values without a label their places: number, name, code in
// this order, or the name first.
func place(args, before, after []string) []string {
	loose := append(before, after...)
	switch {
	case len(loose) == 0:
	case args[argNumber] != "":
		args[argCode] += strings.Join(loose, "")
	case args[argCode] != "":
		args[argNumber] = strings.Join(loose, "")
	case args[argName] != "" && len(before) > 0:
		args[argNumber], args[argCode] = strings.Join(before, ""), strings.Join(after, "")
	case args[argName] != "" && len(loose) == 1 && isCode(loose[0]):
		args[argCode] = loose[0]
	case args[argName] == "" && len(loose) > 2 && isCode(loose[len(loose)-1]):
		last := len(loose) - 1
		args[argNumber], args[argName], args[argCode] = loose[0], strings.Join(loose[1:last], " "), loose[last]
	default:
		args[argNumber], args[argCode] = loose[0], strings.Join(loose[1:], "")
	}
	return args
}

// unlabel takes the labels off a Chinese field: 姓名张三绑定码 is 张三, and what
// comes next is a code.
func unlabel(s string) (value string, next int) {
	next = argNone
	for {
		was := s
		for _, l := range labels {
			if rest, ok := strings.CutPrefix(s, l.text); ok {
				s, next = unlinked(rest), l.place
			}
		}
		if s == was {
			break
		}
	}
	end := s
	for _, w := range linking {
		end = strings.TrimSuffix(end, w)
	}
	for _, l := range labels {
		if rest, ok := strings.CutSuffix(end, l.text); ok && l.text != "码" {
			value, _ = unlabel(rest)
			return value, l.place
		}
	}
	if unlinked(s) == "" || impolite(s) == "" {
		return "", next
	}
	return s, argNone
}

func unlinked(s string) string {
	for _, w := range linking {
		if rest, ok := strings.CutPrefix(s, w); ok {
			return rest
		}
	}
	return s
}

// codeForm is the form of a binding code; it has no signs that look alike.
var codeForm = regexp.MustCompile(`^[2-9A-HJKMNP-Za-hjkmnp-z]{8}$`)

func isCode(s string) bool {
	return codeForm.MatchString(s) && strings.ContainsFunc(s, unicode.IsLetter)
}

func isHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// fields splits at blanks, punctuation and where Chinese meets Latin. Dots
// inside a name (阿依古丽·买买提) and marks inside a number (KS-01) stay.
func fields(s string) []string {
	var out []string
	var now []rune
	flush := func() {
		if len(now) > 0 {
			out, now = append(out, string(now)), now[:0]
		}
	}
	runes := append([]rune(s), ' ')
	for i, r := range runes[:len(runes)-1] {
		inside := i > 0 && joins(runes[i-1], r, runes[i+1])
		switch {
		case inside:
		case !isWord(r):
			flush()
			continue
		case i > 0 && unicode.Is(unicode.Han, r) != unicode.Is(unicode.Han, runes[i-1]) && isWord(runes[i-1]):
			flush()
		}
		now = append(now, r)
	}
	flush()
	return out
}

// joins tells whether a mark holds together what stands on both sides of it.
func joins(before, mark, after rune) bool {
	if !isWord(before) || !isWord(after) {
		return false
	}
	han, next := unicode.Is(unicode.Han, before), unicode.Is(unicode.Han, after)
	switch {
	case han && next:
		return strings.ContainsRune("·•・‧∙⋅.", mark)
	case !han && !next:
		return strings.ContainsRune("-_./", mark)
	}
	return false
}

func isWord(r rune) bool { return !unicode.IsSpace(r) && !unicode.IsPunct(r) && !unicode.IsSymbol(r) }
