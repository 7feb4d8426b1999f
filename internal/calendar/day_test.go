package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDay(t *testing.T) {
	late := time.Date(2026, 11, 22, 16, 30, 0, 0, time.UTC) // half past midnight in Shanghai
	d := DayOf(late)
	if d != "2026-11-23" || d.Weekday() != time.Monday || d.Year() != 2026 || d.Month() != 11 || d.Date() != 23 {
		t.Errorf("%s is a %s", d, d.Weekday())
	}
	if got := d.Time(7, 30); got.UTC() != time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC) {
		t.Errorf("07:30 is %s", got)
	}
	if d.At(24*60) != d.Add(1).At(0) {
		t.Error("24:00 is not the next midnight")
	}
	if got := DayAt(2026, time.April, 31); got != "2026-05-01" {
		t.Errorf("31 April is %s", got)
	}
	if got := Day("no day").Year(); got != 1 {
		t.Errorf("the year of no day is %d", got)
	}
}

func TestParseDay(t *testing.T) {
	for _, s := range []string{"", "2026-1-5", "2026-02-29", "20260105", "2026-01-05 ", "0000-01-01", "2026-13-01", "2026/01/05"} {
		if d, err := ParseDay(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
	if d, err := ParseDay("2028-02-29"); err != nil || d != "2028-02-29" {
		t.Errorf("%s, %v", d, err)
	}
}

func TestDayArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDay(t, "day")
		n := rapid.IntRange(-3000, 3000).Draw(t, "n")
		e := d.Add(n)
		if e.Sub(d) != n || e.Add(-n) != d {
			t.Fatalf("%s + %d = %s", d, n, e)
		}
		if (e > d) != (n > 0) {
			t.Fatalf("%s and %s do not compare as text", d, e)
		}
		if parsed, err := ParseDay(string(e)); err != nil || parsed != e {
			t.Fatalf("%s is not read back: %v", e, err)
		}
		minute := TimeOfDay(rapid.IntRange(0, 24*60-1).Draw(t, "minute"))
		if at := e.At(minute); DayOf(at) != e || TimeOf(at) != minute {
			t.Fatalf("%s of %s is %s", minute, e, at)
		}
		if back, err := ParseTimeOfDay(minute.String()); err != nil || back != minute {
			t.Fatalf("%s is not read back: %v", minute, err)
		}
	})
}

func TestParseTimeOfDay(t *testing.T) {
	for _, s := range []string{"", "7:30", "07:60", "24:01", "25:00", "0730", "07:30:00", "-1:00"} {
		if got, err := ParseTimeOfDay(s); err == nil {
			t.Errorf("%q was read as %s", s, got)
		}
	}
	if got, err := ParseTimeOfDay("24:00"); err != nil || got.String() != "24:00" {
		t.Errorf("24:00: %s, %v", got, err)
	}
}

func TestStudyDay(t *testing.T) {
	const ends = 3 * 60
	for _, v := range []struct {
		at   time.Time
		want Day
	}{
		{Day("2026-11-23").Time(2, 59), "2026-11-22"},
		{Day("2026-11-23").Time(3, 0), "2026-11-23"},
		{Day("2026-11-23").Time(23, 59), "2026-11-23"},
		{Day("2026-11-24").Time(0, 0), "2026-11-23"},
		{Day("2027-01-01").Time(1, 0), "2026-12-31"},
	} {
		if got := StudyDay(v.at, ends); got != v.want {
			t.Errorf("%s belongs to %s, want %s", v.at, got, v.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := drawDay(t, "day")
		ends := TimeOfDay(rapid.IntRange(0, 12*60).Draw(t, "ends"))
		end := StudyDayEnd(d, ends)
		if StudyDay(end, ends) != d.Add(1) || StudyDay(end.Add(-time.Nanosecond), ends) != d {
			t.Fatalf("the study day %s does not end at %s", d, end)
		}
	})
}
