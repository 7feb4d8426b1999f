package dialog

import (
	"context"
	"slices"

	"rixue/internal/understand"
	"rixue/internal/words"
)

// emergency answers a text that tells of danger, from wherever the person is.
// What was open stays open.
func (d *Dialog) emergency(_ context.Context, t *turn) (string, error) {
	return words.Emergency(t.reading.Args[0], d.Numbers), nil
}

func (d *Dialog) refuse(_ context.Context, t *turn) (string, error) {
	if len(t.reading.Args) > 0 && t.reading.Args[0] == "act" {
		return words.RefuseAct, nil
	}
	return words.RefuseData, nil
}

// say answers with fixed words.
func say(text string) handler {
	return func(context.Context, *turn) (string, error) { return text, nil }
}

// notYet answers a command whose slice is not built: in words, and nothing is
// changed. name is the command as people know it.
func notYet(name string) handler {
	return func(_ context.Context, t *turn) (string, error) {
		return words.NotYet(name, t.Person.MemberID != ""), nil
	}
}

// askAgain asks back about a command that was not said clearly enough to be
// carried out, or that lacks a part.
func (d *Dialog) askAgain(ctx context.Context, t *turn) (string, error) {
	if len(t.reading.Args) == 0 {
		return d.unclear(ctx, t)
	}
	command := t.reading.Args[0]
	switch {
	case command == words.CmdConfirmUnbind && t.Step == stepUnbind:
		return words.AskUnbind, nil
	case command == words.CmdConfirmUnbind:
		return words.UnbindFirst, nil
	case command == words.CmdStudy && t.reading.Act == understand.AskPart:
		return words.NoQuestion, nil
	case command == words.CmdDecline && t.Person.MemberID != "":
		return d.decline(ctx, t)
	case command == words.CmdSubscribe && t.Person.MemberID != "" && t.reading.Act == understand.AskPart:
		return d.canStop(ctx, t)
	case !slices.Contains(words.Built, command):
		return words.NotYet(command, t.Person.MemberID != ""), nil
	}
	return words.DidYouMean(command), nil
}

// unbuilt lists the acts that are understood and not carried out yet.
func unbuilt() []row {
	list := []row{
		{understand.Feedback, anybody, say(words.FeedbackOff)},
		{understand.OfferFeedback, anybody, say(words.FeedbackOff)},
		{understand.Append, anybody, say(words.FeedbackOff)},
		{understand.AskReopen, anybody, say(words.FeedbackOff)},
		{understand.Redline, anybody, say(words.RedlineOff)},
		{understand.Human, anybody, say(words.HumanOff)},
	}
	for act, name := range notBuilt {
		list = append(list, row{act, anybody, notYet(name)})
	}
	return list
}

// notBuilt names the commands of later slices as people know them.
var notBuilt = map[understand.Act]string{
	understand.Review: words.CmdReview, understand.CheckIn: words.CmdCheckIn, understand.Pledges: words.CmdPledges,
	understand.Confirm: words.CmdConfirm, understand.Notices: words.CmdNotices, understand.RSVP: words.CmdNotices,
	understand.Announce: words.CmdAnnounce, understand.Send: words.CmdAnnounce,
	understand.Approve: words.CmdApprove, understand.Reject: words.CmdApprove,
	understand.Query: words.CmdQuery, understand.Rate: words.CmdRate,
	understand.WithdrawCase: words.CmdWithdraw, understand.ConfirmWithdraw: words.CmdWithdraw,
	understand.WithdrawConsent: words.CmdConsent,
	understand.Cases:           words.CmdCases, understand.Accept: words.CmdCases, understand.Reply: words.CmdCases,
	understand.Transfer: words.CmdCases, understand.Return: words.CmdCases, understand.Extend: words.CmdCases,
	understand.Close: words.CmdCases,
}
