package calendar

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestClock(t *testing.T) {
	start := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	for _, v := range []struct {
		spec   string
		passed time.Duration // in real time since start
		want   string
		full   string
	}{
		{"2026-11-23T07:29:50+08:00", 10 * time.Second, "2026-11-23T07:30:00+08:00", "2026-11-23T07:29:50+08:00 x1 @2026-11-20T11:00:00+08:00"},
		{"2026-11-23T07:29:50+08:00 x60", time.Second, "2026-11-23T07:30:50+08:00", "2026-11-23T07:29:50+08:00 x60 @2026-11-20T11:00:00+08:00"},
		{" 2026-11-22T23:29:50Z  x0.5 ", 20 * time.Second, "2026-11-23T07:30:00+08:00", "2026-11-22T23:29:50Z x0.5 @2026-11-20T11:00:00+08:00"},
		{"2026-11-23T07:00:00+08:00 x60 @2026-11-20T02:59:00Z", 0, "2026-11-23T08:00:00+08:00", "2026-11-23T07:00:00+08:00 x60 @2026-11-20T10:59:00+08:00"},
		{"2026-11-23T07:00:00+08:00 @2026-11-20T11:01:00+08:00", 0, "2026-11-23T06:59:00+08:00", "2026-11-23T07:00:00+08:00 x1 @2026-11-20T11:01:00+08:00"},
		{"2026-11-23T07:00:00.25+08:00", 0, "2026-11-23T07:00:00.25+08:00", "2026-11-23T07:00:00.25+08:00 x1 @2026-11-20T11:00:00+08:00"},
	} {
		c, err := ParseClock(v.spec, start)
		if err != nil {
			t.Errorf("%q: %v", v.spec, err)
			continue
		}
		if got := c.At(start.Add(v.passed)).Format(time.RFC3339Nano); got != v.want {
			t.Errorf("%q after %s: %s, want %s", v.spec, v.passed, got, v.want)
		}
		if c.String() != v.full || c.IsReal() {
			t.Errorf("%q prints %q, want %q", v.spec, c, v.full)
		}
	}
}

func TestClockIsShared(t *testing.T) {
	start := time.Date(2026, 11, 20, 3, 0, 0, 123456789, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		spec := rapid.SampledFrom([]string{"2026-11-23T07:29:50+08:00", "2026-11-23T07:29:50.5Z x60", "2026-01-01T00:00:00+08:00 x0.25"}).Draw(t, "spec")
		first, err := ParseClock(spec, start)
		if err != nil {
			t.Fatal(err)
		}
		later := start.Add(time.Duration(rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, "later")))
		second, err := ParseClock(first.String(), later)
		if err != nil {
			t.Fatal(err)
		}
		if !first.At(later).Equal(second.At(later)) || first.String() != second.String() {
			t.Fatalf("%s and %s differ", first, second)
		}
		back := first.Real(first.At(later))
		if d := back.Sub(later); d > time.Microsecond || d < -time.Microsecond {
			t.Fatalf("%s: there and back is off by %s", first, d)
		}
	})
}

func TestRealClock(t *testing.T) {
	c, err := ParseClock("  ", Real())
	if err != nil || c != (Clock{}) || !c.IsReal() || c.String() != "" || c.Rate() != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	before := Real()
	now := c.Now()
	if now.Before(before) || now.After(Real()) || now.Location() != Shanghai {
		t.Errorf("now is %s, before it was %s", now, before)
	}
	if !c.Real(now).Equal(now) {
		t.Error("real time is not real")
	}
}

func TestClockStandsAtItsLimit(t *testing.T) {
	start := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	c, err := ParseClock("2026-11-23T00:00:00Z x3600", start)
	if err != nil {
		t.Fatal(err)
	}
	if year, after := c.At(start.AddDate(1, 0, 0)), c.At(start.AddDate(2, 0, 0)); year.Before(start) || after.Before(year) {
		t.Errorf("time runs back: %s, %s", year, after)
	}
}

func TestParseClockRefuses(t *testing.T) {
	for spec, want := range map[string]string{
		"tomorrow":                                       `"tomorrow" is not a time`,
		"2026-11-23 07:29:50":                            `"2026-11-23" is not a time`,
		"2026-11-23T07:29:50":                            "with its zone",
		"2026-11-23T07:29:50Z x0":                        `rate "0"`,
		"2026-11-23T07:29:50Z x-1":                       `rate "-1"`,
		"2026-11-23T07:29:50Z xNaN":                      `rate "NaN"`,
		"2026-11-23T07:29:50Z x3601":                     `rate "3601"`,
		"2026-11-23T07:29:50Z 60":                        `"60" is too much`,
		"2026-11-23T07:29:50Z @now":                      `anchor: "now"`,
		"2026-11-23T07:29:50Z @2026-11-23T07:29:50Z x60": `"x60" is too much`,
	} {
		if _, err := ParseClock(spec, time.Time{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", spec, err, want)
		}
	}
}
