package wechatsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// phoneState is what a phone shows, for the page of phones. Messages before
// From were told before.
type phoneState struct {
	Who       string    `json:"who"`
	Following bool      `json:"following"`
	Typing    bool      `json:"typing"` // the account is
	Title     string    `json:"title"`  // of the page in the WebView
	Menu      []Button  `json:"menu"`
	From      int       `json:"from"`
	Messages  []Message `json:"messages"`
}

func (f *Follower) state(from int) phoneState {
	f.sim.mu.Lock()
	defer f.sim.mu.Unlock()
	return phoneState{
		Who: f.name, Following: f.following, Typing: f.sim.opt.Now().Before(f.typingUntil), Title: f.title,
		Menu: append([]Button{}, shown(f.menu())...), From: from, Messages: append([]Message{}, f.chat[from:]...),
	}
}

// watcher tells one page what changes on its phones.
type watcher struct {
	w     http.ResponseWriter
	flush *http.ResponseController
	told  map[*Follower]toldState
}

type toldState struct {
	messages int
	rest     string // the state without messages, as JSON
}

// events is GET /sim/events?who=…&who=…: server-sent events "phone" with a
// phoneState when a phone has changed, and "clock". Messages are told at once,
// what changes otherwise within a second.
func (s *Sim) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	wt := watcher{w: w, flush: http.NewResponseController(w), told: map[*Follower]toldState{}}
	if err := wt.flush.SetWriteDeadline(time.Time{}); err != nil {
		s.opt.Log.Debug("events end with the server's write timeout", "error", err)
	}
	var phones []*Follower
	for _, name := range r.URL.Query()["who"] {
		phones = append(phones, s.Follower(name))
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		err := wt.send("clock", map[string]string{"now": s.opt.Now().In(beijing()).Format(time.RFC3339)})
		for _, f := range phones {
			if err == nil {
				err = wt.phone(f)
			}
		}
		if err == nil {
			err = wt.flush.Flush()
		}
		if err != nil {
			return // the page has gone
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-r.Context().Done():
			return
		case <-s.done:
			return
		}
	}
}

// phone tells of a phone that has changed.
func (wt watcher) phone(f *Follower) error {
	told, before := wt.told[f]
	state := f.state(told.messages)
	bare := state
	bare.From, bare.Messages = 0, nil
	rest, err := json.Marshal(bare)
	if err != nil {
		return err
	}
	if before && len(state.Messages) == 0 && string(rest) == told.rest {
		return nil
	}
	wt.told[f] = toldState{told.messages + len(state.Messages), string(rest)}
	return wt.send("phone", state)
}

func (wt watcher) send(event string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(wt.w, "event: %s\ndata: %s\n\n", event, data)
	return err
}
