package calendar

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Real is the machine's time, for leases, back-off and time-outs. Business
// time comes from a Clock.
func Real() time.Time { return time.Now() } //nolint:forbidigo // the one place where real time enters

// Clock tells business time: what people see in days, due dates and deadlines.
// The zero Clock is real time. Any other is a test clock:
//
//	business now = instant + rate × (real now − anchor)
//
// A Clock is a value and never changes, so replicas, commands and the
// simulator agree if they are given the same String.
type Clock struct {
	instant time.Time
	anchor  time.Time
	rate    float64 // 0 only in the zero Clock
}

// maxRate is an hour a second; what a time.Duration holds then lasts a month of
// real time, and stands still after.
const maxRate = 3600

// ParseClock reads `INSTANT [xRATE] [@ANCHOR]`, both times in RFC 3339:
//
//	2026-11-23T07:29:50+08:00 x60 @2026-11-22T02:11:00+08:00
//
// The rate is 1 and the anchor realNow if they are not given. An empty spec is
// the zero Clock.
func ParseClock(spec string, realNow time.Time) (Clock, error) {
	parts := strings.Fields(spec)
	if len(parts) == 0 {
		return Clock{}, nil
	}
	instant, err := parseInstant(parts[0])
	if err != nil {
		return Clock{}, fmt.Errorf("clock: %w", err)
	}
	c := Clock{instant: instant, anchor: realNow.Round(0), rate: 1}
	rest := parts[1:]
	if len(rest) > 0 && strings.HasPrefix(rest[0], "x") {
		if c.rate, err = parseRate(rest[0][1:]); err != nil {
			return Clock{}, fmt.Errorf("clock: %w", err)
		}
		rest = rest[1:]
	}
	if len(rest) > 0 && strings.HasPrefix(rest[0], "@") {
		if c.anchor, err = parseInstant(rest[0][1:]); err != nil {
			return Clock{}, fmt.Errorf("clock: anchor: %w", err)
		}
		rest = rest[1:]
	}
	if len(rest) > 0 {
		return Clock{}, fmt.Errorf("clock: %q is too much; write INSTANT [xRATE] [@ANCHOR]", rest[0])
	}
	return c, nil
}

func parseInstant(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a time with its zone such as 2026-11-23T07:29:50+08:00", s)
	}
	return t, nil
}

func parseRate(s string) (float64, error) {
	rate, err := strconv.ParseFloat(s, 64)
	if err != nil || !(rate > 0) || rate > maxRate {
		return 0, fmt.Errorf("rate %q: write x60 or x0.5, above 0 and at most x%d", s, maxRate)
	}
	return rate, nil
}

// IsReal tells whether c is real time.
func (c Clock) IsReal() bool { return c.rate == 0 }

// Rate is how many business seconds pass in a real one.
func (c Clock) Rate() float64 {
	if c.IsReal() {
		return 1
	}
	return c.rate
}

// Now is the business time, in Shanghai.
func (c Clock) Now() time.Time { return c.At(Real()) }

// At is the business time at a real instant, in Shanghai.
func (c Clock) At(real time.Time) time.Time {
	if c.IsReal() {
		return real.In(Shanghai)
	}
	return c.instant.Add(scale(real.Sub(c.anchor), c.rate)).In(Shanghai)
}

// Real is the real instant of a business time, for those who must wait for it.
func (c Clock) Real(business time.Time) time.Time {
	if c.IsReal() {
		return business
	}
	return c.anchor.Add(scale(business.Sub(c.instant), 1/c.rate))
}

// scale multiplies; it is exact at rate 1 and never overflows.
func scale(d time.Duration, rate float64) time.Duration {
	if rate == 1 {
		return d
	}
	product := float64(d) * rate
	if product >= math.MaxInt64 {
		return math.MaxInt64
	}
	if product <= math.MinInt64 {
		return math.MinInt64
	}
	return time.Duration(product)
}

// String is the full value with rate and anchor, empty for real time.
// ParseClock reads it back to the same Clock on any machine.
func (c Clock) String() string {
	if c.IsReal() {
		return ""
	}
	return c.instant.Format(time.RFC3339Nano) +
		" x" + strconv.FormatFloat(c.rate, 'f', -1, 64) +
		" @" + c.anchor.In(Shanghai).Format(time.RFC3339Nano)
}
