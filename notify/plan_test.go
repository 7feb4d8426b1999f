package notify

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"rixue/internal/calendar"
)

// morning is a Monday at half past seven.
var morning = time.Date(2026, 11, 23, 7, 30, 0, 0, calendar.Shanghai)

func quiet(t testing.TB) calendar.Quiet {
	t.Helper()
	q, err := calendar.ParseQuiet("22:00-07:00")
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// reachable is a member who can be reached by nothing yet.
func reachable(t testing.TB) Facts {
	t.Helper()
	return Facts{Bound: true, Follows: true, OfMember: true, Consent: true, Quiet: quiet(t)}
}

func TestPlan(t *testing.T) {
	night := morning.Add(-2 * time.Hour)
	open := Window{Until: morning.Add(time.Hour), Left: 5}
	over := Window{Until: morning.Add(-time.Hour), Left: 5}
	card := Card{Channel: Template, ID: "t"}
	once := Card{Channel: Once, ID: "o"}
	long := Card{Channel: Long, ID: "l"}
	midnight := calendar.DayOf(morning).Add(1).Time(0, 0)
	tests := []struct {
		name string
		at   time.Time
		set  func(*Facts)
		want Decision
	}{
		{"inside the window", morning, func(f *Facts) { f.Said = open; f.Card = card }, Decision{State: Sending, Channel: ServiceMsg, Reason: ReasonWindow}},
		{"N2: window over, the card goes", morning, func(f *Facts) { f.Said = over; f.Card = card }, Decision{State: Sending, Channel: Template, Reason: ReasonWindowOver}},
		{"N2: count used, the card goes", morning, func(f *Facts) { f.Said = Window{open.Until, 0}; f.Card = card }, Decision{State: Sending, Channel: Template, Reason: ReasonCountUsed}},
		{"optional leaves two", morning, func(f *Facts) { f.Optional = true; f.Said = Window{open.Until, 2}; f.Card = card }, Decision{State: Sending, Channel: Template, Reason: ReasonKeptForDuty}},
		{"a duty takes the last", morning, func(f *Facts) { f.Said = Window{open.Until, 1} }, Decision{State: Sending, Channel: ServiceMsg, Reason: ReasonWindow}},
		{"a tap opens too", morning, func(f *Facts) { f.Tapped = Window{open.Until, 1}; f.Said = Window{open.Until, 0} }, Decision{State: Sending, Channel: ServiceMsg, Reason: ReasonWindow}},
		{"never wrote", morning, func(f *Facts) { f.Card = card }, Decision{State: Sending, Channel: Template, Reason: ReasonNeverWrote}},
		{"stock", morning, func(f *Facts) { f.Card = once; f.Stock = 1 }, Decision{State: Sending, Channel: Once, Reason: ReasonNeverWrote}},
		{"no stock", morning, func(f *Facts) { f.Card = once }, Decision{State: Waiting, At: morning.Add(recheck), Reason: ReasonNoChannel}},
		{"grant", morning, func(f *Facts) { f.Card = long; f.Standing = true }, Decision{State: Sending, Channel: Long, Reason: ReasonNeverWrote}},
		{"no grant", morning, func(f *Facts) { f.Card = long }, Decision{State: Waiting, At: morning.Add(recheck), Reason: ReasonNoChannel}},
		{"service is barred", morning, func(f *Facts) { f.Said = open; f.Card = card; f.Barred = channelBits[ServiceMsg] }, Decision{State: Sending, Channel: Template, Reason: ReasonServiceShut}},
		{"everything is barred", morning, func(f *Facts) { f.Said = open; f.Card = card; f.Barred = 15 }, Decision{State: Waiting, At: morning.Add(recheck), Reason: ReasonNoChannel}},
		{"quota used up", morning, func(f *Facts) { f.Card = card; f.Left = map[Channel]int{Template: 0} }, Decision{State: Waiting, At: midnight, Reason: ReasonQuota}},
		{"paused", morning, func(f *Facts) { f.Card = card; f.Paused = map[Channel]time.Time{Template: morning.Add(time.Minute)} }, Decision{State: Waiting, At: morning.Add(time.Minute), Reason: ReasonPaused}},
		{"service paused, a card is there", morning, func(f *Facts) {
			f.Said = open
			f.Card = card
			f.Paused = map[Channel]time.Time{ServiceMsg: morning.Add(time.Minute)}
		}, Decision{State: Sending, Channel: Template, Reason: ReasonServiceShut}},
		{"service paused within the window", morning, func(f *Facts) { f.Said = open; f.Paused = map[Channel]time.Time{ServiceMsg: morning.Add(time.Minute)} }, Decision{State: Waiting, At: morning.Add(time.Minute), Reason: ReasonPaused}},
		{"service paused beyond the window", morning, func(f *Facts) { f.Said = open; f.Paused = map[Channel]time.Time{ServiceMsg: midnight} }, Decision{State: Waiting, At: morning.Add(recheck), Reason: ReasonNoChannel}},
		{"quiet hours", night, func(f *Facts) { f.Said = open; f.Card = card }, Decision{State: Waiting, At: morning.Add(-30 * time.Minute), Reason: ReasonQuiet}},
		{"urgent breaks them", night, func(f *Facts) { f.Urgent = true; f.Card = card }, Decision{State: Sending, Channel: Template, Reason: ReasonUrgent}},
		{"expires in quiet hours", night, func(f *Facts) { f.Expires = night.Add(time.Minute) }, Decision{State: Waiting, At: night.Add(time.Minute), Reason: ReasonQuiet}},
		{"overdue", morning, func(f *Facts) { f.Expires = morning; f.Said = open }, Decision{State: Expired, Reason: ReasonOverdue}},
		{"no consent", morning, func(f *Facts) { f.Optional = true; f.Consent = false; f.Said = open }, Decision{State: Cancelled, Reason: ReasonOptedOut}},
		{"a patient left", morning, func(f *Facts) { f.OfMember, f.Follows = false, false }, Decision{State: Cancelled, Reason: ReasonUnfollowed}},
		{"a member is not bound: call him", morning, func(f *Facts) { f.Bound, f.Follows = false, false }, Decision{State: Waiting, At: morning.Add(recheck), Reason: ReasonUnbound}},
		{"nothing optional to the unbound", morning, func(f *Facts) { f.Bound, f.Follows, f.Optional = false, false, true }, Decision{State: Cancelled, Reason: ReasonUnfollowed}},
		{"too late to disturb", morning, func(f *Facts) { f.VisitOnly = true; f.Said = open }, Decision{State: Waiting, At: morning.Add(recheck), Reason: ReasonTooLate}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := reachable(t)
			tt.set(&f)
			got := Plan(f, tt.at)
			if got.State != tt.want.State || got.Channel != tt.want.Channel || got.Reason != tt.want.Reason || !got.At.Equal(tt.want.At) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// drawFacts makes any facts, also those that no database could hold.
func drawFacts(t *rapid.T, now time.Time) Facts {
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "never") {
			return time.Time{}
		}
		return now.Add(time.Duration(rapid.Int64Range(-72*3600, 72*3600).Draw(t, "seconds")) * time.Second)
	})
	window := rapid.Custom(func(t *rapid.T) Window {
		return Window{moment.Draw(t, "until"), rapid.IntRange(-2, 5).Draw(t, "left")}
	})
	flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
	f := Facts{
		Optional: flag("optional"), Consent: flag("consent"), Urgent: flag("urgent"), VisitOnly: flag("visit"),
		Expires: moment.Draw(t, "expires"), Bound: flag("bound"), Follows: flag("follows"), OfMember: flag("member"),
		Said: window.Draw(t, "said"), Tapped: window.Draw(t, "tapped"),
		Card:  Card{Channel: rapid.SampledFrom([]Channel{"", Long, Once, Template}).Draw(t, "card")},
		Stock: rapid.IntRange(-1, 3).Draw(t, "stock"), Standing: flag("standing"),
		Barred: rapid.Int64Range(0, 15).Draw(t, "barred"),
		Paused: map[Channel]time.Time{}, Left: map[Channel]int{},
	}
	f.Quiet, _ = calendar.ParseQuiet(rapid.SampledFrom([]string{"22:00-07:00", "off", "12:00-14:00", "00:00-23:59"}).Draw(t, "quiet"))
	for _, c := range []Channel{ServiceMsg, Long, Once, Template} {
		if flag("pause") {
			f.Paused[c] = moment.Draw(t, "paused")
		}
		if flag("limit") {
			f.Left[c] = rapid.IntRange(-1, 2).Draw(t, "quota")
		}
	}
	return f
}

// Whatever the facts: nothing is sent outside a limit, nothing is lost, and
// everything has a reason.
func TestPlanKeepsLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := morning.Add(time.Duration(rapid.Int64Range(0, 48*3600).Draw(t, "now")) * time.Second)
		f := drawFacts(t, now)
		d := Plan(f, now)
		if d.Reason == "" {
			t.Fatal("no reason")
		}
		switch d.State {
		case Sending:
			mustAllow(t, f, d.Channel, now)
		case Waiting:
			if !d.At.After(now) {
				t.Fatalf("waits for %s, which is over", d.At)
			}
			if !f.Expires.IsZero() && d.At.After(f.Expires) {
				t.Fatalf("waits longer than it lives")
			}
			if d.At.After(now.Add(25 * time.Hour)) {
				t.Fatalf("sleeps until %s", d.At)
			}
		case Expired:
			if f.Expires.IsZero() || now.Before(f.Expires) {
				t.Fatal("expired too early")
			}
		case Cancelled:
			if !f.Optional && f.OfMember {
				t.Fatal("a duty of a member was dropped")
			}
		default:
			t.Fatalf("state %s is not the planner's", d.State)
		}
	})
}

// mustAllow states WeChat's limits once more, in other words than Plan.
func mustAllow(t *rapid.T, f Facts, c Channel, now time.Time) {
	if f.Optional && !f.Consent || !f.Follows || !f.Bound || f.VisitOnly || f.Quiet.In(now) && !f.Urgent {
		t.Fatal("sent to somebody who must not be disturbed")
	}
	if !f.Expires.IsZero() && !now.Before(f.Expires) {
		t.Fatal("sent after its end")
	}
	if f.Barred&channelBits[c] != 0 || now.Before(f.Paused[c]) {
		t.Fatal("sent by a channel that is shut")
	}
	if left, limited := f.Left[c]; limited && left <= 0 {
		t.Fatal("sent over the quota")
	}
	said, tapped := now.Before(f.Said.Until) && f.Said.Left > 0, now.Before(f.Tapped.Until) && f.Tapped.Left > 0
	switch c {
	case ServiceMsg:
		if !said && !tapped {
			t.Fatal("no window")
		}
		if f.Optional && now.Before(f.Said.Until) && f.Said.Left <= 2 {
			t.Fatal("an optional kind took what duties need")
		}
	case Once:
		if f.Card.Channel != Once || f.Stock < 1 {
			t.Fatal("no stock")
		}
	case Long:
		if f.Card.Channel != Long || !f.Standing {
			t.Fatal("no grant")
		}
	case Template:
		if f.Card.Channel != Template {
			t.Fatal("no template")
		}
	default:
		t.Fatalf("channel %q", c)
	}
	if open := said || tapped; open && c != ServiceMsg && f.Barred&channelBits[ServiceMsg] == 0 && !now.Before(f.Paused[ServiceMsg]) {
		if left, limited := f.Left[ServiceMsg]; (!limited || left > 0) && (!f.Optional || !now.Before(f.Said.Until) || f.Said.Left > 2) {
			t.Fatal("a card was spent where a service message would do")
		}
	}
}

// Better facts never make a delivery wait that would have gone.
func TestPlanIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t, morning)
		f.Consent, f.Bound, f.Follows, f.VisitOnly, f.Expires, f.Quiet = true, true, true, false, time.Time{}, calendar.Quiet{}
		if Plan(f, morning).State != Sending {
			t.Skip("it did not go")
		}
		better := f
		better.Stock, better.Standing = f.Stock+1, true
		better.Said = Window{morning.Add(time.Hour), 5}
		better.Barred, better.Paused, better.Left = 0, nil, nil
		if d := Plan(better, morning); d.State != Sending {
			t.Fatalf("with better facts: %+v", d)
		}
	})
}
