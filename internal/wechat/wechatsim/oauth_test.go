package wechatsim_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"rixue/internal/wechat/wechatsim"
)

// authorize is the query by which a page asks who is reading.
func authorize(change func(url.Values)) string {
	q := url.Values{
		"appid": {"wx0000000000000001"}, "redirect_uri": {"http://site.example/m/login?next=%2Fm%2Fa"},
		"response_type": {"code"}, "scope": {"snsapi_base"}, "state": {"abc123"},
	}
	if change != nil {
		change(q)
	}
	return "http://platform.example/connect/oauth2/authorize?" + q.Encode() + "#wechat_redirect"
}

// asks sends a phone to the page of web authorization and returns where it is
// sent on, or what the page says.
func asks(t *testing.T, f *wechatsim.Follower, address string) (target, page string) {
	t.Helper()
	c := f.Browse()
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.Header.Get("Location"), string(body)
}

func newCode(t *testing.T, f *wechatsim.Follower) string {
	t.Helper()
	target, page := asks(t, f, authorize(nil))
	u, err := url.Parse(target)
	if err != nil || u.Query().Get("code") == "" {
		t.Fatalf("no code in %q (%v); %s", target, err, page)
	}
	return u.Query().Get("code")
}

func (c *caller) exchange(code string) answerJSON {
	c.t.Helper()
	return c.do(http.MethodGet, "/sns/oauth2/access_token?appid=wx0000000000000001&secret=secret&grant_type=authorization_code&code="+code, "")
}

func TestCodeTellsWhoReadsOnceAndForFiveMinutes(t *testing.T) {
	now := newClock()
	sim := newSim(t, wechatsim.Options{Now: now.Now}, quiet)
	c := newCaller(t, sim)
	a := sim.Follower("a")
	code := newCode(t, a)
	if got := c.exchange(code); got["openid"] != a.OpenID() || got["is_snapshotuser"] != nil || got["scope"] != "snsapi_base" {
		t.Errorf("exchanged for %v", got)
	}
	if got := c.exchange(code); got.code() != 40163 {
		t.Errorf("a second time: %v", got)
	}
	code = newCode(t, a)
	now.Add(5*time.Minute - time.Second)
	if got := c.exchange(code); got.code() != 0 {
		t.Errorf("just in time: %v", got)
	}
	code = newCode(t, a)
	now.Add(5 * time.Minute)
	if got := c.exchange(code); got.code() != 42003 {
		t.Errorf("after five minutes: %v", got)
	}
	if got := c.exchange("0f0f"); got.code() != 40029 {
		t.Errorf("an invented code: %v", got)
	}
	if got := c.exchange(""); got.code() != 41008 {
		t.Errorf("no code: %v", got)
	}
	wrong := c.do(http.MethodGet, "/sns/oauth2/access_token?appid=wx0000000000000001&secret=x&grant_type=authorization_code&code="+newCode(t, a), "")
	if wrong.code() != 40125 {
		t.Errorf("a wrong secret: %v", wrong)
	}
	a.Snapshot(true)
	if got := c.exchange(newCode(t, a)); got["is_snapshotuser"] != 1.0 || got["openid"] == a.OpenID() {
		t.Errorf("in a snapshot: %v", got)
	}
}

func TestAuthorizationChecksWhatItIsAsked(t *testing.T) {
	sim := newSim(t, wechatsim.Options{OAuthDomain: "site.example"}, quiet)
	a := sim.Follower("a")
	target, _ := asks(t, a, authorize(nil))
	if !strings.HasPrefix(target, "http://site.example/m/login?next=%2Fm%2Fa&code=") || !strings.HasSuffix(target, "&state=abc123") {
		t.Errorf("sent to %q", target)
	}
	set := func(name, value string) func(url.Values) { return func(q url.Values) { q.Set(name, value) } }
	for name, tt := range map[string]struct {
		change func(url.Values)
		says   string
	}{
		"account":       {set("appid", "wx2"), "AppID"},
		"no account":    {set("appid", ""), "10012"},
		"no address":    {set("redirect_uri", ""), "10011"},
		"other host":    {set("redirect_uri", "http://evil.example/"), "10003"},
		"sub domain":    {set("redirect_uri", "http://a.site.example/"), "10003"},
		"other port":    {set("redirect_uri", "http://site.example:81/"), "10003"},
		"other scheme":  {set("redirect_uri", "javascript://site.example/"), "10003"},
		"response type": {set("response_type", "token"), "response_type"},
		"other scope":   {set("scope", "snsapi_userinfo"), "10005"},
		"no scope":      {set("scope", ""), "10010"},
		"state":         {set("state", "a-b"), "state"},
		"long state":    {set("state", strings.Repeat("a", 129)), "state"},
	} {
		target, page := asks(t, a, authorize(tt.change))
		if target != "" || !strings.Contains(page, tt.says) {
			t.Errorf("%s: sent to %q; %s", name, target, page)
		}
	}
	if target, _ := asks(t, a, authorize(set("state", strings.Repeat("a", 128)))); target == "" {
		t.Error("a state of 128 letters is refused")
	}
}

func TestOutsideOfWeChatNobodyIsKnown(t *testing.T) {
	sim := newSim(t, wechatsim.Options{}, quiet)
	w := httptest.NewRecorder()
	sim.ServeHTTP(w, httptest.NewRequest(http.MethodGet, authorize(nil), nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "请在微信客户端打开链接") || w.Header().Get("Location") != "" {
		t.Errorf("%d %v: %s", w.Code, w.Header(), fmt.Sprint(w.Body))
	}
}
