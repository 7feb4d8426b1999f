package calendar

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const usual = "08:00-12:00,14:00-17:30"

func TestParseHours(t *testing.T) {
	for in, want := range map[string]string{
		usual:                        usual,
		" 08:00-12:00, 14:00-17:30 ": usual,
		usual + ";06-01..09-30 08:00-12:00,15:00-18:00":                               usual + "; 06-01..09-30 08:00-12:00,15:00-18:00",
		"10-01..04-30 08:30-12:00; 00:00-24:00; 02-29..02-29 09:00-10:00,10:00-11:00": "00:00-24:00; 10-01..04-30 08:30-12:00; 02-29..02-29 09:00-10:00,10:00-11:00",
	} {
		h, err := ParseHours(in)
		if err != nil || h.String() != want {
			t.Errorf("%q: %q, %v; want %q", in, h, err, want)
		}
		if again, err := ParseHours(h.String()); err != nil || again.String() != want {
			t.Errorf("%q is not read back: %q, %v", h, again, err)
		}
	}
	for _, in := range []string{
		"", "off", "08:00", "08:00-12:00;", "12:00-08:00", "08:00-08:00", "08:00-12:00,11:00-13:00", "8:00-12:00",
		"06-01..09-30 08:00-12:00", usual + "; " + usual, usual + "; 06-31..09-30 08:00-12:00", usual + "; 06-01.. 08:00-12:00",
		usual + "; 06-01..09-30", "22:00-06:00",
	} {
		if h, err := ParseHours(in); err == nil {
			t.Errorf("%q was read as %q", in, h)
		}
	}
}

func TestSeasons(t *testing.T) {
	h := mustHours(t, usual+"; 06-01..09-30 08:00-18:00; 12-15..01-15 09:00-16:00")
	for d, want := range map[Day]string{
		"2026-05-31": usual, "2026-06-01": "08:00-18:00", "2026-09-30": "08:00-18:00", "2026-10-01": usual,
		"2026-12-14": usual, "2026-12-15": "09:00-16:00", "2026-12-31": "09:00-16:00", "2027-01-15": "09:00-16:00", "2027-01-16": usual,
	} {
		if got := join(h.Periods(d)); got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
	}
	if got := h.DayEnd("2026-07-01"); !got.Equal(Day("2026-07-01").Time(18, 0)) {
		t.Errorf("1 July ends at %s", got)
	}
}

func TestPeriodEnd(t *testing.T) {
	h, c := mustHours(t, usual), New()
	for _, v := range []struct {
		at, want string
		open     bool
	}{
		{"2026-11-24 09:00", "2026-11-24 12:00", true},
		{"2026-11-24 12:00", "2026-11-24 12:00", false},
		{"2026-11-24 12:01", "2026-11-24 17:30", false},
		{"2026-11-24 16:00", "2026-11-24 17:30", true},
		{"2026-11-24 17:31", "2026-11-25 12:00", false},
		{"2026-11-27 20:00", "2026-11-30 12:00", false}, // over a weekend
		{"2026-02-14 09:00", "2026-02-14 12:00", true},  // a worked Saturday
		{"2026-02-14 18:00", "2026-02-24 12:00", false}, // over the Spring Festival
		{"2026-02-16 10:00", "2026-02-24 12:00", false},
	} {
		at, want := mustTime(t, v.at), mustTime(t, v.want)
		if got, sure := h.PeriodEnd(c, at); !got.Equal(want) || !sure {
			t.Errorf("%s rolls to %s, sure %v; want %s", v.at, got, sure, v.want)
		}
		if open, sure := h.Open(c, at); open != v.open || !sure {
			t.Errorf("%s: open %v, sure %v", v.at, open, sure)
		}
	}
	if _, sure := h.PeriodEnd(c, mustTime(t, "2026-12-31 18:00")); sure {
		t.Error("a date in a year without a notice is called sure")
	}
	if got, _ := (Hours{}).PeriodEnd(c, mustTime(t, "2026-11-24 09:00")); !got.Equal(mustTime(t, "2026-11-25 00:00")) {
		t.Errorf("without hours a day ends at %s", got)
	}
}

func TestPeriodEndProperties(t *testing.T) {
	h, c := mustHours(t, usual+"; 06-01..09-30 08:00-12:00,15:00-18:00"), New()
	rapid.Check(t, func(t *rapid.T) {
		at := drawDay(t, "day").At(TimeOfDay(rapid.IntRange(0, 24*60-1).Draw(t, "minute")))
		end, _ := h.PeriodEnd(c, at)
		if end.Before(at) {
			t.Fatalf("%s rolls back to %s", at, end)
		}
		if again, _ := h.PeriodEnd(c, end); !again.Equal(end) {
			t.Fatalf("the end %s rolls on to %s", end, again)
		}
		if open, _ := h.Open(c, end.Add(-time.Minute)); !open {
			t.Fatalf("%s rolls to %s, where nothing ends", at, end)
		}
	})
}

func TestQuiet(t *testing.T) {
	for _, v := range []struct {
		quiet, at, end string // end is empty when not quiet
	}{
		{"22:00-07:00", "2026-11-23 21:59", ""},
		{"22:00-07:00", "2026-11-23 22:00", "2026-11-24 07:00"},
		{"22:00-07:00", "2026-11-24 00:00", "2026-11-24 07:00"},
		{"22:00-07:00", "2026-11-24 06:59", "2026-11-24 07:00"},
		{"22:00-07:00", "2026-11-24 07:00", ""},
		{"12:00-14:00", "2026-11-24 12:00", "2026-11-24 14:00"},
		{"12:00-14:00", "2026-11-24 14:00", ""},
		{"22:00-24:00", "2026-11-23 23:00", "2026-11-24 00:00"},
		{"00:00-06:00", "2026-11-24 00:00", "2026-11-24 06:00"},
		{"off", "2026-11-24 00:00", ""},
	} {
		q, err := ParseQuiet(v.quiet)
		if err != nil {
			t.Fatal(err)
		}
		at := mustTime(t, v.at)
		want := at
		if v.end != "" {
			want = mustTime(t, v.end)
		}
		if q.In(at) != (v.end != "") || !q.End(at).Equal(want) {
			t.Errorf("%s at %s: in %v, end %s; want %s", v.quiet, v.at, q.In(at), q.End(at), want)
		}
	}
	for _, s := range []string{"", "22:00", "22:00-22:00", "00:00-24:00", "22-7", "25:00-07:00"} {
		if q, err := ParseQuiet(s); err == nil {
			t.Errorf("%q was read as %s", s, q)
		}
	}
}

func TestQuietProperties(t *testing.T) {
	minute := rapid.IntRange(0, 24*60-1)
	rapid.Check(t, func(t *rapid.T) {
		begin, end := minute.Draw(t, "begin"), minute.Draw(t, "end")
		if begin == end {
			return
		}
		q, err := ParseQuiet(fmt.Sprintf("%s-%s", TimeOfDay(begin), TimeOfDay(end)))
		if err != nil {
			t.Fatal(err)
		}
		at := drawDay(t, "day").At(TimeOfDay(minute.Draw(t, "at")))
		over := q.End(at)
		if q.In(over) || over.Before(at) || over.Sub(at) >= 24*time.Hour {
			t.Fatalf("%s at %s ends %s", q, at, over)
		}
		if q.In(at) && !q.In(over.Add(-time.Minute)) {
			t.Fatalf("%s at %s: over before %s", q, at, over)
		}
	})
}

func mustHours(t *testing.T, s string) Hours {
	t.Helper()
	h, err := ParseHours(s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func mustTime(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
