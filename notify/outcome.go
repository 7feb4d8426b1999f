package notify

import (
	"errors"
	"strconv"
	"time"

	"rixue/internal/wechat"
)

// outcome is what one try at sending means.
type outcome struct {
	State  State // Accepted, Failed, Unknown; Planned: plan again; Sending: the same again
	Reason Reason
	Detail string // the platform's code, or the field at fault

	Refund bool // it certainly was not sent: rights that were reserved are given back
	Bar    bool // the channel is of no use for this delivery any more

	// What is known better now about the person:
	WindowShut, CountUsed, StockGone, NotFollowing bool

	Again    time.Duration // real time to wait before it is planned again
	Later    time.Duration // business time to wait
	Pause    time.Duration // the whole channel rests, business time; midnight is the next one
	Template bool          // not the channel but its template rests
	Alarm    bool          // a person must look at it
}

// midnight, as a pause, is until the day's quotas are new.
const midnight = -1

// givenBack is the outcome of what was not begun in time.
var givenBack = outcome{State: Planned, Reason: ReasonBusy, Refund: true}

// judge reads what came of a try, by the table of wechat.md 4. tries counts
// those before.
func judge(c Channel, err error, tries int) outcome {
	if err == nil {
		return outcome{State: Accepted, Reason: ReasonTaken}
	}
	e, ok := errors.AsType[*wechat.Error](err)
	if !ok {
		e = &wechat.Error{Code: wechat.NoAnswer, Class: wechat.ClassUnknown}
	}
	o := outcome{State: Planned, Refund: true, Detail: strconv.Itoa(e.Code)}
	switch e.Class {
	case wechat.ClassUnknown:
		o.Refund = false
		o.State, o.Reason = Unknown, ReasonLost
		if c == Template { // WeChat tells a second one apart
			o.State, o.Again = Sending, backOff(tries)
		}
	case wechat.ClassNow:
		o.Reason, o.Again = ReasonBusy, backOff(tries)
	case wechat.ClassLater:
		o.later(e.Code)
	case wechat.ClassUser:
		o.user(c, e.Code)
	case wechat.ClassContent:
		o.State, o.Reason = Failed, ReasonContent
		if f := e.Field(); f != "" {
			o.Detail += ":" + f
		}
	case wechat.ClassAlarm, wechat.ClassToken:
		o.Reason, o.Alarm = ReasonPaused, true
		o.Pause = 10 * time.Minute
		switch e.Code {
		case 43116, 40249, 40251, 40252, 40247, 40036, 40037:
			o.Template, o.Pause = true, time.Hour
		}
	}
	return o
}

// later judges what WeChat will take at another time.
func (o *outcome) later(code int) {
	switch code {
	case 45009: // quota of the day
		o.Reason, o.Pause, o.Alarm = ReasonQuota, midnight, true
	case 45011: // too many in this minute
		o.Reason, o.Again = ReasonTooFast, time.Minute
	case 43117: // too often to this person
		o.Reason, o.Later = ReasonTooFast, 2*time.Hour
	default:
		o.Reason, o.Later = ReasonBusy, 10*time.Minute
	}
}

// user judges what WeChat does not take for this person. It is planned again:
// another channel may do.
func (o *outcome) user(c Channel, code int) {
	o.Reason = ReasonRefused
	switch {
	case code == 45015 && c == ServiceMsg:
		o.WindowShut = true
	case code == 45047 && c == ServiceMsg:
		o.CountUsed = true
	case code == 43101 && (c == Once || c == Long):
		o.StockGone = true
	case code == 43004, code == 50005:
		o.NotFollowing = true
	case code == 48002, code == 45015, code == 45047, code == 43101: // of no use by this channel
		o.Bar = true
	default: // the openid is bad, the person is limited or has us on the black list
		o.State = Failed
	}
}

// backOff is the pause before the next try, in real time: 1, 5, 15 seconds,
// then a minute.
func backOff(tries int) time.Duration {
	pauses := [...]time.Duration{time.Second, 5 * time.Second, 15 * time.Second}
	if tries < len(pauses) {
		return pauses[tries]
	}
	return time.Minute
}
