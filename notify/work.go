package notify

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/seal"
	"rixue/internal/wechat"
)

// Sender sends one message; internal/wechat's client is one. Its errors are
// *wechat.Error.
type Sender interface {
	SendText(ctx context.Context, openID, text string) error
	SendNews(ctx context.Context, openID string, a wechat.Article) error
	SendTemplate(ctx context.Context, c wechat.Card) (msgID string, err error)
	SendSubscription(ctx context.Context, c wechat.Card) error
}

// Config of New.
type Config struct {
	DB        *db.DB
	Ring      *seal.Ring
	Send      Sender
	Redis     redis.UniversalClient // shares the pace between processes
	Log       *slog.Logger
	Real      func() time.Time // real time, for leases
	PublicURL string           // base of links
	Cards     map[Kind]Card
	Quiet     calendar.Quiet
	// PerSecond is how many messages all processes send in a second; 0 means as
	// many as they can.
	PerSecond int
	// Lease is how long a claim holds; 0 means 20 s. Half of it is for starting
	// to send, the rest for the platform's slowest answers.
	Lease time.Duration
	// Observe is told of each state that a delivery ends in or waits in.
	Observe func(Channel, State, Reason)
}

const (
	chunk   = 200 // deliveries of one claim
	senders = 64  // messages under way at the same time in one process
)

// New returns the service.
func New(c Config) *Service {
	if c.Lease == 0 {
		c.Lease = 20 * time.Second
	}
	if c.Observe == nil {
		c.Observe = func(Channel, State, Reason) {}
	}
	return &Service{Config: c, limit: newLimiter(c), slots: make(chan struct{}, senders)}
}

// Service sends notices.
type Service struct {
	Config
	limit *limiter
	slots chan struct{}
}

// Work sends what is due, a chunk at a time, until nothing is, and returns how
// many deliveries it looked at.
func (s *Service) Work(ctx context.Context) (n int, err error) {
	for ctx.Err() == nil {
		c, err := s.claim(ctx)
		n += c.seen
		if err != nil || c.seen == 0 {
			return n, err
		}
		s.sendAll(ctx, &c)
		// What was sent is written down also when the process is asked to stop.
		if err := s.record(context.WithoutCancel(ctx), c.jobs); err != nil {
			return n, err
		}
	}
	return n, ctx.Err()
}

// job is a delivery that is being sent.
type job struct {
	delivery
	notice *notice
	result outcome
	msgID  string
}

// claimed is a chunk that this process holds until the lease ends.
type claimed struct {
	seen  int
	jobs  []*job
	until time.Time // real time

	shut *sync.Map // channels that were stopped while the chunk was sent
}

// sendAll sends the chunk's messages, many at once. What cannot be begun in
// the first half of the lease is given back.
func (s *Service) sendAll(ctx context.Context, c *claimed) {
	begin := c.until.Add(-s.Lease / 2)
	var wg sync.WaitGroup
	for _, j := range c.jobs {
		if !s.turn(ctx, begin) {
			j.result = givenBack
			continue
		}
		wg.Go(func() {
			defer func() { <-s.slots }()
			if _, shut := c.shut.Load(j.channel); shut {
				j.result = givenBack
				return
			}
			s.sendOne(context.WithoutCancel(ctx), j)
			if j.result.Pause == 0 {
				return
			}
			if _, told := c.shut.LoadOrStore(j.channel, true); !told {
				s.Log.ErrorContext(ctx, "sending stopped", "channel", string(j.channel), "kind", string(j.notice.kind), "code", j.result.Detail)
			}
		})
	}
	wg.Wait()
}

// turn waits for a free sender and for the pace; false when it is too late.
func (s *Service) turn(ctx context.Context, begin time.Time) bool {
	ctx, cancel := context.WithTimeout(ctx, begin.Sub(s.Real()))
	defer cancel()
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	if s.limit.wait(ctx) != nil {
		<-s.slots
		return false
	}
	return true
}

// sendOne sends one message and judges what came of it.
func (s *Service) sendOne(ctx context.Context, j *job) {
	var err error
	content := &j.notice.content
	switch j.channel {
	case ServiceMsg:
		if content.Path == "" {
			err = s.Send.SendText(ctx, j.openID, content.message())
		} else {
			err = s.Send.SendNews(ctx, j.openID, wechat.Article{Title: content.Title, Description: content.Text, URL: s.PublicURL + content.Path})
		}
	case Template, Once, Long:
		card := s.Cards[j.notice.kind]
		fields, bad := card.fields(content.Values)
		if bad != "" {
			j.result = outcome{State: Failed, Reason: ReasonContent, Detail: bad, Refund: true}
			return
		}
		m := wechat.Card{OpenID: j.openID, TemplateID: card.ID, Fields: fields}
		if content.Path != "" {
			m.URL = s.PublicURL + content.Path
		}
		if j.channel == Template {
			m.Key = j.noticeID
			j.msgID, err = s.Send.SendTemplate(ctx, m)
		} else {
			err = s.Send.SendSubscription(ctx, m)
		}
	case Visit:
	}
	j.result = judge(j.channel, err, j.tries)
}
