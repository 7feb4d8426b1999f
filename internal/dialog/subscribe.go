package dialog

import (
	"context"

	"rixue/internal/wechat/wire"
	"rixue/internal/words"
	"rixue/notify"
)

// agree starts the daily push: 同意, or 订阅 日学.
func (d *Dialog) agree(ctx context.Context, t *turn) (string, error) {
	added, err := d.notices.OptIn(ctx, t.Tx, t.Person.MemberID, notify.TopicStudy, words.ConsentVersion)
	switch {
	case err != nil:
		return "", err
	case !added:
		return words.SubscribedBefore, nil
	}
	return words.SubscribedStudy(d.lessons.PushAt.String()), nil
}

// decline answers 不同意 without the number of a leave.
func (d *Dialog) decline(ctx context.Context, t *turn) (string, error) {
	on, err := d.notices.OptedIn(ctx, t.Tx, t.Person.MemberID)
	if err != nil || !on[notify.TopicStudy] {
		return words.Declined, err
	}
	return words.DeclinedLate, nil
}

// subscribe switches an optional kind on.
func (d *Dialog) subscribe(ctx context.Context, t *turn) (string, error) {
	if kind := t.reading.Args[0]; kind != words.TopicStudy {
		return words.NotYet(kind, true), nil
	}
	return d.agree(ctx, t)
}

// unsubscribe switches an optional kind off, or lists what can be.
func (d *Dialog) unsubscribe(ctx context.Context, t *turn) (string, error) {
	if t.Person.MemberID == "" {
		return words.CanStopNothing, nil
	}
	switch kind := t.reading.Args[0]; kind {
	case "":
		return d.canStop(ctx, t)
	case words.TopicStudy:
	default:
		return words.NotYet(kind, true), nil
	}
	ended, err := d.notices.OptOut(ctx, t.Tx, t.Person.MemberID, notify.TopicStudy, notify.EndedSaid)
	if err != nil || !ended {
		return words.NotSubscribed, err
	}
	return words.UnsubscribedStudy, nil
}

func (d *Dialog) canStop(ctx context.Context, t *turn) (string, error) {
	on, err := d.notices.OptedIn(ctx, t.Tx, t.Person.MemberID)
	return words.CanStop(on[notify.TopicStudy]), err
}

// handOver adds to a reply what has waited for this person's visit, as far as
// there is room.
func (d *Dialog) handOver(ctx context.Context, t *turn, reply string) (string, error) {
	var lines []string
	room := replyRoom - len(reply) - len(words.Held(nil))
	err := d.notices.HandOver(ctx, t.Tx, t.Person.ID, t.Person.MemberID, func(k notify.Kind, c notify.Content) bool {
		url := ""
		if c.Path != "" {
			url = d.PublicURL + c.Path
		}
		line := words.HeldLine(c.Title, url)
		if k == notify.LateReply {
			line = words.HeldReply(c.Text)
		}
		if room -= len(line) + 1; room < 0 {
			return false
		}
		lines = append(lines, line)
		return true
	})
	if err != nil || len(lines) == 0 {
		return reply, err
	}
	return reply + "\n\n" + words.Held(lines), nil
}

// templateResult is TEMPLATESENDJOBFINISH.
func (d *Dialog) templateResult(ctx context.Context, t *turn) (string, error) {
	return "", d.notices.Receipt(ctx, t.Tx, notify.Receipt{
		PersonID: t.Person.ID, MsgID: t.Msg.Field("MsgID"), Status: notify.TemplateStatus(t.Msg.Field("Status")),
	})
}

// subscribeTapped is subscribe_msg_popup_event: what was accepted on the sheet.
func (d *Dialog) subscribeTapped(ctx context.Context, t *turn) (string, error) {
	return "", each(t.Msg, "SubscribeMsgPopupEvent", func(item map[string]string) error {
		return d.notices.Granted(ctx, t.Tx, t.Person.ID, item["TemplateId"], item["SubscribeStatusString"] == "accept")
	})
}

// subscribeChanged is subscribe_msg_change_event: what was switched off.
func (d *Dialog) subscribeChanged(ctx context.Context, t *turn) (string, error) {
	return "", each(t.Msg, "SubscribeMsgChangeEvent", func(item map[string]string) error {
		if item["SubscribeStatusString"] != "reject" {
			return nil
		}
		return d.notices.Withdrawn(ctx, t.Tx, t.Person.ID, item["TemplateId"])
	})
}

// subscriptionResult is subscribe_msg_sent_event.
func (d *Dialog) subscriptionResult(ctx context.Context, t *turn) (string, error) {
	return "", each(t.Msg, "SubscribeMsgSentEvent", func(item map[string]string) error {
		status := notify.ReceiptDelivered
		if item["ErrorCode"] != "0" {
			status = notify.ReceiptFailed
		}
		return d.notices.Receipt(ctx, t.Tx, notify.Receipt{
			PersonID: t.Person.ID, TemplateID: item["TemplateId"], MsgID: item["MsgID"], Status: status,
		})
	})
}

// each does something for every entry of an event's list.
func each(m *wire.Message, event string, do func(map[string]string) error) error {
	for _, item := range m.List(event + "/List") {
		if err := do(item); err != nil {
			return err
		}
	}
	return nil
}
