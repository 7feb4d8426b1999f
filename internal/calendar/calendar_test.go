package calendar

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The vectors are counted by hand from the notice of 2026.
func TestAddWorkdays2026(t *testing.T) {
	c := New()
	for _, v := range []struct{ received, five, ten Day }{
		{"2026-01-02", "2026-01-08", "2026-01-15"},
		{"2026-02-12", "2026-02-26", "2026-03-04"},
		{"2026-02-13", "2026-02-27", "2026-03-05"},
		{"2026-02-18", "2026-02-28", "2026-03-06"},
		{"2026-04-30", "2026-05-11", "2026-05-18"},
		{"2026-05-08", "2026-05-14", "2026-05-21"},
		{"2026-09-18", "2026-09-24", "2026-10-09"},
		{"2026-09-29", "2026-10-12", "2026-10-19"},
	} {
		for n, want := range map[int]Day{5: v.five, 10: v.ten} {
			if got, sure := c.AddWorkdays(v.received, n); got != want || !sure {
				t.Errorf("%d working days after %s: %s, sure %v; want %s", n, v.received, got, sure, want)
			}
		}
	}
}

func TestWorkdaysOfMonths(t *testing.T) {
	c := New()
	for year, months := range map[int][12]int{
		2025: {19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23}, // 248
		2026: {21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23}, // 248
	} {
		sum := 0
		for i, want := range months {
			first := DayAt(year, time.Month(i+1), 1)
			last := DayAt(year, time.Month(i+2), 0)
			got, sure := c.Workdays(first, last)
			if got != want || !sure {
				t.Errorf("%s to %s: %d, sure %v; want %d", first, last, got, sure, want)
			}
			sum += want
		}
		if got, _ := c.Workdays(DayAt(year, 1, 1), DayAt(year, 12, 31)); got != sum {
			t.Errorf("%d has %d working days, its months %d", year, got, sum)
		}
	}
}

func TestSpecialDays(t *testing.T) {
	c := New()
	for d, want := range map[Day]bool{
		"2026-01-04": true, "2026-02-14": true, "2026-02-28": true, "2026-05-09": true, "2026-09-20": true, "2026-10-10": true,
		"2025-01-26": true, "2025-02-08": true, "2025-04-27": true, "2025-09-28": true, "2025-10-11": true,
		"2026-01-01": false, "2026-02-23": false, "2026-10-07": false, "2026-10-08": true, "2026-11-22": false, "2026-11-23": true,
	} {
		if work, sure := c.Workday(d); work != want || !sure {
			t.Errorf("%s: work %v, sure %v; want %v", d, work, sure, want)
		}
	}
	if s, ok := c.Special("2026-02-14"); !ok || s.Off || s.Name != "春节" || s.Source == "" {
		t.Errorf("2026-02-14: %+v, %v", s, ok)
	}
	if _, ok := c.Special("2026-11-23"); ok {
		t.Error("2026-11-23 is special")
	}
}

// TestMissingYear: what touches a year without a notice says so, and is moved
// by the notice when it comes.
func TestMissingYear(t *testing.T) {
	c := New()
	if c.Known(2027) || !c.Known(2026) || !c.Known(2025) || c.Known(2024) {
		t.Fatal("embedded are the notices of 2025 and 2026")
	}
	if d, sure := c.AddWorkdays("2026-12-24", 5); d != "2026-12-31" || !sure {
		t.Errorf("within 2026: %s, sure %v", d, sure)
	}
	if d, sure := c.AddWorkdays("2026-12-25", 5); d != "2027-01-01" || sure {
		t.Errorf("into 2027: %s, sure %v; want Monday to Friday and not sure", d, sure)
	}
	if n, sure := c.Workdays("2026-12-31", "2027-01-03"); n != 2 || sure {
		t.Errorf("into 2027: %d, sure %v", n, sure)
	}
	known := c.With(Notice{Year: 2027, Days: []Special{
		{Day: "2027-01-01", Name: "元旦", Off: true},
		{Day: "2027-01-03", Name: "元旦"},
	}})
	if d, sure := known.AddWorkdays("2026-12-25", 5); d != "2027-01-03" || !sure {
		t.Errorf("with the notice: %s, sure %v", d, sure)
	}
	if c.Known(2027) {
		t.Error("With changed the calendar it was called on")
	}
}

// TestDecemberOfNextNotice: the notice of 2027 may speak of December 2026, and
// a corrected notice takes that back.
func TestDecemberOfNextNotice(t *testing.T) {
	c := New().With(Notice{Year: 2027, Days: []Special{{Day: "2026-12-31", Name: "元旦", Off: true}}})
	if work, sure := c.Workday("2026-12-31"); work || !sure {
		t.Errorf("work %v, sure %v", work, sure)
	}
	c = c.With(Notice{Year: 2027})
	if work, _ := c.Workday("2026-12-31"); !work {
		t.Error("the replaced notice still counts")
	}
	if work, _ := c.Workday("2026-10-01"); work {
		t.Error("the notice of 2026 was lost")
	}
}

func TestStatus(t *testing.T) {
	c := New()
	with27 := c.With(Notice{Year: 2027})
	for _, v := range []struct {
		c    *Calendar
		day  Day
		want Status
	}{
		{c, "2026-01-01", Status{}},
		{c, "2026-10-31", Status{}},
		{c, "2026-11-01", Status{Yellow, 2027}},
		{c, "2026-12-15", Status{Yellow, 2027}},
		{c, "2026-12-16", Status{Red, 2027}},
		{c, "2026-12-31", Status{Red, 2027}},
		{c, "2027-01-01", Status{Red, 2027}},
		{c, "2025-12-31", Status{}},
		{with27, "2026-12-31", Status{}},
		{with27, "2027-11-01", Status{Yellow, 2028}},
		{new(Calendar), "2026-05-05", Status{Red, 2026}},
	} {
		for _, hour := range []int{0, 23} {
			if got := v.c.Status(v.day.Time(hour, 59)); got != v.want {
				t.Errorf("%s %d:59: %+v, want %+v", v.day, hour, got, v.want)
			}
		}
	}
}

func TestAddWorkdaysAgreesWithCounting(t *testing.T) {
	c := New()
	rapid.Check(t, func(t *rapid.T) {
		d := drawDay(t, "day")
		n := rapid.IntRange(0, 60).Draw(t, "n")
		end, sure := c.AddWorkdays(d, n)
		if got, counted := c.Workdays(d.Add(1), end); got != n || counted != sure {
			t.Fatalf("%s + %d is %s; between them lie %d, sure %v and %v", d, n, end, got, sure, counted)
		}
		if work, _ := c.Workday(end); n > 0 && !work {
			t.Fatalf("%s + %d is %s, which is not worked", d, n, end)
		}
		if later, _ := c.AddWorkdays(d.Add(1), n); later < end {
			t.Fatalf("a day later ends earlier: %s, %s", later, end)
		}
		if more, _ := c.AddWorkdays(d, n+1); more <= end {
			t.Fatalf("a day more ends no later: %s, %s", more, end)
		}
		m := rapid.IntRange(0, 60).Draw(t, "m")
		if twice, _ := c.AddWorkdays(end, m); n > 0 {
			if once, _ := c.AddWorkdays(d, n+m); once != twice {
				t.Fatalf("%d then %d is %s, together %s", n, m, twice, once)
			}
		}
	})
}

func drawDay(t *rapid.T, label string) Day {
	return Day("2024-12-01").Add(rapid.IntRange(0, 3*365).Draw(t, label))
}

func ExampleCalendar_AddWorkdays() {
	c := New()
	fmt.Println(c.AddWorkdays("2026-02-13", 5))
	fmt.Println(c.AddWorkdays("2026-12-28", 5))
	// Output:
	// 2026-02-27 true
	// 2027-01-04 false
}
