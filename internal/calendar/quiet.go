package calendar

import (
	"fmt"
	"time"
)

// Quiet is the part of each day in which nobody is disturbed; it may span
// midnight. The zero Quiet never is.
type Quiet struct{ begin, end TimeOfDay }

// ParseQuiet reads 22:00-07:00, or off for none.
func ParseQuiet(s string) (Quiet, error) {
	if s == "off" {
		return Quiet{}, nil
	}
	p, err := parsePeriod(s)
	if err != nil {
		return Quiet{}, err
	}
	const midnight = 24 * 60
	q := Quiet{p.Begin % midnight, p.End % midnight}
	if q.begin == q.end {
		return Quiet{}, fmt.Errorf("%q begins when it ends; write off for no quiet hours", s)
	}
	return q, nil
}

// String writes the form that ParseQuiet reads.
func (q Quiet) String() string {
	if q.begin == q.end {
		return "off"
	}
	return Period{q.begin, q.end}.String()
}

// In tells whether t is in the quiet hours: the begin is, the end is not.
func (q Quiet) In(t time.Time) bool {
	at := TimeOf(t)
	if q.begin <= q.end {
		return q.begin <= at && at < q.end
	}
	return q.begin <= at || at < q.end
}

// End returns when the quiet hours that t lies in are over, or t itself if it
// lies in none.
func (q Quiet) End(t time.Time) time.Time {
	if !q.In(t) {
		return t
	}
	day := DayOf(t)
	if TimeOf(t) >= q.end {
		day = day.Add(1)
	}
	return day.At(q.end)
}
