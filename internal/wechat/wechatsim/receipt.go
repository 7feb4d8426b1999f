package wechatsim

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// Receipts says when the platform tells what became of a card.
type Receipts string

// When receipts are sent.
const (
	ReceiptsAtOnce Receipts = ""      // when the call has been answered
	ReceiptsEarly  Receipts = "early" // before the call is answered: the sender does not know the msgid yet
	ReceiptsLate   Receipts = "late"  // when ReleaseReceipts is called
	ReceiptsNever  Receipts = "never"
)

// atOnce is how many receipts are under way to the callback at the same time.
const atOnce = 64

// receipt is an event that a call causes.
type receipt struct {
	to     *Follower
	event  string
	fields string
}

// receipts are the events that calls have caused and that are not delivered.
type receipts struct {
	underWay int // those that nobody holds back; guarded by Sim.mu
	arrived  *sync.Cond
	held     []receipt
	slots    chan struct{}
}

func newReceipts(mu *sync.Mutex) receipts {
	return receipts{arrived: sync.NewCond(mu), slots: make(chan struct{}, atOnce)}
}

// promise notes the receipt of a call that is being carried out. The caller
// holds mu.
func (s *Sim) promise(c *apiCall, r receipt) {
	switch s.opt.Receipts {
	case ReceiptsNever:
	case ReceiptsLate:
		s.receipts.held = append(s.receipts.held, r)
	default:
		s.receipts.underWay++
		c.receipts = append(c.receipts, r)
	}
}

// ReleaseReceipts sends what ReceiptsLate has held back until now, and does not
// wait for it.
func (s *Sim) ReleaseReceipts() {
	s.mu.Lock()
	list := s.receipts.held
	s.receipts.held = nil
	s.receipts.underWay += len(list)
	s.mu.Unlock()
	s.sendReceipts(list)
}

// Settle waits until no receipt is under way. Those held back are not.
func (s *Sim) Settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.receipts.underWay > 0 {
		s.receipts.arrived.Wait()
	}
}

// sendReceipts sends receipts, in no particular order.
func (s *Sim) sendReceipts(list []receipt) {
	for _, r := range list {
		go func() {
			s.receipts.slots <- struct{}{}
			s.sendReceipt(r)
			<-s.receipts.slots
		}()
	}
}

func (s *Sim) sendReceipt(r receipt) {
	s.deliver(r.to, r.to.event(s.opt.Now(), r.event, r.fields))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.receipts.underWay--
	s.receipts.arrived.Broadcast()
}

// answerWithReceipts passes a call's answer on, with the receipts before or
// behind it. Those behind it go out also when a fault keeps the answer back.
func (s *Sim) answerWithReceipts(w http.ResponseWriter, c *apiCall, answer []byte) {
	if s.opt.Receipts == ReceiptsEarly {
		for _, r := range c.receipts {
			s.sendReceipt(r)
		}
		c.receipts = nil
	}
	defer s.sendReceipts(c.receipts)
	s.failAfter(w, c.req, c.fault, answer)
	if len(c.receipts) > 0 {
		flush(w)
	}
}

func flush(w http.ResponseWriter) {
	if flusher, can := w.(http.Flusher); can {
		flusher.Flush()
	}
}

// untilClosed is a context that ends when the platform closes, and with it
// every callback under way.
type untilClosed <-chan struct{}

// Deadline, Done, Err and Value make it a context.
func (c untilClosed) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done is closed by Sim.Close.
func (c untilClosed) Done() <-chan struct{} { return c }

// Err tells whether the platform has closed.
func (c untilClosed) Err() error {
	select {
	case <-c:
		return context.Canceled
	default:
		return nil
	}
}

// Value holds nothing.
func (c untilClosed) Value(any) any { return nil }
