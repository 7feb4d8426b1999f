package wechatsim

import "time"

// window is the right to send service messages that one kind of action gives.
type window struct {
	until time.Time
	left  int
}

// windows holds the rights that a person's actions gave. They do not add up: a
// message counts against every window that is open.
type windows struct {
	message window // the person wrote: 5 in 48 h
	tap     window // menu click, follow, scan, tap on a msgmenu item: 3 in a minute
}

func (w *windows) wrote(now time.Time) { w.message = window{now.Add(48 * time.Hour), 5} }

func (w *windows) tapped(now time.Time) { w.tap = window{now.Add(time.Minute), 3} }

// take uses up one message, or refuses it.
func (w *windows) take(now time.Time) *refusal {
	open, granted := false, false
	for _, x := range []*window{&w.message, &w.tap} {
		if now.Before(x.until) {
			open = true
			granted = granted || x.left > 0
			x.left--
		}
	}
	switch {
	case !open:
		return refuse(45015, "response out of time limit or subscription is canceled")
	case !granted:
		return refuse(45047, "out of response count limit")
	}
	return nil
}
