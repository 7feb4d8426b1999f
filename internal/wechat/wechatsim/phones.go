package wechatsim

import (
	"cmp"
	"embed"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"
)

// pageFiles are the page of phones, /sim/.
//
//go:embed phones/*
var pageFiles embed.FS

// views remembers where the WebViews of phones are served.
type views struct {
	mu      sync.Mutex
	origins map[string]string // by openid
}

// phoneRoutes serves the page that shows phones, and what it asks for beyond
// the control API.
func (s *Sim) phoneRoutes(mux *http.ServeMux) {
	mux.Handle("GET /sim/{$}", s.pageFile("index.html"))
	for _, file := range []string{"page.js", "phone.js", "message.js", "api.js", "page.css", "phone.css", "message.css", "icon.svg"} {
		mux.Handle("GET /sim/"+file, s.pageFile(file))
	}
	mux.Handle("GET /sim/events", onlyLocal(http.HandlerFunc(s.events)))
	mux.Handle("POST /sim/view", s.person(func(f *Follower, p params) Seen { return f.View(p["url"]) }))
	for pattern, do := range map[string]func(*http.Request, params) (any, error){
		"GET /sim/account":  s.controlAccount,
		"GET /sim/codes":    s.controlCodes,
		"POST /sim/button":  s.controlButton,
		"POST /sim/webview": s.controlWebView,
		"POST /sim/clock":   s.controlMoveClock,
	} {
		mux.Handle(pattern, s.control(do))
	}
}

func (s *Sim) pageFile(name string) http.Handler {
	return onlyLocal(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; frame-src http://127.0.0.1:* http://localhost:*")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeFileFS(w, r, pageFiles, "phones/"+name)
	}))
}

// controlAccount tells the page what it can show.
func (s *Sim) controlAccount(*http.Request, params) (any, error) {
	return map[string]any{
		"name": s.opt.Name, "phones": append([]string{}, s.opt.Phones...),
		"webview": s.opt.OpenWebView != nil, "clock": s.opt.MoveClock != nil,
	}, nil
}

// controlCodes lists the codes that can be scanned now.
func (s *Sim) controlCodes(*http.Request, params) (any, error) {
	type known struct {
		Scene string     `json:"scene"`
		Until *time.Time `json:"until,omitempty"` // never without
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	byScene := map[string]known{}
	for _, code := range s.codes {
		if !code.live(s.opt.Now()) {
			continue
		}
		k := known{Scene: code.scene}
		if !code.until.IsZero() {
			k.Until = &code.until
		}
		if old, twice := byScene[code.scene]; !twice || old.Until != nil && (k.Until == nil || k.Until.After(*old.Until)) {
			byScene[code.scene] = k
		}
	}
	list := []known{}
	for _, k := range byScene {
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b known) int { return cmp.Compare(a.Scene, b.Scene) })
	return list, nil
}

// controlButton taps a menu button by its name.
func (s *Sim) controlButton(_ *http.Request, p params) (any, error) {
	f, err := s.whose(p)
	if err != nil {
		return nil, err
	}
	var out struct {
		Seen
		URL string `json:"url"`
	}
	out.Seen, out.URL = f.TapButton(p["name"])
	return out, nil
}

var errNotOffered = errors.New("not offered by this simulator")

// controlWebView opens the browser of a phone, at an address if there is one.
func (s *Sim) controlWebView(_ *http.Request, p params) (any, error) {
	if s.opt.OpenWebView == nil {
		return nil, errNotOffered
	}
	f, err := s.whose(p)
	if err != nil {
		return nil, err
	}
	path := "/"
	if p["url"] != "" {
		if path, err = s.inWebView(p["url"]); err != nil {
			return nil, err
		}
	}
	origin, err := s.openView(f)
	if err != nil {
		return nil, err
	}
	return map[string]string{"origin": origin, "url": origin + path}, nil
}

// openView returns the origin of a phone's WebView, which is served from the
// first time it is asked for.
func (s *Sim) openView(f *Follower) (string, error) {
	s.views.mu.Lock()
	defer s.views.mu.Unlock()
	if origin, open := s.views.origins[f.openID]; open {
		return origin, nil
	}
	origin, err := s.opt.OpenWebView(s.WebView(f))
	if err != nil {
		return "", err
	}
	if s.views.origins == nil {
		s.views.origins = map[string]string{}
	}
	s.views.origins[f.openID] = origin
	return origin, nil
}

// controlMoveClock moves the clock by a duration or to an instant.
func (s *Sim) controlMoveClock(r *http.Request, p params) (any, error) {
	if s.opt.MoveClock == nil {
		return nil, errNotOffered
	}
	to, err := time.Parse(time.RFC3339, p["to"])
	if p["advance"] != "" {
		var by time.Duration
		by, err = time.ParseDuration(p["advance"])
		to = s.opt.Now().Add(by)
	}
	if err != nil {
		return nil, err
	}
	if err := s.opt.MoveClock(to); err != nil {
		return nil, err
	}
	return s.controlClock(r, p)
}
