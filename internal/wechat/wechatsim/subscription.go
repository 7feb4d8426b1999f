package wechatsim

import (
	"strings"
	"time"
)

// Accept taps 允许 on the sheet of a page that offers notices of the templates:
// one more notice of a one-time template, any number of a long-term one. One
// need not follow the account for that.
func (f *Follower) Accept(templateIDs ...string) Seen {
	return f.sheet("accept", templateIDs, func(t Template) {
		if f.accepted == nil {
			f.accepted = map[string]int{}
		}
		if t.Kind == KindOnce || f.accepted[t.ID] == 0 {
			f.accepted[t.ID]++
		}
	})
}

// Reject taps 取消 on the sheet. It ends a long-term subscription; notices that
// were accepted before one by one may still be sent.
func (f *Follower) Reject(templateIDs ...string) Seen {
	return f.sheet("reject", templateIDs, func(t Template) {
		if t.Kind == KindLong {
			delete(f.accepted, t.ID)
		}
	})
}

// Refuse switches the notices of a template off in their settings: nothing that
// was accepted holds any more.
func (f *Follower) Refuse(templateID string) Seen {
	return f.act(func(now time.Time) (callback, string) {
		if _, r := f.sim.template(templateID, KindOnce, KindLong); r != nil {
			return callback{}, notOffered(templateID)
		}
		delete(f.accepted, templateID)
		list := cdata("TemplateId", templateID) + cdata("SubscribeStatusString", "reject")
		return f.event(now, "subscribe_msg_change_event", subscribeList("SubscribeMsgChangeEvent", list)), ""
	})
}

// sheet is a tap on the sheet, which is told with one <List> for each template.
func (f *Follower) sheet(answer string, templateIDs []string, take func(Template)) Seen {
	return f.act(func(now time.Time) (callback, string) {
		var offered []Template
		var lists []string
		for _, id := range templateIDs {
			t, r := f.sim.template(id, KindOnce, KindLong)
			if r != nil {
				return callback{}, notOffered(id)
			}
			offered = append(offered, t)
			lists = append(lists, cdata("TemplateId", id)+cdata("SubscribeStatusString", answer)+element("PopupScene", "1"))
		}
		if len(offered) == 0 {
			return callback{}, "the sheet offers no template"
		}
		for _, t := range offered {
			take(t)
		}
		return f.event(now, "subscribe_msg_popup_event", subscribeList("SubscribeMsgPopupEvent", lists...)), ""
	})
}

func notOffered(templateID string) string { return "no template for notices: " + templateID }

// subscribeList writes what the three events about subscriptions hold.
func subscribeList(name string, lists ...string) string {
	var b strings.Builder
	for _, l := range lists {
		b.WriteString(element("List", l))
	}
	return element(name, b.String())
}

// Block switches the account's messages off: cards are accepted and do not
// arrive, service messages are refused. The account is not told.
func (f *Follower) Block() { f.setBlocked(true) }

// Unblock switches them on again.
func (f *Follower) Unblock() { f.setBlocked(false) }

func (f *Follower) setBlocked(blocked bool) {
	f.sim.mu.Lock()
	defer f.sim.mu.Unlock()
	f.blocked = blocked
}
