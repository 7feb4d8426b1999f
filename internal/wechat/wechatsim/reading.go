package wechatsim

import "slices"

// SkipInbox takes everything that has been received for seen: what a test
// expects begins here.
func (f *Follower) SkipInbox() { f.Unread() }

// Unread returns what was received since the last Expect, Unread or SkipInbox,
// and takes it for seen.
func (f *Follower) Unread() []Message {
	f.sim.mu.Lock()
	defer f.sim.mu.Unlock()
	unread := slices.Clone(f.inbox[f.read:])
	f.read = len(f.inbox)
	return unread
}

// SetReceipts changes when the results of cards are told.
func (s *Sim) SetReceipts(r Receipts) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opt.Receipts = r
}
