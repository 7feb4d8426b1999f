package roster

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"rixue/internal/office"
	"rixue/internal/words"
)

// This file reads single values: each function returns the value as it is
// kept, or the reason why it cannot be taken.

var (
	staffNoForm = regexp.MustCompile(`^[\p{L}\p{N}\-_./]{1,32}$`)
	mobileForm  = regexp.MustCompile(`^1[3-9]\d{9}$`)
	fixedForm   = regexp.MustCompile(`^(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,6})?$`)
	longDash    = strings.NewReplacer("—", "-", "–", "-", "−", "-", "_", "-")
	middleDots  = strings.NewReplacer("•", "·", "・", "·", "‧", "·", "∙", "·", "⋅", "·")
	brackets    = strings.NewReplacer("(", "（", ")", "）")
)

// StaffNo is a staff number as it is kept and looked for: half width, capital,
// without blanks.
func StaffNo(s string) string { return strings.ToUpper(office.Compact(s)) }

func readStaffNo(s string) (value, reason string) {
	s = StaffNo(s)
	if s != "" && !staffNoForm.MatchString(s) {
		return "", words.FaultStaffNo
	}
	return s, ""
}

// PersonName is a name as it is kept and looked for: 张　三 is 张三, Anna  Li is
// Anna Li, and the dot of 阿依古丽·买买提 is always the same.
func PersonName(s string) string { return middleDots.Replace(tidy(s)) }

func readName(s string) (value, reason string) {
	s = PersonName(s)
	if utf8.RuneCountInString(s) > 40 {
		return "", words.FaultName
	}
	return s, ""
}

// tidy folds width and takes out the blanks that stand beside a Chinese sign;
// others become one.
func tidy(s string) string {
	fields := strings.Fields(width.Fold.String(s))
	var b strings.Builder
	for i, f := range fields {
		if i > 0 {
			before, _ := utf8.DecodeLastRuneInString(fields[i-1])
			after, _ := utf8.DecodeRuneInString(f)
			if !unicode.Is(unicode.Han, before) && !unicode.Is(unicode.Han, after) {
				b.WriteByte(' ')
			}
		}
		b.WriteString(f)
	}
	return b.String()
}

// unitName is the name of a department, branch, group or window as it is kept
// and looked for.
func unitName(s string) string { return brackets.Replace(tidy(s)) }

func readUnitName(s string) (value, reason string) {
	s = unitName(s)
	switch {
	case slices.Contains(words.Nothing, s):
		return "", ""
	case utf8.RuneCountInString(s) > 60:
		return "", words.FaultUnitName
	}
	return s, ""
}

// readPhone keeps eleven digits of a mobile phone, or a fixed line with its
// hyphens.
func readPhone(s string) (value, reason string) {
	s = longDash.Replace(office.Compact(s))
	s = strings.NewReplacer("(", "", ")", "-").Replace(s)
	if slices.Contains(words.Nothing, s) || s == "" {
		return "", ""
	}
	bare := strings.ReplaceAll(strings.TrimPrefix(s, "+"), "-", "")
	if len(bare) == 13 {
		bare = strings.TrimPrefix(bare, "86")
	}
	switch {
	case mobileForm.MatchString(bare):
		return bare, ""
	case fixedForm.MatchString(s):
		return s, ""
	}
	return "", words.FaultPhone
}

func readPolitical(s string) (value, reason string) {
	s = office.Compact(s)
	if s == "" || slices.Contains(words.Nothing, s) {
		return "", ""
	}
	if proper, ok := words.PoliticalToo[s]; ok {
		return proper, ""
	}
	if !slices.Contains(words.Political, s) {
		return "", words.FaultUnknown(words.Political)
	}
	return s, ""
}

// readText keeps what people wrote, or what office has read already.
func readText(s string) (value, reason string) { return s, "" }

func isSeparator(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("、，,；;/|+", r)
}
