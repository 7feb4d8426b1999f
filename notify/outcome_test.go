package notify

import (
	"errors"
	"testing"
	"time"

	"rixue/internal/wechat"
)

// N4: an errcode inside an HTTP 200 is never taken for sent, and each has its
// consequence (wechat.md 4).
func TestN4Outcomes(t *testing.T) {
	refused := func(code int, class wechat.Class) error { return &wechat.Error{Code: code, Class: class} }
	tests := []struct {
		name string
		c    Channel
		err  error
		want outcome
	}{
		{"taken", Template, nil, outcome{State: Accepted, Reason: ReasonTaken}},
		{"window over", ServiceMsg, refused(45015, wechat.ClassUser), outcome{State: Planned, Reason: ReasonRefused, Detail: "45015", Refund: true, WindowShut: true}},
		{"count used", ServiceMsg, refused(45047, wechat.ClassUser), outcome{State: Planned, Reason: ReasonRefused, Detail: "45047", Refund: true, CountUsed: true}},
		{"no subscription", Once, refused(43101, wechat.ClassUser), outcome{State: Planned, Reason: ReasonRefused, Detail: "43101", Refund: true, StockGone: true}},
		{"does not follow", Template, refused(43004, wechat.ClassUser), outcome{State: Planned, Reason: ReasonRefused, Detail: "43004", Refund: true, NotFollowing: true}},
		{"switched off", ServiceMsg, refused(48002, wechat.ClassUser), outcome{State: Planned, Reason: ReasonRefused, Detail: "48002", Refund: true, Bar: true}},
		{"bad openid", Template, refused(40003, wechat.ClassUser), outcome{State: Failed, Reason: ReasonRefused, Detail: "40003", Refund: true}},
		{"bad value", Template, &wechat.Error{Code: 47003, Class: wechat.ClassContent, Msg: "argument invalid! data.thing1.value invalid"}, outcome{State: Failed, Reason: ReasonContent, Detail: "47003:thing1", Refund: true}},
		{"busy", Template, refused(-1, wechat.ClassNow), outcome{State: Planned, Reason: ReasonBusy, Detail: "-1", Refund: true, Again: time.Second}},
		{"daily quota", Template, refused(45009, wechat.ClassLater), outcome{State: Planned, Reason: ReasonQuota, Detail: "45009", Refund: true, Pause: midnight, Alarm: true}},
		{"too fast", Template, refused(45011, wechat.ClassLater), outcome{State: Planned, Reason: ReasonTooFast, Detail: "45011", Refund: true, Again: time.Minute}},
		{"too often to one", Template, refused(43117, wechat.ClassLater), outcome{State: Planned, Reason: ReasonTooFast, Detail: "43117", Refund: true, Later: 2 * time.Hour}},
		{"template gone", Template, refused(40037, wechat.ClassAlarm), outcome{State: Planned, Reason: ReasonPaused, Detail: "40037", Refund: true, Pause: time.Hour, Template: true, Alarm: true}},
		{"address not allowed", Template, refused(40164, wechat.ClassAlarm), outcome{State: Planned, Reason: ReasonPaused, Detail: "40164", Refund: true, Pause: 10 * time.Minute, Alarm: true}},
		{"token refused", ServiceMsg, refused(40001, wechat.ClassAlarm), outcome{State: Planned, Reason: ReasonPaused, Detail: "40001", Refund: true, Pause: 10 * time.Minute, Alarm: true}},
		{"answer lost, with a key", Template, refused(wechat.NoAnswer, wechat.ClassUnknown), outcome{State: Sending, Reason: ReasonLost, Detail: "-100", Again: time.Second}},
		{"answer lost, without", ServiceMsg, refused(wechat.NoAnswer, wechat.ClassUnknown), outcome{State: Unknown, Reason: ReasonLost, Detail: "-100"}},
		{"answer lost, subscription", Once, refused(wechat.NoAnswer, wechat.ClassUnknown), outcome{State: Unknown, Reason: ReasonLost, Detail: "-100"}},
		{"something else", Once, errors.New("?"), outcome{State: Unknown, Reason: ReasonLost, Detail: "-100"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := judge(tt.c, tt.err, 0); got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}
