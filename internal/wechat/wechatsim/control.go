package wechatsim

import (
	"errors"
	"maps"
	"net/http"
	"time"
)

// person is what a control request lets a person do.
type person func(f *Follower, p params) Seen

// controlRoutes is the table of the control API; the package doc explains it.
func (s *Sim) controlRoutes(mux *http.ServeMux) {
	for path, do := range map[string]person{
		"follow": func(f *Follower, p params) Seen {
			if p["scene"] != "" {
				return f.FollowByScene(p["scene"])
			}
			return f.Follow()
		},
		"say":      say,
		"send":     send,
		"tap":      func(f *Follower, p params) Seen { return f.Tap(p["key"]) },
		"scan":     func(f *Follower, p params) Seen { return f.Scan(p["scene"]) },
		"unfollow": func(f *Follower, _ params) Seen { return f.Unfollow() },
		"event":    func(f *Follower, p params) Seen { return f.Event(p["event"], p["xml"]) },
		"again":    func(f *Follower, _ params) Seen { return f.Again() },
		"accept":   func(f *Follower, p params) Seen { return f.Accept(p.list("template")...) },
		"reject":   func(f *Follower, p params) Seen { return f.Reject(p.list("template")...) },
		"refuse":   func(f *Follower, p params) Seen { return f.Refuse(p["template"]) },
		"block":    func(f *Follower, _ params) Seen { f.Block(); return Seen{} },
		"unblock":  func(f *Follower, _ params) Seen { f.Unblock(); return Seen{} },
	} {
		mux.Handle("POST /sim/"+path, s.person(do))
	}
	for pattern, do := range map[string]func(*http.Request, params) (any, error){
		"GET /sim/phone":     s.controlPhone,
		"GET /sim/calls":     s.controlCalls,
		"GET /sim/clock":     s.controlClock,
		"POST /sim/callback": s.controlCallback,
		"POST /sim/verify":   s.controlVerify,
		"POST /sim/template": s.controlTemplate,
		"POST /sim/fault":    s.controlFault,
		"DELETE /sim/fault":  s.controlClearFaults,
	} {
		mux.Handle(pattern, s.control(do))
	}
}

func say(f *Follower, p params) Seen {
	if p["menu_id"] != "" {
		return f.Choose(p["menu_id"], p["text"])
	}
	return f.Say(p["text"])
}

func send(f *Follower, p params) Seen {
	switch p["kind"] {
	case "image":
		return f.SendImage()
	case "voice":
		return f.SendVoice()
	case "video":
		return f.SendVideo()
	case "shortvideo":
		return f.SendShortVideo()
	case "location":
		return f.SendLocation(p.number("latitude"), p.number("longitude"), p["label"])
	case "link":
		return f.SendLink(p["title"], p["description"], p["url"])
	}
	return Seen{Reason: "kind is image, voice, video, shortvideo, location or link"}
}

// person serves what a person does.
func (s *Sim) person(do person) http.Handler {
	return s.control(func(_ *http.Request, p params) (any, error) {
		f, err := s.whose(p)
		if err != nil {
			return nil, err
		}
		return do(f, p), nil
	})
}

// whose returns the person that a control request is about.
func (s *Sim) whose(p params) (*Follower, error) {
	if p["who"] == "" {
		return nil, errors.New("who is missing: any name")
	}
	return s.Follower(p["who"]), nil
}

func (s *Sim) controlPhone(_ *http.Request, p params) (any, error) {
	return phone(s.Follower(p["who"]).Inbox()), nil
}

func (s *Sim) controlCalls(*http.Request, params) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.calls), nil
}

func (s *Sim) controlClock(*http.Request, params) (any, error) {
	return map[string]string{"now": s.opt.Now().In(beijing()).Format(time.RFC3339)}, nil
}

func (s *Sim) controlCallback(_ *http.Request, p params) (any, error) {
	s.SetCallback(p["url"])
	return ok(), nil
}

func (s *Sim) controlVerify(r *http.Request, _ params) (any, error) {
	if err := s.Verify(r.Context()); err != nil {
		return nil, err
	}
	return ok(), nil
}

func (s *Sim) controlFault(_ *http.Request, p params) (any, error) {
	if p["kill_tokens"] == "true" {
		s.KillTokens()
		return ok(), nil
	}
	times, err1 := p.integer("times")
	code, err2 := p.integer("code")
	status, err3 := p.integer("status")
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	f := Fault{
		Path: p["path"], Times: times, Code: code, Msg: p["msg"], Status: status,
		Hang: p["hang"] == "true", Slow: p["slow"] == "true", Reset: p["reset"] == "true", BadJSON: p["bad_json"] == "true",
		Undelivered: p["undelivered"] == "true",
	}
	if f.Path == "" {
		return nil, errors.New("path is missing: a path of the API, or *")
	}
	s.AddFault(f)
	return ok(), nil
}

func (s *Sim) controlClearFaults(*http.Request, params) (any, error) {
	s.ClearFaults()
	return ok(), nil
}
