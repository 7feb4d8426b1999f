package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
	"slices"
	"strings"

	"rixue/internal/db"
	"rixue/internal/errs"
	"rixue/internal/wechat"
	"rixue/internal/words"
)

const loginPath = "/m/login"

// errNoSession sends a browser to WeChat.
var errNoSession = errors.New("web: nobody is logged in")

// authorize sends a browser to WeChat to learn who is reading. It comes back to
// login, and from there to the page that was wanted.
func (m *members) authorize(w http.ResponseWriter, r *http.Request, to string, again bool) error {
	now, err := m.now(r.Context())
	if err != nil {
		return err
	}
	a := attempt{State: rand.Text(), To: to, Until: now + loginLife.Milliseconds(), Again: again}
	if err := m.give(w, loginCookie, a, loginLife); err != nil {
		return err
	}
	return goTo(w, r, m.WeChat.AuthorizeURL(m.PublicURL+loginPath, a.State))
}

// login is where WeChat sends a browser back to, with a code.
func (m *members) login(w http.ResponseWriter, r *http.Request) error {
	now, err := m.now(r.Context())
	if err != nil {
		return err
	}
	a, ok := m.cameBack(r, now)
	var known session
	loggedIn := m.take(r, memberCookie, &known) && known.Until > now
	if !ok || a.Used && !loggedIn {
		return errs.New(errs.Forbidden, words.PageLoginLost)
	}
	if a.Used {
		return goTo(w, r, a.To)
	}
	person, err := m.exchange(r.Context(), r.URL.Query().Get("code"))
	switch code := codeOf(err); {
	case code == codeUsed && loggedIn: // WeChat's browser may come here twice
	case slices.Contains(staleCodes, code) && !a.Again:
		return m.authorize(w, r, a.To, true)
	case slices.Contains(staleCodes, code):
		return errs.Wrap(errs.Busy, words.PageLoginFailed, err)
	case err != nil:
		return err
	default:
		if err := m.give(w, memberCookie, session{person, now + sessionLife.Milliseconds()}, sessionLife); err != nil {
			return err
		}
	}
	a.Used = true
	if err := m.give(w, loginCookie, a, loginLife); err != nil {
		return err
	}
	return goTo(w, r, a.To)
}

// cameBack finds the attempt that a browser comes back from: only this browser
// was sent out with its state. A state that has let somebody in does so no
// more; it still knows the page that was wanted.
func (m *members) cameBack(r *http.Request, now int64) (a attempt, ok bool) {
	ok = m.take(r, loginCookie, &a) && a.Until > now && local(a.To) &&
		subtle.ConstantTimeCompare([]byte(a.State), []byte(r.URL.Query().Get("state"))) == 1
	return a, ok
}

// goTo sends a browser on, by GET.
func goTo(w http.ResponseWriter, r *http.Request, address string) error {
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

// local tells whether a path is one of ours to send members to.
func local(path string) bool { return strings.HasPrefix(path, "/m/") }

const codeUsed = 40163

// staleCodes are WeChat's words for a code that is of no use: unknown, used,
// expired, missing.
var staleCodes = []int{40029, codeUsed, 42003, 41008}

// codeOf is the platform's code of an error, 0 if it is not one of its.
func codeOf(err error) int {
	if e, ok := errors.AsType[*wechat.Error](err); ok {
		return e.Code
	}
	return 0
}

// exchange turns a code into the person who opened the page. Nobody is made a
// person by that: who was never here has to follow the account first.
func (m *members) exchange(ctx context.Context, code string) (person string, err error) {
	openID, snapshot, err := m.WeChat.OAuthOpenID(ctx, code)
	if e, ok := errors.AsType[*wechat.Error](err); ok && (e.Temporary() || e.Code == wechat.NoAnswer) {
		return "", errs.Wrap(errs.Busy, words.PageWeChatAway, err)
	}
	if err != nil {
		return "", err
	}
	if snapshot { // an invented openid
		return "", errs.New(errs.Forbidden, words.PageSnapshot)
	}
	person = m.Ring.ID("openid", openID)
	var met bool
	err = m.DB.View(ctx, func(tx *db.Tx) (err error) {
		met, err = m.Met(ctx, tx, person)
		return err
	})
	if err == nil && !met {
		err = errs.New(errs.Forbidden, words.PageFollow)
	}
	return person, err
}

// now is business time in Unix milliseconds.
func (m *members) now(ctx context.Context) (now int64, err error) {
	err = m.DB.View(ctx, func(tx *db.Tx) error {
		now = tx.Millis()
		return nil
	})
	return now, err
}
