// Package dialog is the door of messages: what a person sends is understood
// (internal/understand), finds its row in the table below, and calls a slice.
// What a person is in the middle of is kept as his dialogue, in his row of the
// database, so that it survives a restart and reaches any replica.
package dialog

import (
	"context"
	"strings"
	"time"

	"rixue/bot"
	"rixue/internal/roster"
	"rixue/internal/understand"
	"rixue/internal/wechat/wire"
	"rixue/internal/words"
	"rixue/notify"
	"rixue/study"
)

// who may use a row of the table.
type who uint8

const (
	anybody who = iota
	staff       // bound to a member
)

// row is what the product does about an act.
type row struct {
	act  understand.Act
	whom who
	do   func(context.Context, *turn) (string, error)
}

// table lists everything that a text can ask for.
func (d *Dialog) table() []row {
	return append([]row{
		{understand.Emergency, anybody, d.emergency},
		{understand.Medical, anybody, say(words.Medical)},
		{understand.Refuse, anybody, d.refuse},
		{understand.SmallTalk, anybody, say(words.SmallTalk)},

		{understand.Help, anybody, d.help},
		{understand.Quit, anybody, d.quit},
		{understand.Bind, anybody, d.bind},
		{understand.StepText, anybody, d.step},
		{understand.Unbind, anybody, d.unbind},
		{understand.ConfirmUnbind, anybody, d.confirmUnbind},
		{understand.AskCommand, anybody, d.askAgain},
		{understand.AskPart, anybody, d.askAgain},
		{understand.AskConfirm, anybody, d.askAgain},
		{understand.AskWhich, anybody, d.unclear},
		{understand.Study, staff, d.study},
		{understand.MakeUp, staff, d.makeUp},
		{understand.Mine, staff, d.mine},
		{understand.Answer, staff, d.answer},
		{understand.AskAnswer, staff, d.askAnswer},
		{understand.DontKnow, staff, d.dontKnow},
		{understand.Skip, staff, d.skip},
		{understand.Agree, staff, d.agree},
		{understand.Subscribe, staff, d.subscribe},
		{understand.Unsubscribe, anybody, d.unsubscribe},
		{understand.Unclear, anybody, d.unclear},
	}, unbuilt()...)
}

// events lists the events that are answered; the others are acknowledged and
// counted.
func (d *Dialog) events() map[string]handler {
	return map[string]handler{
		"subscribe":   d.follow,
		"unsubscribe": d.unfollow,
		"SCAN":        d.scan,
		"CLICK":       d.tap,

		"TEMPLATESENDJOBFINISH":      d.templateResult,
		"subscribe_msg_popup_event":  d.subscribeTapped,
		"subscribe_msg_change_event": d.subscribeChanged,
		"subscribe_msg_sent_event":   d.subscriptionResult,
	}
}

// The keys of menu buttons.
const (
	TapStudy  = "STUDY_TODAY"
	TapMakeUp = "STUDY_MAKEUP"
	TapMine   = "MINE"
	TapBind   = "BIND"
	TapHelp   = "HELP"
)

// button is what a tap on a menu does.
type button struct {
	whom who
	do   handler
}

// menu lists the keys of menu buttons.
func (d *Dialog) menu() map[string]button {
	return map[string]button{
		TapStudy:  {staff, d.study},
		TapMakeUp: {staff, d.makeUp},
		TapMine:   {staff, d.mine},
		TapBind:   {anybody, d.bind},
		TapHelp:   {anybody, d.help},
	}
}

type handler func(context.Context, *turn) (string, error)

// Config is what people read that only the hospital knows.
type Config struct {
	Hospital  string // its name; may be empty
	Numbers   words.Numbers
	PublicURL string // base of links
}

// Dialog answers people.
type Dialog struct {
	Config
	roster  *roster.Service
	lessons *study.Service
	notices *notify.Service

	rows map[understand.Act]row
	on   map[string]handler
	taps map[string]button
}

// New returns the door.
func New(r *roster.Service, s *study.Service, n *notify.Service, c Config) *Dialog {
	d := &Dialog{Config: c, roster: r, lessons: s, notices: n, rows: map[understand.Act]row{}}
	for _, x := range d.table() {
		d.rows[x.act] = x
	}
	d.on, d.taps = d.events(), d.menu()
	return d
}

// Route implements bot.Router.
func (d *Dialog) Route(m *wire.Message) (string, bot.Handle) {
	switch m.Type {
	case "text":
		return "text", d.turn(d.text)
	case "image", "voice", "video", "shortvideo", "location", "link":
		return m.Type, d.turn(d.onlyText)
	case "event":
		if h, ok := d.on[m.Event]; ok {
			return strings.ToLower(m.Event), d.turn(h)
		}
		return "event_other", nil
	}
	return "other", nil
}

// turn wraps a handler: it opens the person's dialogue before and keeps it
// after.
func (d *Dialog) turn(h handler) bot.Handle {
	return func(ctx context.Context, b *bot.Turn) (bot.Reply, error) {
		t := &turn{Turn: b}
		t.open()
		said := t.expire()
		reply, err := h(ctx, t)
		if err != nil {
			return bot.Reply{}, err
		}
		t.keep()
		if said != "" {
			reply = said + "\n\n" + reply
		}
		if t.Person.Held && reply != "" {
			if reply, err = d.handOver(ctx, t, reply); err != nil {
				return bot.Reply{}, err
			}
		}
		return bot.Text(reply), nil
	}
}

// text understands a text and does its act, and the further acts that stand in
// it.
func (d *Dialog) text(ctx context.Context, t *turn) (string, error) {
	c := understand.Context{Step: t.Step, Roles: understand.Patient}
	if t.Person.MemberID != "" {
		c.Roles = understand.Member
	}
	if err := d.openQuestion(ctx, t, &c); err != nil {
		return "", err
	}
	reading := understand.Read(t.Msg.Content, c)
	if reading.Act != understand.Answer && t.Person.MemberID != "" {
		// Only now what he is besides: answers come by the thousand a minute.
		roles, err := d.roles(ctx, t)
		if err != nil {
			return "", err
		}
		if c.Roles != roles {
			c.Roles = roles
			reading = understand.Read(t.Msg.Content, c)
		}
	}
	said, err := d.act(ctx, t, reading)
	for _, more := range reading.More {
		if err != nil {
			return "", err
		}
		var next string
		next, err = d.act(ctx, t, more)
		said += "\n\n" + next
	}
	if reading.Rest != "" {
		said += "\n\n" + words.LeftOver(reading.Rest)
	}
	return said, err
}

func (d *Dialog) act(ctx context.Context, t *turn, reading understand.Reading) (string, error) {
	t.reading = reading
	r := d.rows[reading.Act]
	if r.whom == staff && t.Person.MemberID == "" {
		return words.StaffOnly, nil
	}
	return r.do(ctx, t)
}

// roles are what a bound person may say beside a member's acts.
func (d *Dialog) roles(ctx context.Context, t *turn) (understand.Role, error) {
	m, err := d.roster.MemberByID(ctx, t.Tx, t.Person.MemberID)
	if err != nil {
		return 0, err
	}
	roles := understand.Member
	for role, means := range map[roster.Role]understand.Role{
		roster.Secretary: understand.Secretary, roster.Handler: understand.Handler, roster.Coordinator: understand.Coordinator,
	} {
		if m.Has(role) {
			roles |= means
		}
	}
	return roles, nil
}

// tap does what a menu button says, from wherever the person is.
func (d *Dialog) tap(ctx context.Context, t *turn) (string, error) {
	b, ok := d.taps[t.Msg.EventKey]
	if !ok {
		return d.help(ctx, t)
	}
	if b.whom == staff && t.Person.MemberID == "" {
		return words.StaffOnly, nil
	}
	return b.do(ctx, t)
}

// help also says what is waited for: who asks for help in the middle of
// something has lost his way there.
func (d *Dialog) help(_ context.Context, t *turn) (string, error) {
	text := words.HelpStranger
	if t.Person.MemberID != "" {
		text = words.HelpStaff
	}
	if step, ok := stepWords[t.Step]; ok {
		text += "\n\n" + words.StillOpen(step)
	}
	return text, nil
}

func (d *Dialog) unclear(_ context.Context, t *turn) (string, error) {
	if t.Person.MemberID == "" {
		return words.HelpStranger, nil
	}
	return words.NotUnderstood, nil
}

func (d *Dialog) onlyText(context.Context, *turn) (string, error) { return words.OnlyText, nil }

func (d *Dialog) quit(_ context.Context, t *turn) (string, error) {
	step := t.Step
	t.end()
	switch {
	case step == stepUnbind:
		return words.UnbindQuit, nil
	case step != "":
		return words.BindQuit, nil
	}
	return words.NothingOpen, nil
}

// patience is how long a guided step waits for its answer.
const patience = 30 * time.Minute
