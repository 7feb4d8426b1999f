package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"
)

// The cookies of /m/: who reads, and who is about to say so.
const (
	memberCookie = "rixue_member"
	loginCookie  = "rixue_login"
)

const (
	sessionLife = 2 * time.Hour
	loginLife   = 10 * time.Minute
)

// session is what memberCookie holds.
type session struct {
	Person string
	Until  int64 // business time, Unix milliseconds
}

// attempt is what loginCookie holds: a way to WeChat and back.
type attempt struct {
	State string // what WeChat sends back
	To    string // the page that was wanted
	Until int64  // as in session
	Again bool   // the second way, after a code that was of no use
	Used  bool   // it came back with a good code: the state opens nothing more
}

// give sets a cookie whose value the browser can neither read nor make. Each
// has a column name of its own, so that none passes for another.
func (m *members) give(w http.ResponseWriter, name string, value any, life time.Duration) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: base64.RawURLEncoding.EncodeToString(m.Ring.Seal("web."+name, string(text))),
		Path: "/m", MaxAge: int(life / time.Second), HttpOnly: true, Secure: m.secure, SameSite: http.SameSiteLaxMode,
	})
	return nil
}

// take reads a cookie that give has set. Whether it is too old is for the
// caller to say.
func (m *members) take(r *http.Request, name string, value any) bool {
	c, err := r.Cookie(name)
	if err != nil {
		return false
	}
	sealed, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return false
	}
	text, err := m.Ring.Open("web."+name, sealed)
	return err == nil && json.Unmarshal([]byte(text), value) == nil
}
