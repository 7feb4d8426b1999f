// Package calendar knows days, working days with 调休, working hours, quiet
// hours, the study day and the test clock. Everything but Clock.Now and Real
// is pure: the same call gives the same answer for ever.
//
// All local time is Asia/Shanghai. A Day is such a local day; what lies inside
// it is a time.Time or a TimeOfDay.
//
// Which days are worked is decreed each November by a notice of the State
// Council for the next year. It is data: the notices of 2025 and 2026 are
// embedded (holidays.csv), later ones are loaded by an administrator. A year
// without a notice is never guessed in silence: it is counted Monday to Friday
// and every answer that touched it says that it is not sure (暂定).
package calendar

import (
	"bytes"
	_ "embed"
	"maps"
	"time"
)

//go:embed holidays.csv
var embedded []byte

// Calendar says which days are worked. It does not change: With returns
// another one. It is safe for concurrent use.
type Calendar struct {
	years map[int]bool
	days  map[Day]Special
}

// New returns the calendar of the embedded notices and of those given, which
// win.
func New(notices ...Notice) *Calendar {
	own, err := Load(bytes.NewReader(embedded))
	if err != nil {
		panic("calendar: the embedded notices are broken: " + err.Error()) // a test reads them
	}
	return new(Calendar).With(own...).With(notices...)
}

// With returns a calendar that also follows notices. A notice of a year that
// is already known replaces it as a whole.
func (c *Calendar) With(notices ...Notice) *Calendar {
	next := &Calendar{years: maps.Clone(c.years), days: maps.Clone(c.days)}
	if next.years == nil {
		next.years, next.days = map[int]bool{}, map[Day]Special{}
	}
	for _, n := range notices {
		maps.DeleteFunc(next.days, func(_ Day, s Special) bool { return s.year == n.Year })
		next.years[n.Year] = true
		for _, s := range n.Days {
			s.year = n.Year
			next.days[s.Day] = s
		}
	}
	return next
}

// Known tells whether the notice of year has been loaded.
func (c *Calendar) Known(year int) bool { return c.years[year] }

// Special returns what a notice says about d, if it says anything.
func (c *Calendar) Special(d Day) (Special, bool) {
	s, ok := c.days[d]
	return s, ok
}

// Workday tells whether d is worked. Without the notice of d's year that is
// Monday to Friday, and sure is false.
func (c *Calendar) Workday(d Day) (work, sure bool) {
	sure = c.Known(d.Year())
	if s, ok := c.days[d]; ok {
		return !s.Off, true
	}
	w := d.Weekday()
	return w != time.Saturday && w != time.Sunday, sure
}

// AddWorkdays returns the nth working day after d; d itself is day 0, worked or
// not. For n < 1 that is d. It is sure if every day on the way is.
func (c *Calendar) AddWorkdays(d Day, n int) (end Day, sure bool) {
	sure = true
	for n > 0 {
		d = d.Add(1)
		work, known := c.Workday(d)
		sure = sure && known
		if work {
			n--
		}
	}
	return d, sure
}

// Workdays counts the working days from first to last, both included; none if
// last is before first. It is sure if every day of them is.
func (c *Calendar) Workdays(first, last Day) (n int, sure bool) {
	sure = true
	for i := range max(0, last.Sub(first)+1) {
		work, known := c.Workday(first.Add(i))
		sure = sure && known
		if work {
			n++
		}
	}
	return n, sure
}
