package app

import (
	"context"
	"hash/fnv"
	"io"
	"strings"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/wechat/wechatsim"
	"rixue/internal/words"
)

// morning is what a person does after the push.
func (p *play) morning(a *actor) {
	at := p.today.Time(9, 30)
	switch a.habit {
	case diligent:
		p.say(a, at, "学习")
		a.opened = p.today
		p.answer(a, at, 3)
	case halfway, forgets:
		p.say(a, at, "学习")
		a.opened = p.today
		p.answer(a, at, a.number%3) // none, one or two
	case idle:
	}
}

// evening is what he does after the reminder.
func (p *play) evening(a *actor) {
	if a.habit == halfway && a.opened == p.today && a.finished != p.today {
		at := p.today.Time(21, 30)
		p.say(a, at, "学习")
		p.answer(a, at, 3)
	}
}

// answer answers up to n questions, mostly right, and notes each.
func (p *play) answer(a *actor, at time.Time, n int) {
	for range n {
		q, asked := p.key.find(a.reply)
		if !asked {
			return
		}
		right := p.luck(a, q)
		text, counts := q.say(right)
		reply := p.say(a, at, text)
		p.mu.Lock()
		p.own.answered++
		if right && counts {
			p.own.right++
		}
		if strings.Contains(reply, "今日学习已完成") {
			a.finished = p.today
			p.own.completed++
		}
		p.mu.Unlock()
	}
}

// luck is whether a person knows an answer: four times of five, the same each
// time the month is played.
func (p *play) luck(a *actor, q shown) bool {
	h := fnv.New32a()
	io.WriteString(h, a.StaffNo+string(p.today)+q.answer+q.kind)
	return h.Sum32()%5 != 0
}

// received counts what the phones got.
func (p *play) received() (daily, reminders int) {
	for _, a := range p.cast {
		for _, m := range a.phone.Inbox() {
			switch {
			case m.Via == wechatsim.Reply || m.Via == wechatsim.Notice:
			case m.TemplateID == "T-study-daily" || strings.HasPrefix(m.Text, words.PushTitle("")):
				daily++
			case m.TemplateID == "O-study-reminder" || strings.HasPrefix(m.Text, words.RemindTitle("")):
				reminders++
			}
		}
	}
	return daily, reminders
}

// close waits until the last day is over and lays the table.
func (p *play) close(ctx context.Context, after calendar.Day) error {
	if err := p.Until(ctx, after.Time(6, 0)); err != nil {
		return err
	}
	f, err := p.Figures(ctx)
	if err != nil {
		return err
	}
	daily, reminders := p.received()
	io.WriteString(p.out, words.PlayHead)
	agrees := true
	for _, row := range []struct {
		name         string
		product, own int
	}{
		{words.PlayTold, f.Daily.Told, p.own.told},
		{words.PlayArrived, f.Daily.Sent, daily},
		{words.PlayAnswered, f.Study.Answers, p.own.answered},
		{words.PlayRight, f.Study.Right, p.own.right},
		{words.PlayCompleted, f.Study.Completed, p.own.completed},
		{words.PlayReminded, f.Reminder.Told, p.own.reminded},
		{words.PlayReminders, f.Reminder.Sent, reminders},
		{words.PlayOpen, f.Daily.Open + f.Reminder.Open + f.Daily.Unknown + f.Reminder.Unknown, 0},
	} {
		same := row.product == row.own
		agrees = agrees && same
		io.WriteString(p.out, words.PlayRow(row.name, row.product, row.own, same))
	}
	if !agrees {
		io.WriteString(p.out, words.PlayDiffers)
		return ErrPlayDiffers
	}
	io.WriteString(p.out, words.PlayAgrees)
	return nil
}
