package wechatsim_test

import (
	"slices"
	"testing"

	"rixue/internal/wechat/wechatsim"
)

// TestSubscriptionsAreEarnedAndSpent tells of every tap what may be sent after
// it: the codes of as many sends.
func TestSubscriptionsAreEarnedAndSpent(t *testing.T) {
	type taps func(f *wechatsim.Follower)
	for name, tc := range map[string]struct {
		taps     taps
		template string
		codes    []int
	}{
		"one-time":                   {func(f *wechatsim.Follower) { f.Accept("ONCE") }, "ONCE", []int{0, 43101}},
		"one-time, three taps":       {func(f *wechatsim.Follower) { f.Accept("ONCE"); f.Accept("ONCE"); f.Accept("ONCE") }, "ONCE", []int{0, 0, 0, 43101}},
		"long-term":                  {func(f *wechatsim.Follower) { f.Accept("LONG") }, "LONG", []int{0, 0, 0, 0}},
		"of another template":        {func(f *wechatsim.Follower) { f.Accept("LONG") }, "ONCE", []int{43101}},
		"both on one sheet, once":    {func(f *wechatsim.Follower) { f.Accept("ONCE", "LONG") }, "ONCE", []int{0, 43101}},
		"both on one sheet, long":    {func(f *wechatsim.Follower) { f.Accept("ONCE", "LONG") }, "LONG", []int{0, 0}},
		"rejected":                   {func(f *wechatsim.Follower) { f.Reject("ONCE", "LONG") }, "ONCE", []int{43101}},
		"rejected after accepting":   {func(f *wechatsim.Follower) { f.Accept("ONCE"); f.Reject("ONCE") }, "ONCE", []int{0, 43101}},
		"long-term rejected":         {func(f *wechatsim.Follower) { f.Accept("LONG"); f.Reject("LONG") }, "LONG", []int{43101}},
		"long-term, twice, rejected": {func(f *wechatsim.Follower) { f.Accept("LONG"); f.Accept("LONG"); f.Reject("LONG") }, "LONG", []int{43101}},
		"refused":                    {func(f *wechatsim.Follower) { f.Accept("ONCE"); f.Accept("ONCE"); f.Refuse("ONCE") }, "ONCE", []int{43101}},
		"long-term refused":          {func(f *wechatsim.Follower) { f.Accept("LONG"); f.Refuse("LONG") }, "LONG", []int{43101}},
		"refused and accepted again": {func(f *wechatsim.Follower) { f.Accept("LONG"); f.Refuse("LONG"); f.Accept("LONG") }, "LONG", []int{0, 0}},
		"unfollowed, followed":       {func(f *wechatsim.Follower) { f.Accept("ONCE", "LONG"); f.Unfollow(); f.Follow() }, "ONCE", []int{43101}},
		"unfollowed, long-term":      {func(f *wechatsim.Follower) { f.Accept("ONCE", "LONG"); f.Unfollow(); f.Follow() }, "LONG", []int{43101}},
	} {
		t.Run(name, func(t *testing.T) {
			sim := newSim(t, wechatsim.Options{Templates: templates()}, quiet)
			c := newCaller(t, sim)
			a := sim.Follower("a")
			a.Follow()
			tc.taps(a)
			for i, want := range tc.codes {
				if got := c.send(noticePath, a.OpenID(), tc.template, goodValues(), nil); got.code() != want {
					t.Errorf("notice %d: %v, want %d", i+1, got, want)
				}
			}
		})
	}
}

func TestARefusedNoticeSpendsNothing(t *testing.T) {
	sim := newSim(t, wechatsim.Options{Templates: templates()}, quiet)
	c := newCaller(t, sim)
	a := sim.Follower("a")
	a.Accept("ONCE")
	for _, want := range []struct {
		values map[string]string
		code   int
	}{{without("thing1"), 47003}, {goodValues(), 0}, {goodValues(), 43101}} {
		if got := c.send(noticePath, a.OpenID(), "ONCE", want.values, nil); got.code() != want.code {
			t.Errorf("%v, want %d", got, want.code)
		}
	}
}

func TestTapsAreToldToTheAccount(t *testing.T) {
	var got events
	sim := newSim(t, wechatsim.Options{Templates: templates()}, got.record)
	a := sim.Follower("a")
	for _, seen := range []wechatsim.Seen{a.Accept("ONCE", "LONG"), a.Reject("LONG"), a.Refuse("ONCE")} {
		if seen.Attempts != 1 || seen.Text != "" {
			t.Errorf("seen %+v", seen)
		}
	}
	want := []string{
		"subscribe_msg_popup_event ONCE accept 1 LONG accept 1",
		"subscribe_msg_popup_event LONG reject 1",
		"subscribe_msg_change_event ONCE reject",
	}
	if !slices.Equal(got.short(), want) {
		t.Errorf("events %q", got.short())
	}
	for what, seen := range map[string]wechatsim.Seen{
		"a template message": a.Accept("T"), "an unknown template": a.Reject("X"), "one unknown among others": a.Accept("ONCE", "X"),
		"nothing": a.Accept(), "settings of an unknown one": a.Refuse("X"),
	} {
		if seen.Attempts != 0 || seen.Reason == "" {
			t.Errorf("%s: seen %+v", what, seen)
		}
	}
	if len(got.short()) != len(want) {
		t.Errorf("impossible taps are told: %q", got.short())
	}
	c := newCaller(t, sim)
	if got := c.send(noticePath, a.OpenID(), "ONCE", goodValues(), nil); got.code() != 43101 {
		t.Errorf("an impossible tap was taken: %v", got)
	}
}
