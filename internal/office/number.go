package office

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// exactLimit is the first number of which a spreadsheet program has lost
// digits: it keeps 15.
const exactLimit = 1e15

var (
	// scientific is what a spreadsheet program makes of a long number when it
	// writes a csv.
	scientific = regexp.MustCompile(`^\d(\.\d+)?[Ee]\+\d{1,3}$`)
	// notShown are the parts of a number format that show no figure of the
	// number: quoted text, conditions and colours, escaped and filling signs.
	notShown = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.|_.|\*.`)
	zeros    = regexp.MustCompile(`^0{2,32}$`)
)

// numberCell makes a cell of a number and the format in which it is shown.
func numberCell(raw string, format numberFormat, since1904 bool) cell {
	n, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return cell{text: clean(raw)}
	}
	if format.day {
		if day, ok := serialDay(n, since1904); ok {
			return cell{text: day, form: formDay}
		}
	}
	text := decimal(n)
	if format.zeros > len(text) && isDigits(text) {
		// Shown as 0012, so this is what the person wrote.
		return cell{text: strings.Repeat("0", format.zeros-len(text)) + text}
	}
	return cell{text: text, number: n, form: formNumber}
}

// decimal writes a number out, without the noise of its last binary digits.
func decimal(n float64) string {
	if n == math.Trunc(n) {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
	if err != nil {
		short = n
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// numberFormat is what matters of a number format.
type numberFormat struct {
	day   bool // shows a year or a day
	zeros int  // shows at least so many digits
}

// builtinFormat tells of the formats that a workbook names by number alone.
func builtinFormat(id int) numberFormat {
	day := id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58
	return numberFormat{day: day}
}

// customFormat tells of a format's code.
func customFormat(code string) numberFormat {
	code, _, _ = strings.Cut(strings.ToLower(notShown.ReplaceAllString(code, "")), ";")
	if zeros.MatchString(code) {
		return numberFormat{zeros: len(code)}
	}
	return numberFormat{day: strings.ContainsAny(code, "yd") && !strings.Contains(code, "general")}
}
