package calendar

import "time"

// Light is how urgent a missing notice is.
type Light uint8

// Green needs nothing, Yellow is to be done soon, Red is wrong now.
const (
	Green Light = iota
	Yellow
	Red
)

// Status is what the doctor says about the calendar.
type Status struct {
	Light   Light
	Missing int // the year whose notice is to be loaded; 0 when green
}

// Status judges the notices of this year and the next on the day of now. The
// next year's is published in November: until then its absence is normal, from
// 1 November it is yellow, from 16 December red. Without this year's it is red.
func (c *Calendar) Status(now time.Time) Status {
	today := DayOf(now)
	year := today.Year()
	switch {
	case !c.Known(year):
		return Status{Red, year}
	case c.Known(year+1) || today < DayAt(year, time.November, 1):
		return Status{}
	case today <= DayAt(year, time.December, 15):
		return Status{Yellow, year + 1}
	}
	return Status{Red, year + 1}
}
