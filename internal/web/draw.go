package web

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"rixue/internal/errs"
	"rixue/internal/wechat"
	"rixue/internal/words"
)

//go:embed pages
var pageFiles embed.FS

// parsePages reads every page, each with the layout around it; it panics if
// the program was built with a broken one.
func parsePages(a assets) map[string]*template.Template {
	layout := template.New("").Option("missingkey=error").Funcs(template.FuncMap{
		"asset": a.address, "markdown": newMarkdown().html,
	})
	template.Must(layout.ParseFS(pageFiles, "pages/layout.html"))
	files, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil {
		panic(err)
	}
	all := map[string]*template.Template{}
	for _, f := range files {
		if name := strings.TrimSuffix(path.Base(f), ".html"); name != "layout" {
			all[name] = template.Must(template.Must(layout.Clone()).ParseFS(pageFiles, f))
		}
	}
	return all
}

// sheet is what the layout draws.
type sheet struct {
	Data  any
	Offer *offer // nil for none
}

// offer is WeChat's button for subscriptions, and what its script needs.
type offer struct {
	wechat.JSConfig
	Script    string
	Templates string // ids with commas between them
}

// draw shows a page.
func (m *members) draw(w http.ResponseWriter, r *http.Request, out reply) error {
	s := sheet{Data: out.data}
	if out.offer && len(m.Offer) > 0 {
		s.Offer = m.makeOffer(r)
	}
	return m.write(w, http.StatusOK, out.page, s)
}

func (m *members) write(w http.ResponseWriter, status int, page string, s sheet) error {
	var b bytes.Buffer
	if err := m.pages[page].ExecuteTemplate(&b, "layout", s); err != nil {
		return err
	}
	h := w.Header()
	if s.Offer != nil {
		h.Set("Content-Security-Policy", policyWith(s.Offer.Script))
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b.Bytes())
	return nil
}

// offerTime is how long a page waits for WeChat. Without a signature it does
// without the button.
const offerTime = 1500 * time.Millisecond

func (m *members) makeOffer(r *http.Request) *offer {
	ctx, cancel := context.WithTimeout(r.Context(), offerTime)
	defer cancel()
	signed, err := m.WeChat.JSConfig(ctx, m.PublicURL+r.URL.RequestURI())
	if err != nil {
		m.Log.WarnContext(ctx, "page without its offer", "error", err.Error())
		return nil
	}
	return &offer{JSConfig: signed, Script: m.Script, Templates: strings.Join(m.Offer, ",")}
}

// policy is what a page may load: its own things, and pictures.
const policy = "default-src 'self'; img-src 'self' data: https:; style-src 'self'; script-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// policyWith is the one exception: WeChat's script, and the frames in which it
// draws its tag.
func policyWith(script string) string {
	origin := ""
	if u, err := url.Parse(script); err == nil {
		origin = u.Scheme + "://" + u.Host
	}
	return strings.Replace(policy, "script-src 'self'", "script-src 'self' "+origin+"; frame-src https://*.qq.com webcompt:", 1)
}

// headers are those of every page. With no-referrer browsers would send forms
// without their origin, and the guard could not tell ours.
func headers(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
}

// notice is a page that says something instead of what was wanted.
type notice struct {
	Title     string
	Lines     []string
	Link, Way string // where to go from here; may be empty
}

// fail turns an error into a page: a refusal's words, or an apology for a fault.
func (m *members) fail(w http.ResponseWriter, r *http.Request, err error) {
	kind := errs.KindOf(err)
	text, ok := errs.Words(err)
	if !ok {
		text = words.PageFault
	}
	if status := statusOf(kind); status >= http.StatusInternalServerError && r.Context().Err() == nil {
		m.Log.ErrorContext(r.Context(), "page failed", "page", r.Pattern, "status", status, "error", err.Error())
	}
	lines := strings.Split(text, "\n")
	n := notice{Title: lines[0], Lines: lines[1:], Link: r.URL.EscapedPath(), Way: words.PageAgain}
	switch {
	case text == words.PageOnlyWeChat:
		n.Link = ""
	case r.URL.Path == loginPath: // it is of no use twice
		n.Link = "/m/study"
	case kind == errs.NotFound:
		n.Link, n.Way = "/m/study", words.PageToStudy
	}
	headers(w.Header())
	if err := m.write(w, statusOf(kind), "notice", sheet{Data: n}); err != nil {
		m.Log.ErrorContext(r.Context(), "page failed", "page", "notice", "error", err.Error())
		http.Error(w, text, http.StatusInternalServerError)
	}
}

// statusOf is the status of each kind of refusal.
func statusOf(k errs.Kind) int {
	switch k {
	case errs.Invalid:
		return http.StatusBadRequest
	case errs.NotFound:
		return http.StatusNotFound
	case errs.Forbidden:
		return http.StatusForbidden
	case errs.Conflict:
		return http.StatusConflict
	case errs.Locked:
		return http.StatusTooManyRequests
	case errs.Busy:
		return http.StatusServiceUnavailable
	case errs.Internal:
	}
	return http.StatusInternalServerError
}
