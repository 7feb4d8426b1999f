package notify

import (
	"time"

	"rixue/internal/calendar"
)

// State is how far a delivery is.
type State string

// The states. Only Accepted means that WeChat took it; Delivered comes later,
// by an event. The last four and Accepted, Delivered are ends.
const (
	Planned   State = "planned"
	Sending   State = "sending"
	Waiting   State = "waiting"  // for the time of due_at, or for the next visit
	Accepted  State = "accepted" // WeChat took it, or it was shown with a reply
	Delivered State = "delivered"
	Unknown   State = "unknown" // sent, the answer was lost, and it cannot be sent again
	Failed    State = "failed"
	Expired   State = "expired"
	Cancelled State = "cancelled"
)

// Channel is a way to a phone.
type Channel string

// The channels, in the order in which they are preferred.
const (
	ServiceMsg Channel = "service"  // 客服消息, inside a window
	Long       Channel = "long"     // 长期订阅
	Once       Channel = "once"     // 一次性订阅
	Template   Channel = "template" // 模板消息
	Visit      Channel = "visit"    // with the reply to the person's next message
)

// bits of Facts.Barred.
var channelBits = map[Channel]int64{ServiceMsg: 1, Long: 2, Once: 4, Template: 8}

// Reason says why a delivery is in its state, or why it goes this way.
type Reason string

// The reasons.
const (
	ReasonNew Reason = "new"

	// Why this channel.
	ReasonWindow      Reason = "window"        // the person wrote or tapped a moment ago
	ReasonWindowOver  Reason = "window_over"   // a card, as the time for service messages is over
	ReasonCountUsed   Reason = "count_used"    // a card, as the service messages are used up
	ReasonKeptForDuty Reason = "kept_for_duty" // a card, as the last two are kept for duties
	ReasonNeverWrote  Reason = "never_wrote"   // a card, as there was no window
	ReasonServiceShut Reason = "service_shut"  // a card, as service messages do not work now
	ReasonUrgent      Reason = "urgent"        // sent in quiet hours
	ReasonShown       Reason = "shown"         // with a reply

	// Why it waits.
	ReasonQuiet     Reason = "quiet_hours"
	ReasonQuota     Reason = "quota"      // of the day
	ReasonPaused    Reason = "paused"     // the platform or an operator stopped this way
	ReasonNoChannel Reason = "no_channel" // until the next visit
	ReasonTooLate   Reason = "too_late"   // to disturb anybody; until the next visit
	ReasonUnbound   Reason = "unbound"    // the member has no WeChat here: somebody must call

	// Why it ended.
	ReasonTaken      Reason = "taken"
	ReasonReceipt    Reason = "receipt"
	ReasonOverdue    Reason = "overdue"
	ReasonOptedOut   Reason = "opted_out"
	ReasonUnfollowed Reason = "unfollowed"
	ReasonSeen       Reason = "seen" // the person was there by himself
	ReasonBlocked    Reason = "blocked"
	ReasonSystem     Reason = "system_failed"
	ReasonContent    Reason = "content"
	ReasonRefused    Reason = "refused"
	ReasonLost       Reason = "answer_lost"
	ReasonSealed     Reason = "sealed" // the key ring lacks a key

	// Why it is tried again.
	ReasonBusy    Reason = "busy"
	ReasonTooFast Reason = "too_fast"
	ReasonOrphan  Reason = "orphan" // who was sending it is gone
)

// Window is the right to send service messages that one action gave.
type Window struct {
	Until time.Time
	Left  int
}

func (w Window) open(now time.Time) bool { return now.Before(w.Until) }

// Card is a template of the account that serves the kind.
type Card struct {
	Channel Channel // Long, Once or Template
	ID      string
	Fields  map[string]string // field → name of the value
}

// Facts are all that the plan of one delivery depends on.
type Facts struct {
	Optional  bool // the kind needs consent
	Consent   bool
	Urgent    bool
	VisitOnly bool
	Expires   time.Time // zero: never

	Bound    bool // there is a follower to send to
	Follows  bool
	OfMember bool

	Said, Tapped Window
	Card         Card // zero: the kind has none
	Stock        int  // of Card, if it is Once
	Standing     bool // a grant of Card, if it is Long

	Barred int64 // bits of channels that failed for this delivery
	Paused map[Channel]time.Time
	Left   map[Channel]int // of the day's quota; a channel that is not here has enough
	Quiet  calendar.Quiet
}

// Decision is what to do about a delivery: send it now (state Sending), wait
// until At, or end it.
type Decision struct {
	State   State
	Channel Channel
	At      time.Time // of Waiting: when to plan again
	Reason  Reason
}

// recheck is how long a delivery waits at most that waits for a visit and has
// no expiry; facts that change it make it due at once, so this is for what
// nobody thought of.
const recheck = 24 * time.Hour

// Plan decides about one delivery. It is the only one to know WeChat's limits.
func Plan(f Facts, now time.Time) Decision {
	if d, ended := f.end(now); ended {
		return d
	}
	wait := func(at time.Time, why Reason) Decision {
		if !f.Expires.IsZero() && f.Expires.Before(at) {
			at = f.Expires
		}
		return Decision{State: Waiting, At: at, Reason: why}
	}
	switch {
	case !f.Bound || !f.Follows:
		return wait(now.Add(recheck), ReasonUnbound)
	case f.VisitOnly:
		return wait(now.Add(recheck), ReasonTooLate)
	case f.Quiet.In(now) && !f.Urgent:
		return wait(f.Quiet.End(now), ReasonQuiet)
	}
	channel, reason, until := f.channel(now)
	switch {
	case channel != "" && f.Quiet.In(now):
		return Decision{State: Sending, Channel: channel, Reason: ReasonUrgent}
	case channel != "":
		return Decision{State: Sending, Channel: channel, Reason: reason}
	case !until.IsZero():
		return wait(until, reason)
	}
	return wait(now.Add(recheck), ReasonNoChannel)
}

// end tells whether there is nothing left to do, and why.
func (f Facts) end(now time.Time) (Decision, bool) {
	switch {
	case !f.Expires.IsZero() && !now.Before(f.Expires):
		return Decision{State: Expired, Reason: ReasonOverdue}, true
	case f.Optional && !f.Consent:
		return Decision{State: Cancelled, Reason: ReasonOptedOut}, true
	case !f.Follows && (f.Optional || !f.OfMember):
		return Decision{State: Cancelled, Reason: ReasonUnfollowed}, true
	}
	return Decision{}, false
}

// channel picks the first way that is open, and says why it is this one. If
// there is none now but will be later, until says when, and why it is shut.
func (f Facts) channel(now time.Time) (c Channel, why Reason, until time.Time) {
	why = f.service(now)
	var shut Reason
	if why == ReasonWindow {
		block, at := f.blocked(ServiceMsg, now)
		if block == "" {
			return ServiceMsg, why, time.Time{}
		}
		why = ReasonServiceShut
		if at.Before(f.Said.Until) || at.Before(f.Tapped.Until) {
			shut, until = block, at
		}
	}
	if f.card() {
		block, at := f.blocked(f.Card.Channel, now)
		if block == "" {
			return f.Card.Channel, why, time.Time{}
		}
		if until.IsZero() || at.Before(until) {
			shut, until = block, at
		}
	}
	return "", shut, until
}

// card tells whether the person may be sent the kind's card.
func (f Facts) card() bool {
	if f.Barred&channelBits[f.Card.Channel] != 0 {
		return false
	}
	switch f.Card.Channel {
	case Long:
		return f.Standing
	case Once:
		return f.Stock > 0
	case Template:
		return true
	case ServiceMsg, Visit:
	}
	return false
}

// keptForDuty is how many of the five service messages an optional kind leaves.
const keptForDuty = 2

// service tells whether a service message is allowed (ReasonWindow), and if
// not, why. A message counts against every window that is open.
func (f Facts) service(now time.Time) Reason {
	said, tapped := f.Said.open(now), f.Tapped.open(now)
	switch {
	case f.Barred&channelBits[ServiceMsg] != 0:
		return ReasonServiceShut
	case f.Said.Until.IsZero() && f.Tapped.Until.IsZero():
		return ReasonNeverWrote
	case !said && !tapped:
		return ReasonWindowOver
	case (!said || f.Said.Left <= 0) && (!tapped || f.Tapped.Left <= 0):
		return ReasonCountUsed
	case f.Optional && said && f.Said.Left <= keptForDuty:
		return ReasonKeptForDuty
	}
	return ReasonWindow
}

// blocked tells why a channel cannot be used for anybody at this time, and
// until when.
func (f Facts) blocked(c Channel, now time.Time) (Reason, time.Time) {
	if until := f.Paused[c]; now.Before(until) {
		return ReasonPaused, until
	}
	if left, limited := f.Left[c]; limited && left <= 0 {
		return ReasonQuota, calendar.DayOf(now).Add(1).Time(0, 0)
	}
	return "", time.Time{}
}
