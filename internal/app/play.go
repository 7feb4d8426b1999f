package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/wechat/wechatsim"
	"rixue/internal/words"
)

// ErrPlayDiffers says that the closing table of a play does not agree.
var ErrPlayDiffers = errors.New("play: the table does not agree")

// playDemo plays November 2026 of the sample hospital.
func playDemo(ctx context.Context, o DemoOptions, out io.Writer, log *slog.Logger) error {
	return playStepped(ctx, o, 29, out, log)
}

// PlayDays plays the first days of that November in this process.
func PlayDays(ctx context.Context, days int, out io.Writer) error {
	return playStepped(ctx, DemoOptions{}, days, out, slog.New(slog.DiscardHandler))
}

func playStepped(ctx context.Context, o DemoOptions, days int, out io.Writer, log *slog.Logger) error {
	o.Listen = "127.0.0.1:0"
	d, err := openDemo(ctx, o, playStart, false, log)
	if err != nil {
		return errors.Join(err, d.close())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- d.serve(ctx) }()
	err = Play(ctx, stepped{d}, calendar.DayOf(playStart).Add(1), days, out)
	stop()
	return errors.Join(err, <-served, d.close())
}

// Play plays some days of the sample hospital from the first on, beginning the
// evening before, and ends well only if every figure agrees.
func Play(ctx context.Context, w World, first calendar.Day, days int, out io.Writer) error {
	p, err := newPlay(w, out)
	if err != nil {
		return err
	}
	return p.month(ctx, first, days)
}

// playStart is the Sunday evening before the first working day.
var playStart = time.Date(2026, 11, 1, 19, 0, 0, 0, calendar.Shanghai)

// play is a script that makes people do things, and keeps its own account of
// them; it never looks into the product.
type play struct {
	World
	out  io.Writer
	key  answerKey
	days *calendar.Calendar

	cast  []*actor
	codes map[string]string
	today calendar.Day

	mu  sync.Mutex // people act at the same time
	own ledger
}

// actor is one of the staff.
type actor struct {
	sampleMember
	number int
	phone  *wechatsim.Follower
	habit  habit

	wants    bool // said 同意 and has not stopped
	opened   calendar.Day
	finished calendar.Day
	reply    string // the last one, with the question in hand
	narrated bool
}

// habit is what a person does on a working day.
type habit int

const (
	diligent habit = iota // studies to the end in the morning
	halfway               // begins, and goes on when reminded
	forgets               // begins, and leaves it
	idle                  // reads, and does nothing
)

// ledger is what the script made people do.
type ledger struct{ told, answered, right, completed, reminded int }

func newPlay(w World, out io.Writer) (*play, error) {
	key, err := readAnswerKey()
	p := &play{World: w, out: out, key: key, days: calendar.New()}
	for i, m := range sampleStaff() {
		a := &actor{sampleMember: m, number: i, phone: w.Follower(m.Name)}
		switch i % 10 {
		case 3:
			a.habit = halfway
		case 6:
			a.habit = forgets
		case 9:
			a.habit = idle
		}
		p.cast = append(p.cast, a)
	}
	p.cast[0].narrated = true
	return p, err
}

// say lets an actor write, and shows it where the transcript follows him.
func (p *play) say(a *actor, at time.Time, text string) string {
	seen := a.phone.Say(text)
	if a.narrated {
		p.mu.Lock()
		defer p.mu.Unlock()
		io.WriteString(p.out, words.PlaySaid(at.Format("01-02 15:04"), a.Name, text)+words.PlayGot(seen.Text))
	}
	a.reply = seen.Text
	return seen.Text
}

func (p *play) tell(at time.Time, event string) {
	io.WriteString(p.out, words.PlayEvent(at.Format("01-02 15:04"), event))
}

// month plays some days from the first on.
func (p *play) month(ctx context.Context, first calendar.Day, days int) error {
	io.WriteString(p.out, words.PlayTitle)
	var err error
	if p.codes, err = p.Codes(ctx); err != nil {
		return err
	}
	if err := p.join(ctx, first.Add(-1).Time(20, 0), p.cast[:54], 4); err != nil {
		return err
	}
	for i := range days {
		p.today = first.Add(i)
		if err := p.day(ctx, i); err != nil {
			return err
		}
		p.cast[0].narrated = i < 1
	}
	return p.close(ctx, first.Add(days))
}

// join lets people follow, bind and agree, but for the last few of them.
func (p *play) join(ctx context.Context, at time.Time, who []*actor, silent int) error {
	if err := p.Until(ctx, at); err != nil {
		return err
	}
	agreed := 0
	for i, a := range who {
		a.phone.Follow()
		if got := p.say(a, at, words.DemoBind(a.StaffNo, a.Name, p.codes[a.StaffNo])); !strings.Contains(got, "绑定成功") {
			return fmt.Errorf("play: %s could not be bound: %s", a.Name, got)
		}
		if i >= len(who)-silent {
			continue
		}
		p.say(a, at, "同意")
		a.wants = true
		agreed++
	}
	p.tell(at, words.PlayBound(len(who), agreed))
	return nil
}

// day plays one day.
func (p *play) day(ctx context.Context, i int) error {
	work, _ := p.days.Workday(p.today)
	if err := p.events(ctx, i); err != nil || !work {
		return err
	}
	before := p.own
	for _, a := range p.cast {
		if a.wants {
			p.own.told++
		}
	}
	if err := p.Until(ctx, p.today.Time(9, 30)); err != nil {
		return err
	}
	p.everybody(p.morning)
	for _, a := range p.cast {
		if a.wants && a.opened == p.today && a.finished != p.today {
			p.own.reminded++
		}
	}
	if err := p.Until(ctx, p.today.Time(21, 30)); err != nil {
		return err
	}
	p.everybody(p.evening)
	io.WriteString(p.out, words.PlayDay(words.MonthDay(string(p.today)), words.Weekday(p.today.Weekday()),
		p.own.told-before.told, p.studied(), p.own.reminded-before.reminded))
	return nil
}

func (p *play) studied() (n int) {
	for _, a := range p.cast {
		if a.finished == p.today {
			n++
		}
	}
	return n
}

// events are what happens once in the month.
func (p *play) events(ctx context.Context, i int) error {
	at := p.today.Time(6, 0)
	switch i {
	case 7: // late-comers
		if err := p.join(ctx, at, p.cast[54:58], 0); err != nil {
			return err
		}
	case 14:
		if err := p.Until(ctx, at); err != nil {
			return err
		}
		for _, a := range p.cast[20:23] {
			p.say(a, at, "退订 日学")
			a.wants = false
		}
		p.tell(at, words.PlayStopped(3))
	case 17:
		if err := p.Until(ctx, at); err != nil {
			return err
		}
		p.cast[30].phone.Unfollow()
		p.cast[30].wants = false
		p.tell(at, words.PlayLeft(1))
	}
	return nil
}

// everybody lets the cast act, some at the same time: each is one person, whose
// own doings keep their order.
func (p *play) everybody(do func(*actor)) {
	const atOnce = 8
	var wg sync.WaitGroup
	for i := range atOnce {
		wg.Go(func() {
			for j := i; j < len(p.cast); j += atOnce {
				if p.cast[j].wants {
					do(p.cast[j])
				}
			}
		})
	}
	wg.Wait()
}
