package web

import (
	"context"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"rixue/internal/db"
	"rixue/internal/errs"
	"rixue/internal/roster"
	"rixue/internal/seal"
	"rixue/internal/wechat"
	"rixue/internal/words"
	"rixue/notify"
	"rixue/study"
)

// Members is what the pages under /m/ need.
type Members struct {
	DB     *db.DB
	Ring   *seal.Ring
	Roster *roster.Service
	Study  *study.Service
	Notify *notify.Service
	WeChat *wechat.Client
	Log    *slog.Logger
	// Met tells whether a person has ever followed the account or written to it.
	Met func(ctx context.Context, tx *db.Tx, personID string) (bool, error)

	PublicURL string   // base of our addresses, as phones have it
	Script    string   // address of WeChat's JS-SDK
	Offer     []string // templates of which pages offer subscriptions, of one type; may be empty
}

// members serves the pages under /m/.
type members struct {
	Members
	assets assets
	pages  map[string]*template.Template
	guard  *http.CrossOriginProtection
	secure bool // cookies
}

func newMembers(c Members) *members {
	m := &members{Members: c, assets: readAssets(), guard: http.NewCrossOriginProtection(), secure: strings.HasPrefix(c.PublicURL, "https:")}
	m.pages = parsePages(m.assets)
	m.guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.fail(w, r, errs.New(errs.Forbidden, words.PageForeign))
	}))
	if u, err := url.Parse(c.PublicURL); err == nil && u.Host != "" {
		// Also behind a proxy that gives us another Host. Its address was checked
		// when the configuration was read.
		_ = m.guard.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	return m
}

// visit is a request of a member.
type visit struct {
	*http.Request
	tx     *db.Tx
	member *roster.Member
}

// reply is what a visit gets: a page, or another path to go to.
type reply struct {
	page  string // name of its template
	data  any
	offer bool // the page may offer subscriptions
	to    string
}

// open is a page for everybody whose browser is WeChat's.
func (m *members) open(h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return m.guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers(w.Header())
		var err error
		if strings.Contains(r.UserAgent(), "MicroMessenger") {
			err = h(w, r)
		} else {
			err = errs.New(errs.Forbidden, words.PageOnlyWeChat)
		}
		if err != nil {
			m.fail(w, r, err)
		}
	}))
}

// page is a page for members. h may run more than once, as transactions do.
func (m *members) page(h func(context.Context, *visit) (reply, error)) http.Handler {
	return m.open(func(w http.ResponseWriter, r *http.Request) error {
		// All of the request is here before the transaction begins.
		r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
		if err := r.ParseForm(); err != nil {
			return errs.Wrap(errs.Invalid, words.PageInvalid, err)
		}
		out, err := m.visit(r, h)
		switch {
		case errors.Is(err, errNoSession) && r.Method == http.MethodPost:
			// The way of a form must not lead to WeChat: the policy of its page
			// forbids that.
			return errs.New(errs.Conflict, words.PageExpired)
		case errors.Is(err, errNoSession):
			return m.authorize(w, r, r.URL.EscapedPath(), false)
		case err != nil:
			return err
		case out.to != "":
			return goTo(w, r, out.to)
		}
		return m.draw(w, r, out)
	})
}

// visit runs a handler for the member who is logged in.
func (m *members) visit(r *http.Request, h func(context.Context, *visit) (reply, error)) (out reply, err error) {
	var s session
	if !m.take(r, memberCookie, &s) {
		return out, errNoSession
	}
	ctx := r.Context()
	err = m.DB.TxFor(ctx, s.Person, func(tx *db.Tx) error {
		if s.Until <= tx.Millis() {
			return errNoSession
		}
		member, err := m.Roster.MemberOfPerson(ctx, tx, s.Person)
		if errs.KindOf(err) == errs.NotFound || err == nil && member.Closed() {
			return errs.New(errs.Forbidden, words.PageBind)
		}
		if err != nil {
			return err
		}
		out, err = h(ctx, &visit{r, tx, &member})
		return err
	})
	return out, err
}

func nowhere(http.ResponseWriter, *http.Request) error {
	return errs.New(errs.NotFound, words.PageNotFound)
}
