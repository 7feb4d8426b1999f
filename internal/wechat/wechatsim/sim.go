package wechatsim

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Mode is how callbacks are enveloped, as chosen on the account's admin site.
type Mode string

// The three modes. Compat and Safe need Options.AESKey.
const (
	Plain  Mode = "plain"  // 明文
	Compat Mode = "compat" // 兼容: plain fields beside the encrypted ones
	Safe   Mode = "safe"   // 安全: encrypted alone
)

// Options describe the account and the platform's manners.
type Options struct {
	AppID      string // wx0000000000000001 when empty
	Secret     string // "secret" when empty
	Token      string // signs callbacks; "token" when empty
	AESKey     string // EncodingAESKey, 43 characters
	OriginalID string // gh_… , the account as a sender; gh_000000000001 when empty

	CallbackURL string // where callbacks go; may be set later
	Mode        Mode   // Safe when empty and AESKey is set, else Plain

	// Deadline is how long one attempt may take, connecting included; 5 s when
	// zero, which is WeChat's. Real time.
	Deadline time.Duration
	Attempts int  // for one callback, in all; 3 when zero
	SameSign bool // attempts repeat timestamp and nonce instead of making new ones

	// Patience is how long Follower.Expect waits for a message that has not
	// come yet. Real time; zero: not at all.
	Patience time.Duration

	// Quotas are daily limits by path, over the platform's usual ones.
	Quotas map[string]int

	// OAuthDomain is the account's domain for web authorization: the host (and
	// port) that a redirect_uri must have; any when empty.
	OAuthDomain string

	Name   string   // the account's, as phones show it; 公众号 when empty
	Phones []string // whose phones /sim/ shows unless it is asked for others

	// OpenWebView serves h, the browser inside a phone, at an address of its
	// own and returns its origin, http://127.0.0.1:PORT. Nil: the phones of
	// /sim/ open no pages.
	OpenWebView func(h http.Handler) (origin string, err error)
	// MoveClock moves the clock that Now reads; nil: /sim/ cannot.
	MoveClock func(to time.Time) error

	// RatePerSecond is how many calls of a path the platform takes in one
	// second of Now; more are refused with 45011.
	RatePerSecond map[string]int

	Templates []Template // of the account
	Receipts  Receipts   // when the results of cards are told

	Now func() time.Time // the clock of everything else; time.Now when nil
	Log *slog.Logger     // nil: silent
}

func (o Options) withDefaults() Options {
	set := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	set(&o.AppID, "wx0000000000000001")
	set(&o.Secret, "secret")
	set(&o.Token, "token")
	set(&o.OriginalID, "gh_000000000001")
	set(&o.Name, "公众号")
	if o.Mode == "" {
		o.Mode = Plain
		if o.AESKey != "" {
			o.Mode = Safe
		}
	}
	if o.Deadline == 0 {
		o.Deadline = 5 * time.Second
	}
	if o.Attempts == 0 {
		o.Attempts = 3
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Sim is the platform with one account. It is an http.Handler which serves the
// platform's API and the control API, and safe for many goroutines.
type Sim struct {
	opt  Options
	mux  *http.ServeMux
	http *http.Client // sends callbacks

	views views

	done  chan struct{} // ends hanging answers and callbacks
	close sync.Once

	// mu guards everything below and is never held while a callback is sent.
	mu        sync.Mutex
	callback  string
	salt      string               // makes tokens, tickets and rids of two Sims differ
	serial    int64                // for everything that must be unique
	followers map[string]*Follower // by openid
	plain     tokenLine
	stable    tokenLine
	tokens    map[string]time.Time // every token with its end
	forced    forceLog
	quotas    quotas
	rids      map[string]ridRecord
	codes     map[string]qrCode    // by ticket
	media     map[string]time.Time // ids with their birth
	tags      []tag
	templates []Template
	sent      sentLog
	rates     rates
	receipts  receipts
	faults    []Fault
	calls     map[string]int
	changed   chan struct{} // closed and replaced when something is new on a phone
	menus     menuBook
	tickets   ticketLine
	oauth     map[string]oauthCode // by code
	site      string               // origin of the account's pages
}

// New makes a platform with nobody following.
func New(opt Options) *Sim {
	opt = opt.withDefaults()
	s := &Sim{
		opt:       opt,
		http:      newCallbackClient(),
		done:      make(chan struct{}),
		callback:  opt.CallbackURL,
		salt:      rand.Text(),
		followers: map[string]*Follower{},
		tokens:    map[string]time.Time{},
		quotas:    newQuotas(opt.Quotas),
		rids:      map[string]ridRecord{},
		codes:     map[string]qrCode{},
		media:     map[string]time.Time{},
		tags:      []tag{{ID: starTag, Name: "星标组"}},
		calls:     map[string]int{},
		oauth:     map[string]oauthCode{},
		changed:   make(chan struct{}),
	}
	s.sent.ids = map[sentKey]int64{}
	s.rates = rates{limit: opt.RatePerSecond, used: map[string]int{}}
	s.receipts = newReceipts(&s.mu)
	for _, t := range opt.Templates {
		s.AddTemplate(t)
	}
	s.mux = s.routes()
	return s
}

// newCallbackClient keeps a connection for each of 200 people who write at
// once. Like WeChat it does not follow redirects.
func newCallbackClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = nil
	t.MaxIdleConns = 256
	t.MaxIdleConnsPerHost = 256
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ServeHTTP serves the platform's API and, under /sim/, the control API.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Close ends hanging answers and callbacks under way, and gives idle
// connections back. It may be called twice.
func (s *Sim) Close() {
	s.close.Do(func() { close(s.done) })
	s.Settle()
	s.http.CloseIdleConnections()
}

// SetCallback changes where callbacks go.
func (s *Sim) SetCallback(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.callback = url
}

// Calls returns how often an API path was called, refused calls included.
func (s *Sim) Calls(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[path]
}

// next returns a number that was not returned before. The caller holds mu.
func (s *Sim) next() int64 {
	s.serial++
	return s.serial
}
