package office

import (
	"math"
	"strconv"
	"strings"
	"time"

	"rixue/internal/words"
)

// Days as a workbook counts them. Its program believes in 29 February 1900, so
// the count that most use starts a day early and is right from March 1900 on.
const (
	base1900  = "1899-12-30"
	base1904  = "1904-01-01"
	firstDay  = 366     // earlier ones are small numbers rather than days
	lastDay   = 109_574 // 31 December 2199
	isoLayout = "2006-01-02"
)

var daySeparators = strings.NewReplacer(
	words.DayYear, "-", words.DayMonth, "-", words.DayDay, "", words.DayNumber, "", ".", "-", "/", "-")

// ParseDay reads a day in one of the ways in which people write it:
// 2026-01-05, 2026.1.5, 2026/1/5, 2026年1月5日, 20260105, or the bare number
// that a spreadsheet program leaves in a csv. It returns 2026-01-05.
func ParseDay(s string) (string, bool) {
	s = dateOnly(strings.TrimSpace(s))
	s = daySeparators.Replace(Compact(s))
	layout := "2006-1-2"
	switch {
	case len(s) == 8 && isDigits(s):
		layout = "20060102"
	case len(s) == 5 && isDigits(s):
		n, err := strconv.Atoi(s)
		if err != nil {
			return "", false
		}
		return serialDay(float64(n), false)
	}
	t, err := time.Parse(layout, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2199 {
		return "", false
	}
	return t.Format(isoLayout), true
}

// dateOnly cuts a time of day off: what a spreadsheet program adds to a day.
func dateOnly(s string) string {
	if i := strings.IndexByte(s, ':'); i > 0 {
		if j := strings.LastIndexAny(s[:i], " T"); j > 0 {
			return s[:j]
		}
	}
	return s
}

// serialDay turns a workbook's count into a day.
func serialDay(n float64, since1904 bool) (string, bool) {
	base := base1900
	if since1904 {
		base = base1904
	}
	if math.IsNaN(n) || n < firstDay || n >= lastDay {
		return "", false
	}
	t, err := time.Parse(isoLayout, base)
	if err != nil {
		return "", false
	}
	return t.AddDate(0, 0, int(n)).Format(isoLayout), true
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
