package calendar

import (
	"fmt"
	"strings"
	"time"
)

// Period is a part of a local day, Begin included, End not; Begin < End.
type Period struct{ Begin, End TimeOfDay }

// String writes 08:00-12:00.
func (p Period) String() string { return p.Begin.String() + "-" + p.End.String() }

// Hours are the working periods of a working day, which may differ by season.
type Hours struct {
	usual   []Period
	seasons []season
}

// season holds the periods from first to last (MM-DD, both included), each
// year; it spans the turn of the year if last < first.
type season struct {
	first, last string
	periods     []Period
}

// ParseHours reads working periods, the usual ones and those of seasons, parted
// by semicolons:
//
//	08:00-12:00,14:00-17:30; 06-01..09-30 08:00-12:00,15:00-18:00
//
// Exactly one part has no dates. Of two seasons that overlap the first counts.
func ParseHours(s string) (Hours, error) {
	var h Hours
	for part := range strings.SplitSeq(s, ";") {
		part = strings.TrimSpace(part)
		dates, rest, _ := strings.Cut(part, " ")
		dated := strings.Contains(dates, "..")
		if !dated {
			rest = part
		}
		periods, err := parsePeriods(rest)
		if err != nil {
			return Hours{}, err
		}
		if dated {
			one, err := newSeason(dates, periods)
			if err != nil {
				return Hours{}, err
			}
			h.seasons = append(h.seasons, one)
			continue
		}
		if h.usual != nil {
			return Hours{}, fmt.Errorf("%q: a second part without dates; write a season as 06-01..09-30", part)
		}
		h.usual = periods
	}
	if h.usual == nil {
		return Hours{}, fmt.Errorf("%q has no part without dates", s)
	}
	return h, nil
}

// newSeason reads 06-01..09-30.
func newSeason(dates string, periods []Period) (season, error) {
	first, last, _ := strings.Cut(dates, "..")
	for _, d := range []string{first, last} {
		if _, err := ParseDay("2024-" + d); err != nil { // a leap year
			return season{}, fmt.Errorf("%q is not a season such as 06-01..09-30", dates)
		}
	}
	return season{first, last, periods}, nil
}

func parsePeriods(s string) ([]Period, error) {
	var list []Period
	for part := range strings.SplitSeq(s, ",") {
		p, err := parsePeriod(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		if p.Begin >= p.End {
			return nil, fmt.Errorf("period %s ends before it begins", p)
		}
		if n := len(list); n > 0 && p.Begin < list[n-1].End {
			return nil, fmt.Errorf("period %s begins before %s is over", p, list[n-1])
		}
		list = append(list, p)
	}
	return list, nil
}

// parsePeriod reads 08:00-12:00; Begin may be after End.
func parsePeriod(s string) (Period, error) {
	begin, end, ok := strings.Cut(s, "-")
	if !ok {
		return Period{}, fmt.Errorf("%q is not a period such as 08:00-12:00", s)
	}
	b, err := ParseTimeOfDay(begin)
	if err != nil {
		return Period{}, fmt.Errorf("period %q: %w", s, err)
	}
	e, err := ParseTimeOfDay(end)
	if err != nil {
		return Period{}, fmt.Errorf("period %q: %w", s, err)
	}
	return Period{b, e}, nil
}

// String writes the form that ParseHours reads.
func (h Hours) String() string {
	parts := []string{join(h.usual)}
	for _, s := range h.seasons {
		parts = append(parts, s.first+".."+s.last+" "+join(s.periods))
	}
	return strings.Join(parts, "; ")
}

func join(periods []Period) string {
	parts := make([]string, len(periods))
	for i, p := range periods {
		parts[i] = p.String()
	}
	return strings.Join(parts, ",")
}

// Periods returns the working periods of d in order, if d is worked at all.
func (h Hours) Periods(d Day) []Period {
	if len(d) != len(time.DateOnly) {
		return h.usual
	}
	date := string(d[len("2026-"):])
	for _, s := range h.seasons {
		within := s.first <= date && date <= s.last
		if s.last < s.first {
			within = s.first <= date || date <= s.last
		}
		if within {
			return s.periods
		}
	}
	return h.usual
}

// DayEnd returns when work ends on d: the end of its last period.
func (h Hours) DayEnd(d Day) time.Time {
	periods := h.Periods(d)
	if len(periods) == 0 { // the zero Hours
		return d.Add(1).At(0)
	}
	return d.At(periods[len(periods)-1].End)
}

// Open tells whether t lies in a working period of a working day.
func (h Hours) Open(c *Calendar, t time.Time) (open, sure bool) {
	day, at := DayOf(t), TimeOf(t)
	work, sure := c.Workday(day)
	if !work {
		return false, sure
	}
	for _, p := range h.Periods(day) {
		if p.Begin <= at && at < p.End {
			return true, sure
		}
	}
	return false, sure
}

// PeriodEnd rolls t to the end of the working period it lies in, or else of the
// next one; an end rolls to itself. It is sure if every day on the way is.
func (h Hours) PeriodEnd(c *Calendar, t time.Time) (end time.Time, sure bool) {
	sure = true
	for day := DayOf(t); ; day = day.Add(1) {
		work, known := c.Workday(day)
		sure = sure && known
		if !work {
			continue
		}
		for _, p := range h.Periods(day) {
			if end := day.At(p.End); !end.Before(t) {
				return end, sure
			}
		}
		if len(h.usual) == 0 {
			return h.DayEnd(day), sure
		}
	}
}
