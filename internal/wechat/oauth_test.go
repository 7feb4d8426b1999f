package wechat_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rixue/internal/wechat"
	"rixue/internal/wechat/wechatsim"
)

func TestAuthorizeURLIsAsOldPhonesWantIt(t *testing.T) {
	c := wechat.New(wechat.Config{AppID: "wx1", AppSecret: "SESAME"})
	got := c.AuthorizeURL("https://h.example/m/login?next=/m/a&b=1", "abc123")
	want := "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1" +
		"&redirect_uri=https%3A%2F%2Fh.example%2Fm%2Flogin%3Fnext%3D%2Fm%2Fa%26b%3D1" +
		"&response_type=code&scope=snsapi_base&state=abc123#wechat_redirect"
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// codeOf lets a phone go through web authorization.
func (p platform) codeOf(t *testing.T, c *wechat.Client, f *wechatsim.Follower) string {
	t.Helper()
	p.SetSite("http://site.example")
	browser := f.Browse()
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := browser.Get(c.AuthorizeURL("http://site.example/m/login", "s1"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	u, err := resp.Location()
	if err != nil {
		t.Fatal(err)
	}
	if u.Host != "site.example" || u.Query().Get("state") != "s1" {
		t.Errorf("sent to %s", u)
	}
	return u.Query().Get("code")
}

func TestOAuthTellsWhoReads(t *testing.T) {
	var now clock
	p := newPlatform(t, wechatsim.Options{Now: now.Now})
	c := p.client(t, func(cfg *wechat.Config) { cfg.OpenBase = p.base })
	a := p.Follower("a")
	code := p.codeOf(t, c, a)
	if id, snapshot, err := c.OAuthOpenID(t.Context(), code); id != a.OpenID() || snapshot || err != nil {
		t.Errorf("%q %v %v", id, snapshot, err)
	}
	refused := func(code string, want int) {
		t.Helper()
		_, _, err := c.OAuthOpenID(t.Context(), code)
		if e := failure(t, err); e.Code != want || e.Class != wechat.ClassUser || e.RID == "" {
			t.Errorf("%+v, want %d", e, want)
		}
	}
	refused(code, 40163)
	refused("x", 40029)
	refused("", 41008)
	code = p.codeOf(t, c, a)
	now.Add(5 * time.Minute)
	refused(code, 42003)
	a.Snapshot(true)
	if id, snapshot, err := c.OAuthOpenID(t.Context(), p.codeOf(t, c, a)); id == a.OpenID() || !snapshot || err != nil {
		t.Errorf("snapshot: %q %v %v", id, snapshot, err)
	}
	if n := p.Calls(tokenPath); n != 0 {
		t.Errorf("%d tokens fetched", n)
	}
}

func TestNothingTellsTheSecretOfOAuth(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	for name, spoil := range map[string]func(*wechat.Config){
		"refused":     func(cfg *wechat.Config) {},
		"unreachable": func(cfg *wechat.Config) { cfg.APIBase = "http://127.0.0.1:1" },
		"no URL":      func(cfg *wechat.Config) { cfg.APIBase = "http://a b" },
		"reset":       func(*wechat.Config) { p.AddFault(wechatsim.Fault{Path: "*", Times: 1, Reset: true}) },
		"502":         func(*wechat.Config) { p.AddFault(wechatsim.Fault{Path: "*", Times: 1, Status: 502}) },
	} {
		var log bytes.Buffer
		c := p.client(t, func(cfg *wechat.Config) {
			cfg.AppSecret = "SESAME"
			cfg.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			spoil(cfg)
		})
		_, _, err := c.OAuthOpenID(t.Context(), "CODE1")
		e := failure(t, err)
		if text := err.Error() + e.Msg + log.String(); strings.Contains(text, "SESAME") || strings.Contains(text, "CODE1") {
			t.Errorf("%s: %s", name, text)
		}
		if name == "refused" && (e.Code != 40125 || e.Class != wechat.ClassAlarm) {
			t.Errorf("%+v", e)
		}
		if u, bad := any(e.Unwrap()).(*url.Error); bad {
			t.Errorf("%s: %v can be unwrapped to its URL", name, u)
		}
	}
}
