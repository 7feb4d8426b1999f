package wechatsim

import (
	"slices"
	"strings"
	"time"
)

// Via is the way by which a message reached a phone.
type Via string

// The ways of a message.
const (
	Reply   Via = "reply"   // the answer to a callback
	Service Via = "service" // a customer-service message
	Notice  Via = "notice"  // the platform's own words about a failed callback
	Me      Via = "me"      // what the person said; in a Chat, never in an Inbox

	ViaTemplate     Via = "template"     // a template message
	ViaSubscription Via = "subscription" // a subscription notice
)

// Message is one thing that a phone has shown.
type Message struct {
	At   time.Time `json:"at"`
	Via  Via       `json:"via"`
	Kind string    `json:"kind"` // text, image, news, msgmenu, card, notice, …
	Text string    `json:"text"` // of a card: its title and values, a line each

	// Of a card:
	TemplateID string      `json:"template_id,omitempty"`
	Title      string      `json:"title,omitempty"`
	URL        string      `json:"url,omitempty"`    // where a tap leads
	Fields     []CardField `json:"fields,omitempty"` // in the order of the template

	Articles []Article `json:"articles,omitempty"` // of news
	Menu     *Msgmenu  `json:"menu,omitempty"`     // of msgmenu
}

// T is what Expect needs of *testing.T.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// receive puts a message into the inbox. The caller holds Sim.mu.
func (f *Follower) receive(m Message) {
	f.inbox = append(f.inbox, m)
	f.chat = append(f.chat, m)
	f.lastExchange = m.At
	f.sim.wake()
}

// wake tells everyone who waits that something has changed. The caller holds
// mu.
func (s *Sim) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Inbox returns everything that the person has received, in order.
func (f *Follower) Inbox() []Message {
	f.sim.mu.Lock()
	defer f.sim.mu.Unlock()
	return slices.Clone(f.inbox)
}

// Expect takes the next message that was not expected yet and fails the test
// unless it holds all the texts. It waits for Options.Patience if there is
// none.
func (f *Follower) Expect(t T, contains ...string) Message {
	t.Helper()
	m, received := f.nextUnread()
	if !received {
		t.Fatalf("%s received nothing more, want a message with %q", f.name, contains)
		return Message{}
	}
	for _, want := range contains {
		if !strings.Contains(m.Text, want) {
			t.Errorf("%s received by %s:\n%s\nwithout %q", f.name, m.Via, m.Text, want)
		}
	}
	return m
}

// ExpectNothing fails the test if there is a message that was not expected.
func (f *Follower) ExpectNothing(t T) {
	t.Helper()
	f.sim.mu.Lock()
	unread := slices.Clone(f.inbox[f.read:])
	f.sim.mu.Unlock()
	for _, m := range unread {
		t.Errorf("%s received by %s, unexpected:\n%s", f.name, m.Via, m.Text)
	}
}

func (f *Follower) nextUnread() (Message, bool) {
	timer := time.NewTimer(f.sim.opt.Patience)
	defer timer.Stop()
	for {
		f.sim.mu.Lock()
		changed := f.sim.changed
		if f.read < len(f.inbox) {
			f.read++
			m := f.inbox[f.read-1]
			f.sim.mu.Unlock()
			return m, true
		}
		f.sim.mu.Unlock()
		select {
		case <-changed:
		case <-timer.C:
			return Message{}, false
		}
	}
}
