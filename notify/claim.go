package notify

import (
	"context"
	"fmt"
	"sync"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/db"
)

// notice is what the deliveries of one event have in common.
type notice struct {
	id        string
	kind      Kind
	urgent    bool
	visitOnly bool
	expires   time.Time
	content   Content
}

// claim takes the next chunk of due deliveries, decides about each, and
// commits: what is to be sent is held, with its rights used up, and everything
// else waits or has ended.
func (s *Service) claim(ctx context.Context) (c claimed, err error) {
	err = s.DB.Tx(ctx, func(tx *db.Tx) error {
		now := s.Real()
		c = claimed{until: now.Add(s.Lease), shut: &sync.Map{}}
		list, err := s.due(ctx, tx, now)
		if err != nil {
			return err
		}
		p := planning{Service: s, tx: tx, notices: map[string]*notice{}, hold: c.until.UnixMilli()}
		if err := p.readLedgers(ctx); err != nil {
			return err
		}
		for i := range list {
			j, err := p.decide(ctx, &list[i])
			if err != nil {
				return err
			}
			if j != nil {
				c.jobs = append(c.jobs, j)
			}
		}
		c.seen = len(list)
		return addUse(ctx, tx, p.day, p.taken)
	})
	return c, err
}

// planning is one claim while it is made.
type planning struct {
	*Service
	tx      *db.Tx
	notices map[string]*notice
	hold    int64

	day    calendar.Day
	paused map[string]time.Time
	used   map[Channel]int // before this claim
	taken  map[Channel]int // by this claim
}

// dailyQuota is what a new account may send in a day (wechat.md 2.6).
var dailyQuota = map[Channel]int{ServiceMsg: 500_000, Template: 100_000}

// readLedgers reads what rests and what was used today.
func (p *planning) readLedgers(ctx context.Context) error {
	p.day, p.taken = calendar.DayOf(p.tx.Now), map[Channel]int{}
	var err error
	if p.paused, err = pauses(ctx, p.tx); err != nil {
		return err
	}
	p.used, err = usedToday(ctx, p.tx, p.day)
	return err
}

// decide plans one delivery and writes the decision down. It returns a job if
// it is to be sent now.
func (p *planning) decide(ctx context.Context, d *delivery) (*job, error) {
	n, err := p.notice(ctx, d.noticeID)
	if err != nil {
		return nil, err
	}
	if d.broken {
		p.Log.ErrorContext(ctx, "openid cannot be opened with this key ring", "notice", d.noticeID)
		d.state, d.reason, d.dueAt, d.holdUntil = Failed, ReasonSealed, 0, 0
		p.Observe(d.channel, d.state, d.reason)
		return nil, d.save(ctx, p.tx)
	}
	if d.state == Sending { // whoever held it is gone, or lost the answer
		return p.resume(ctx, d, n)
	}
	f, err := p.facts(ctx, d, n)
	if err != nil {
		return nil, err
	}
	decision := Plan(f, p.tx.Now)
	if decision.State == Sending {
		got, err := p.reserve(ctx, d, n, decision.Channel)
		if err != nil {
			return nil, err
		}
		if !got { // somebody else was first: its facts are others now
			return nil, d.holdFor(ctx, p.tx, p.Real(), 0)
		}
		return p.send(ctx, d, n, decision)
	}
	d.state, d.reason, d.dueAt = decision.State, decision.Reason, 0
	if decision.State == Waiting {
		d.dueAt = decision.At.UnixMilli()
	}
	p.Observe(d.channel, d.state, d.reason)
	if err := d.save(ctx, p.tx); err != nil {
		return nil, err
	}
	if decision.State == Waiting && d.personID != "" {
		// Also where it is set already: a callback may be clearing it just now.
		_, err = p.tx.Exec(ctx, `UPDATE person SET held = TRUE WHERE id = $1`, d.personID)
	}
	return nil, err
}

// send marks a delivery as being sent.
func (p *planning) send(ctx context.Context, d *delivery, n *notice, dec Decision) (*job, error) {
	d.state, d.channel, d.reason, d.holdUntil = Sending, dec.Channel, dec.Reason, p.hold
	if card := p.Cards[n.kind]; card.Channel == dec.Channel {
		d.templateID = card.ID
	}
	if dec.Channel == Template && d.sentAt == 0 {
		d.sentAt = p.tx.Millis()
	}
	p.taken[dec.Channel]++
	return &job{delivery: *d, notice: n}, d.save(ctx, p.tx)
}

// dedupe is how long WeChat surely sends the same client_msg_id once: ten
// minutes, less some for its clock.
const dedupe = 9 * time.Minute

// resume takes up a delivery that was being sent: a template message goes
// again under its key while WeChat tells a second one apart, of anything else
// the outcome is unknown.
func (p *planning) resume(ctx context.Context, d *delivery, n *notice) (*job, error) {
	since := p.tx.Now.Sub(time.UnixMilli(d.sentAt))
	f, err := p.facts(ctx, d, n)
	if err != nil {
		return nil, err
	}
	_, ended := f.end(p.tx.Now) // he stopped it meanwhile, or it is over
	if d.channel == Template && !ended && d.sentTo == d.personID && d.openID != "" && since >= 0 && since < dedupe {
		return p.send(ctx, d, n, Decision{Channel: Template, Reason: ReasonOrphan})
	}
	d.state, d.reason, d.dueAt, d.holdUntil, d.sentAt = Unknown, ReasonLost, 0, 0, 0
	p.Observe(d.channel, d.state, d.reason)
	return nil, d.save(ctx, p.tx)
}

// facts gathers what the plan depends on.
func (p *planning) facts(ctx context.Context, d *delivery, n *notice) (Facts, error) {
	f := Facts{
		Optional: n.kind.Topic() != "", Consent: d.consent,
		Urgent: n.urgent, VisitOnly: n.visitOnly, Expires: n.expires,
		Bound: d.openID != "", Follows: d.followed, OfMember: d.ofMember,
		Said: d.said.window(saidSpan, saidCount), Tapped: d.tapped.window(tapSpan, tapCount),
		Card: p.Cards[n.kind], Barred: d.barred, Quiet: p.Quiet,
		Paused: map[Channel]time.Time{}, Left: map[Channel]int{},
	}
	for c, quota := range dailyQuota {
		f.Left[c] = quota - p.used[c] - p.taken[c]
	}
	for _, c := range []Channel{ServiceMsg, f.Card.Channel} {
		if until, ok := p.paused[string(c)]; ok {
			f.Paused[c] = until
		}
	}
	if until := p.paused[templatePause(f.Card.ID)]; until.After(f.Paused[f.Card.Channel]) {
		f.Paused[f.Card.Channel] = until
	}
	if c := f.Card.Channel; c != Once && c != Long || d.personID == "" {
		return f, nil
	}
	var err error
	f.Stock, f.Standing, err = subscribed(ctx, p.tx, d.personID, f.Card.ID)
	return f, err
}

// reserve uses up what a message costs, so that no other claim spends it too.
func (p *planning) reserve(ctx context.Context, d *delivery, n *notice, c Channel) (bool, error) {
	switch c {
	case ServiceMsg:
		return spendWindow(ctx, p.tx, d)
	case Once:
		return spendSubscription(ctx, p.tx, d.personID, p.Cards[n.kind].ID)
	case Long, Template, Visit:
	}
	return true, nil
}

func (p *planning) notice(ctx context.Context, id string) (*notice, error) {
	if n := p.notices[id]; n != nil {
		return n, nil
	}
	n, err := readNotice(ctx, p.tx, p.Ring, id)
	if err != nil {
		return nil, fmt.Errorf("notify: notice %s: %w", id, err)
	}
	p.notices[id] = n
	return n, nil
}
