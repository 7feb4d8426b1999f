package wechatsim

import (
	"net/http"
	"slices"
	"strconv"
)

// Fault makes calls of an API path go wrong. Of the fields that say how, set
// one.
type Fault struct {
	Path  string `json:"path"`  // exact, or "*" for every path
	Times int    `json:"times"` // how many calls; 0: until ClearFaults

	// Before the call is carried out:
	Code   int    `json:"code"`   // this errcode is the answer
	Msg    string `json:"msg"`    // with this errmsg
	Status int    `json:"status"` // this HTTP status is the answer
	Hang   bool   `json:"hang"`   // no answer until the client leaves

	Undelivered bool `json:"undelivered"` // a card is accepted and never arrives; its receipt says so

	// After the call was carried out:
	Slow    bool `json:"slow"`     // half an answer, then nothing until the client leaves
	Reset   bool `json:"reset"`    // the connection ends without an answer
	BadJSON bool `json:"bad_json"` // the answer cannot be read
}

// before reports whether the fault keeps the call from being carried out. An
// errcode is not among these: it comes after the check of the token.
func (f Fault) before() bool { return f.Status != 0 || f.Hang }

// AddFault adds a fault; where several fit, the oldest is taken.
func (s *Sim) AddFault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// ClearFaults makes all well again.
func (s *Sim) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// takeFault counts a call and uses up the fault that it meets.
func (s *Sim) takeFault(path string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[path]++
	i := slices.IndexFunc(s.faults, func(f Fault) bool { return f.Path == path || f.Path == "*" })
	if i < 0 {
		return Fault{}
	}
	f := s.faults[i]
	switch f.Times {
	case 0:
	case 1:
		s.faults = slices.Delete(s.faults, i, i+1)
	default:
		s.faults[i].Times--
	}
	return f
}

func (s *Sim) failBefore(w http.ResponseWriter, r *http.Request, f Fault) {
	if f.Hang {
		s.hang(r)
	}
	http.Error(w, http.StatusText(f.Status), f.Status)
}

// failAfter passes the answer on, spoilt where the fault wants it.
func (s *Sim) failAfter(w http.ResponseWriter, r *http.Request, f Fault, body []byte) {
	w.Header().Set("Content-Type", "application/json; encoding=utf-8")
	switch {
	case f.Reset:
		panic(http.ErrAbortHandler)
	case f.Slow:
		s.write(w, body[:len(body)/2])
		flush(w)
		s.hang(r)
	case f.BadJSON:
		body = append([]byte("<html>"), body...)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	s.write(w, body)
}

// hang waits until the client has left or the platform closes, and drops the
// connection.
func (s *Sim) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.done:
	}
	panic(http.ErrAbortHandler)
}

func (s *Sim) write(w http.ResponseWriter, body []byte) {
	if _, err := w.Write(body); err != nil {
		s.opt.Log.Debug("client left before its answer", "error", err)
	}
}
