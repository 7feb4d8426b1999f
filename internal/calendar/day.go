package calendar

import (
	"fmt"
	"time"
	_ "time/tzdata" // the binary must know Shanghai on any machine
)

// Shanghai is the time zone of all local days and hours.
var Shanghai = loadShanghai()

func loadShanghai() *time.Location {
	if loc, err := time.LoadLocation("Asia/Shanghai"); err == nil {
		return loc
	}
	// Only a broken ZONEINFO can bring us here; since 1991 this is the same.
	return time.FixedZone("CST", 8*60*60)
}

// Day is a local day in Shanghai as 2026-11-23: as text it is stored, compared
// and sorted. Only DayOf, DayAt and ParseDay make one; the methods of any other
// text take it for 0001-01-01.
type Day string

// DayOf returns the day in Shanghai on which t lies.
func DayOf(t time.Time) Day { return Day(t.In(Shanghai).Format(time.DateOnly)) }

// DayAt returns a day by its numbers; a 31 April is 1 May as in time.Date.
func DayAt(year int, month time.Month, day int) Day {
	return DayOf(time.Date(year, month, day, 12, 0, 0, 0, Shanghai))
}

// ParseDay reads 2026-11-23 and nothing else.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return "", fmt.Errorf("%q is not a day such as 2026-11-23", s)
	}
	return Day(s), nil
}

// utc is d's midnight in UTC, where every day has 24 hours.
func (d Day) utc() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d)) // the zero time if d is no day
	return t
}

// Add returns the day n days later, or earlier for n < 0.
func (d Day) Add(n int) Day { return Day(d.utc().AddDate(0, 0, n).Format(time.DateOnly)) }

// Sub returns how many days d lies after e.
func (d Day) Sub(e Day) int { return int((d.utc().Unix() - e.utc().Unix()) / (24 * 60 * 60)) }

// Year returns d's year.
func (d Day) Year() int { return d.utc().Year() }

// Month returns d's month.
func (d Day) Month() time.Month { return d.utc().Month() }

// Date returns d's day of the month.
func (d Day) Date() int { return d.utc().Day() }

// Weekday returns d's day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// Time returns the instant of an hour and minute of d in Shanghai; hour 24 is
// the next midnight.
func (d Day) Time(hour, minute int) time.Time {
	y, m, day := d.utc().Date()
	return time.Date(y, m, day, hour, minute, 0, 0, Shanghai)
}

// At returns the instant of a time of d in Shanghai.
func (d Day) At(t TimeOfDay) time.Time { return d.Time(0, int(t)) }

// TimeOfDay is a time on a local day in minutes after midnight, 0 to 1440.
type TimeOfDay int

// TimeOf returns the time of day of t in Shanghai, cut to the minute.
func TimeOf(t time.Time) TimeOfDay {
	t = t.In(Shanghai)
	return TimeOfDay(t.Hour()*60 + t.Minute())
}

// ParseTimeOfDay reads 07:30; 24:00 is the end of the day.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	if s == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fmt.Errorf("%q is not a time such as 07:30", s)
	}
	return TimeOfDay(t.Hour()*60 + t.Minute()), nil
}

// String writes 07:30.
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", int(t)/60, int(t)%60) }

// StudyDay returns the study day on which t lies when a study day ends at ends
// of the next morning: at 02:59 it is still yesterday's if ends is 03:00.
func StudyDay(t time.Time, ends TimeOfDay) Day {
	return DayOf(t.Add(-time.Duration(ends) * time.Minute))
}

// StudyDayEnd returns the instant at which the study day d is over.
func StudyDayEnd(d Day, ends TimeOfDay) time.Time { return d.Add(1).At(ends) }
