// Package web is the door of clicks: every address that the product answers
// stands in the table of [New].
//
// # Pages inside WeChat
//
// Members read and answer under /m/. Who is reading is learned from WeChat
// (login.go) and then kept in a sealed cookie; whom he is bound to is looked up
// with every request. A handler runs in one transaction, in the order of its
// person's messages, and returns what is to be shown; pages are drawn after the
// commit, so that a slow phone holds nothing. A refusal becomes a page in words
// at one place ([members.fail]). Reading and answering need no script.
package web

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"
)

// Config is what the pages need.
type Config struct {
	Callback http.Handler // WeChat's messages; nil: this process has no web role
	Metrics  http.Handler
	// Ready tells why the process should get no traffic; nil if it should.
	Ready func(context.Context) error
	// VerifyDir holds the MP_verify_*.txt files by which WeChat checks that a
	// domain is ours.
	VerifyDir string
	// Members is for the pages inside WeChat; nil: there are none.
	Members *Members
}

// New returns the handler of all addresses.
func New(c Config) http.Handler {
	mux := http.NewServeMux()
	table := func(t map[string]http.Handler) {
		for pattern, h := range t {
			mux.Handle(pattern, h)
		}
	}
	table(map[string]http.Handler{
		"GET /healthz": http.HandlerFunc(alive),
		"GET /readyz":  http.HandlerFunc(c.ready),
		"GET /metrics": c.Metrics,
	})
	if c.Callback != nil {
		table(map[string]http.Handler{
			"/wechat": c.Callback,
			"/{file}": http.HandlerFunc(c.verifyFile),
		})
	}
	if c.Members != nil {
		m := newMembers(*c.Members)
		table(map[string]http.Handler{
			"GET /m/{$}":              m.page(m.study),
			"GET /m/study":            m.page(m.study),
			"GET /m/topic/{id}":       m.page(m.topic),
			"GET /m/topic/{id}/quiz":  m.page(m.quiz),
			"POST /m/topic/{id}/quiz": m.page(m.answer),
			"GET /m/login":            m.open(m.login),
			"/m/":                     m.open(nowhere),
			"GET /assets/{file}":      m.assets,
		})
	}
	return mux
}

// Server gives the handler its time-outs: a slow or silent client must not
// keep a connection for ever. WeChat sends within seconds.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      20 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
}

func alive(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") }

func (c Config) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := c.Ready(ctx); err != nil {
		// Which part is away is for the log; the address is open to everybody.
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ready\n")
}

// verifyFile serves /MP_verify_*.txt and nothing else from its folder.
func (c Config) verifyFile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	if !strings.HasPrefix(name, "MP_verify_") || !strings.HasSuffix(name, ".txt") || strings.ContainsAny(name, `/\`) {
		http.NotFound(w, r)
		return
	}
	b, err := fs.ReadFile(os.DirFS(c.VerifyDir), name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		http.NotFound(w, r)
		return
	}
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write(b)
}
