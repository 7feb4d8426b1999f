package dialog

import (
	"context"
	"strings"

	"rixue/internal/roster"
	"rixue/internal/words"
	"rixue/notify"
)

// sceneBind begins the scene of a personal binding code.
const sceneBind = "bind_"

// follow greets who follows the account, and binds who did so by scanning a
// personal code.
func (d *Dialog) follow(ctx context.Context, t *turn) (string, error) {
	t.Person.Followed = true
	// Once: a scene may itself begin with the prefix.
	scene := strings.TrimPrefix(t.Msg.EventKey, "qrscene_")
	if strings.HasPrefix(scene, sceneBind) {
		return d.bindByScene(ctx, t, scene)
	}
	if t.Person.MemberID == "" {
		return words.Welcome(d.Hospital), nil
	}
	// Bound and new: WeChat's word of his leaving was lost.
	if err := d.roster.Untagged(ctx, t.Tx, t.Person.ID); err != nil {
		return "", err
	}
	m, err := d.roster.MemberByID(ctx, t.Tx, t.Person.MemberID)
	if err != nil {
		return "", err
	}
	return words.WelcomeBack(m.Name), nil
}

// unfollow erases what was in hand and suspends the binding: coming back
// restores nothing unasked.
func (d *Dialog) unfollow(ctx context.Context, t *turn) (string, error) {
	if err := d.notices.Unfollowed(ctx, t.Tx, t.Person.ID, t.Person.MemberID); err != nil {
		return "", err
	}
	t.Person.Followed = false
	t.Person.MemberID = ""
	t.state = state{}
	return "", d.roster.Suspend(ctx, t.Tx, t.Person.ID)
}

// scan is a code scanned by a follower.
func (d *Dialog) scan(ctx context.Context, t *turn) (string, error) {
	if strings.HasPrefix(t.Msg.EventKey, sceneBind) {
		return d.bindByScene(ctx, t, t.Msg.EventKey)
	}
	return d.help(ctx, t)
}

func (d *Dialog) bindByScene(ctx context.Context, t *turn, scene string) (string, error) {
	if t.Person.MemberID != "" {
		return d.bound(ctx, t)
	}
	res, err := d.roster.BindByScene(ctx, t.Tx, t.Person.ID, scene)
	if err != nil {
		return "", err
	}
	if res.OK {
		t.end()
		return d.welcome(ctx, t, &res)
	}
	return res.Words, nil
}

// welcome asks a member who has just been bound for his consent to 日学.
func (d *Dialog) welcome(ctx context.Context, t *turn, res *roster.BindResult) (string, error) {
	t.Person.MemberID = res.Member.ID
	if err := d.notices.Replan(ctx, t.Tx, t.Person.ID); err != nil {
		return "", err
	}
	if res.Moved == "" { // not a new phone of somebody who was here: nothing comes back unasked
		if _, err := d.notices.OptOut(ctx, t.Tx, res.Member.ID, "", notify.EndedUnbound); err != nil {
			return "", err
		}
	}
	on, err := d.notices.OptedIn(ctx, t.Tx, res.Member.ID)
	if err != nil || on[notify.TopicStudy] {
		return res.Words, err
	}
	return res.Words + "\n\n" + words.AskConsent, nil
}

func (d *Dialog) bound(ctx context.Context, t *turn) (string, error) {
	m, err := d.roster.MemberByID(ctx, t.Tx, t.Person.MemberID)
	if err != nil {
		return "", err
	}
	return words.AlreadyBoundTo(m.Name, m.StaffNo), nil
}

// bind takes staff number, name and code at once, or asks for what is missing.
func (d *Dialog) bind(ctx context.Context, t *turn) (string, error) {
	if t.Person.MemberID != "" {
		return d.bound(ctx, t)
	}
	t.Given = nil
	for _, a := range t.reading.Args {
		if a == "" {
			break // what stands behind a gap cannot be told apart
		}
		t.Given = append(t.Given, a)
	}
	return d.nextBindStep(ctx, t)
}

// step takes the text that the open step asked for.
func (d *Dialog) step(ctx context.Context, t *turn) (string, error) {
	if t.Step == stepUnbind {
		return words.AskUnbind, nil
	}
	t.Given = append(t.Given, t.reading.Args[0])
	return d.nextBindStep(ctx, t)
}

func (d *Dialog) nextBindStep(ctx context.Context, t *turn) (string, error) {
	switch len(t.Given) {
	case 0:
		t.ask(stepStaffNo)
		return words.AskStaffNo, nil
	case 1:
		t.ask(stepName)
		return words.AskName, nil
	case 2:
		t.ask(stepCode)
		return words.AskBindCode, nil
	}
	res, err := d.roster.Bind(ctx, t.Tx, t.Person.ID, t.Given[0], t.Given[1], t.Given[2])
	if err != nil {
		return "", err
	}
	t.end()
	if res.OK {
		return d.welcome(ctx, t, &res)
	}
	return res.Words, nil
}

// unbind asks back.
func (d *Dialog) unbind(_ context.Context, t *turn) (string, error) {
	if t.Person.MemberID == "" {
		return words.NotBound, nil
	}
	t.ask(stepUnbind)
	return words.AskUnbind, nil
}

// confirmUnbind unbinds who was asked; the answers he gave stay.
func (d *Dialog) confirmUnbind(ctx context.Context, t *turn) (string, error) {
	switch {
	case t.Person.MemberID == "":
		return words.NotBound, nil
	case t.Step != stepUnbind:
		return words.UnbindFirst, nil
	}
	if _, err := d.notices.OptOut(ctx, t.Tx, t.Person.MemberID, "", notify.EndedUnbound); err != nil {
		return "", err
	}
	t.state, t.asked = state{}, nil
	t.Person.MemberID = ""
	return d.roster.Unbind(ctx, t.Tx, t.Person.ID)
}
