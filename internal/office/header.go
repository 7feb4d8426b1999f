package office

import (
	"regexp"
	"slices"
	"strings"

	"rixue/internal/words"
)

// headerLines is how far down the headers are looked for.
const headerLines = 10

// inBrackets are the remarks people put into a header: （必填）, (11位).
var inBrackets = regexp.MustCompile(`\([^()]*\)`)

// bare is a header without what people decorate it with.
func bare(s string) string {
	return strings.Trim(strings.ToLower(Compact(s)), "*:.,、。•#")
}

// header says which column of the file is which of the spec.
type header struct {
	spec    Spec
	place   []int    // by the column's place in spec; -1 is not there
	double  []bool   // by the same, whether another column claims to be it
	seen    []string // all headers, as they are
	ignored []string
}

// findHeader returns the place of the first line that has all required
// columns, else the line that has most of them.
func (s Spec) findHeader(lines []line) (int, header) {
	var best header
	at, most := -1, -1
	for i, l := range lines[:min(headerLines, len(lines))] {
		h := s.readHeader(l)
		n := h.count()
		if n > most {
			at, best, most = i, h, n
		}
		if len(h.missing()) == 0 {
			return i, h
		}
	}
	return at, best
}

func (s Spec) readHeader(l line) header {
	h := header{spec: s, place: make([]int, len(s.Columns)), double: make([]bool, len(s.Columns))}
	exact := make([]bool, len(s.Columns))
	for i := range h.place {
		h.place[i] = -1
	}
	for column, c := range l.cells {
		if c.text == "" {
			continue
		}
		h.seen = append(h.seen, shorten(c.text))
		i, full := s.match(c.text)
		switch {
		case i < 0:
			h.ignored = append(h.ignored, shorten(c.text))
		case h.place[i] < 0:
			h.place[i], exact[i] = column, full
		case full == exact[i]:
			h.double[i] = true
		case full: // 手机号 is meant rather than 手机号（短号）
			h.place[i], h.double[i], exact[i] = column, false, true
		}
	}
	return h
}

// match finds the column that a header means, and whether it says so without
// a remark in brackets.
func (s Spec) match(text string) (int, bool) {
	name := bare(text)
	if i := s.titled(name); i >= 0 {
		return i, true
	}
	return s.titled(bare(inBrackets.ReplaceAllString(name, ""))), false
}

func (s Spec) titled(name string) int {
	return slices.IndexFunc(s.Columns, func(c Column) bool {
		return slices.ContainsFunc(c.Titles, func(t string) bool { return bare(t) == name })
	})
}

// count is how many columns were found; the required ones weigh more.
func (h header) count() int {
	n := 0
	for i, c := range h.spec.Columns {
		switch {
		case h.place[i] < 0:
		case c.Required:
			n += 10
		default:
			n++
		}
	}
	return n
}

func (h header) missing() []string {
	var titles []string
	for i, c := range h.spec.Columns {
		if c.Required && h.place[i] < 0 {
			titles = append(titles, c.Title())
		}
	}
	return titles
}

func (h header) faults() Faults {
	var f Faults
	if missing := h.missing(); missing != nil {
		seen := h.seen
		if h.count() == 0 {
			seen = nil // just some text
		}
		f = whole(words.FileMissingColumns(missing, seen[:min(20, len(seen))]))
	}
	for i, c := range h.spec.Columns {
		if h.double[i] {
			f = append(f, Fault{Reason: words.FileDuplicateColumn(c.Title(), h.claims(i))})
		}
	}
	return f
}

// claims are the headers that mean column i.
func (h header) claims(i int) []string {
	return slices.Collect(func(yield func(string) bool) {
		for _, text := range h.seen {
			if j, _ := h.spec.match(text); j == i && !yield(text) {
				return
			}
		}
	})
}

// repeats tells whether a line is the header again, as on each printed page or
// below headers that span two rows.
func (h header) repeats(l line) bool {
	judged := false
	for i, c := range h.spec.Columns {
		if !c.Required {
			continue
		}
		if h.place[i] >= len(l.cells) {
			return false
		}
		if j, _ := h.spec.match(l.cells[h.place[i]].text); j != i {
			return false
		}
		judged = true
	}
	return judged
}
