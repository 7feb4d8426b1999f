package wechatsim_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rixue/internal/wechat/wechatsim"
)

// shownPhone is what the page of phones is told of a phone.
type shownPhone struct {
	Who       string             `json:"who"`
	Following bool               `json:"following"`
	Typing    bool               `json:"typing"`
	Title     string             `json:"title"`
	Menu      []wechatsim.Button `json:"menu"`
	From      int                `json:"from"`
	Messages  []wechatsim.Message
}

// watch listens to what the page of phones is told.
func watch(t *testing.T, sim *wechatsim.Sim, who string) (next func() shownPhone) {
	t.Helper()
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // so that waiting for what never comes ends
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/sim/events?who="+who, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	lines := bufio.NewScanner(resp.Body)
	return func() shownPhone {
		t.Helper()
		phone := false
		for lines.Scan() {
			if event, is := strings.CutPrefix(lines.Text(), "event: "); is {
				phone = event == "phone"
			}
			if data, is := strings.CutPrefix(lines.Text(), "data: "); is && phone {
				var p shownPhone
				if err := json.Unmarshal([]byte(data), &p); err != nil {
					t.Fatal(err)
				}
				return p
			}
		}
		t.Fatal("the events have ended")
		return shownPhone{}
	}
}

func TestPageOfPhonesIsToldWhatChanges(t *testing.T) {
	sim := newSim(t, wechatsim.Options{}, quiet)
	c := newCaller(t, sim)
	next := watch(t, sim, "a")
	if p := next(); p.Who != "a" || p.Following || p.From != 0 || p.Messages == nil || p.Menu == nil {
		t.Errorf("at first: %+v", p)
	}
	a := sim.Follower("a")
	a.Follow()
	if p := next(); !p.Following {
		t.Errorf("following: %+v", p)
	}
	a.Say("学习")
	if p := next(); p.From != 0 || len(p.Messages) != 1 || p.Messages[0].Via != wechatsim.Me || p.Messages[0].Text != "学习" {
		t.Errorf("what was said: %+v", p)
	}
	c.say(a, "今日")
	if p := next(); p.From != 1 || len(p.Messages) != 1 || p.Messages[0].Via != wechatsim.Service {
		t.Errorf("what was answered: %+v", p)
	}
	c.post(createPath, `{"button":[`+click("今日", "A")+`]}`)
	if p := next(); len(p.Menu) != 1 || p.Menu[0].Name != "今日" || p.From != 2 || len(p.Messages) != 0 {
		t.Errorf("the menu: %+v", p)
	}
	c.post("/cgi-bin/message/custom/typing", `{"touser":"`+a.OpenID()+`","command":"Typing"}`)
	if p := next(); !p.Typing {
		t.Errorf("typing: %+v", p)
	}
}

func TestChatHasBothSidesAndTheInboxOne(t *testing.T) {
	sim := newSim(t, wechatsim.Options{}, quiet)
	c := newCaller(t, sim)
	a := sim.Follower("a")
	a.Say("还没关注")
	a.Follow()
	a.Say("一")
	a.Again()
	a.Choose("7", "二")
	a.SendImage()
	a.Tap("KEY")
	c.post("/cgi-bin/message/custom/send", `{"touser":"`+a.OpenID()+`","msgtype":"msgmenu","msgmenu":`+
		`{"head_content":"满意吗","list":[{"id":"1","content":"满意"}],"tail_content":"谢谢"}}`)
	c.post("/cgi-bin/message/custom/send", `{"touser":"`+a.OpenID()+`","msgtype":"news","news":`+
		`{"articles":[{"title":"标题","description":"说明","url":"https://a.b"}]}}`)
	var chat []string
	for _, m := range a.Chat() {
		chat = append(chat, fmt.Sprintf("%s %s %.2s", m.Via, m.Kind, m.Text[:min(3, len(m.Text))]))
	}
	if got := strings.Join(chat, ","); got != "me text 一,me text 二,me image [i,service msgmenu 满,service news 标" {
		t.Errorf("chat %s", got)
	}
	inbox := a.Inbox()
	if len(inbox) != 2 || inbox[0].Menu.List[0] != (wechatsim.MenuItem{ID: "1", Content: "满意"}) || inbox[1].Articles[0].URL != "https://a.b" {
		t.Errorf("inbox %+v", inbox)
	}
	a.Expect(t, "满意吗")
	a.Expect(t, "标题")
	a.ExpectNothing(t)
}

func TestPageOfPhonesIsServedToThisMachine(t *testing.T) {
	sim := newSim(t, wechatsim.Options{}, quiet)
	for _, path := range []string{"", "page.js", "phone.js", "message.js", "api.js", "page.css", "phone.css", "message.css", "icon.svg"} {
		w := control(sim, nil, "GET", "/sim/"+path, "")
		csp := w.Header().Get("Content-Security-Policy")
		if w.Code != http.StatusOK || csp != "default-src 'self'; frame-src http://127.0.0.1:* http://localhost:*" {
			t.Errorf("%q: %d %q", path, w.Code, csp)
		}
		if strings.Contains(w.Body.String(), "https://") {
			t.Errorf("%q names another host", path)
		}
		evil := func(r *http.Request) { r.Host = "evil.example" }
		if w := control(sim, evil, "GET", "/sim/"+path, ""); w.Code != http.StatusForbidden {
			t.Errorf("%q for another host: %d", path, w.Code)
		}
	}
	evil := func(r *http.Request) { r.Host = "evil.example" }
	if w := control(sim, evil, "GET", "/sim/events?who=a", ""); w.Code != http.StatusForbidden {
		t.Errorf("events for another host: %d", w.Code)
	}
}

func TestWebViewOfAPhoneIsOpenedOnce(t *testing.T) {
	opened := 0
	sim := newSim(t, wechatsim.Options{Name: "医院", Phones: []string{"a"}, OpenWebView: func(http.Handler) (string, error) {
		opened++
		if opened == 1 {
			return "", errors.New("no port")
		}
		return "http://127.0.0.1:7", nil
	}}, quiet)
	sim.SetSite("http://site.example:8080")
	open := func(url string) *httptest.ResponseRecorder {
		return control(sim, nil, "POST", "/sim/webview", "who=a&url="+strings.NewReplacer(":", "%3A", "&", "%26", "#", "%23").Replace(url))
	}
	if w := open(""); w.Code != http.StatusBadRequest {
		t.Errorf("without a port: %d", w.Code)
	}
	for url, want := range map[string]string{
		"": "/", "http://site.example:8080/m/a?b=1&c=2#d": "/m/a?b=1&c=2#d",
		"https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1#wechat_redirect": "/connect/oauth2/authorize?appid=wx1",
	} {
		var got struct{ Origin, URL string }
		w := open(url)
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Origin != "http://127.0.0.1:7" || got.URL != got.Origin+want {
			t.Errorf("%s: %s", url, w.Body)
		}
	}
	for _, url := range []string{"http://site.example/m/a", "https://site.example:8080/m/a", "https://elsewhere.example/"} {
		if w := open(url); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d %s", url, w.Code, w.Body)
		}
	}
	if opened != 2 {
		t.Errorf("opened %d times", opened)
	}
	if got := control(sim, nil, "GET", "/sim/account", "").Body.String(); got != `{"clock":false,"name":"医院","phones":["a"],"webview":true}`+"\n" {
		t.Errorf("account %s", got)
	}
	none := wechatsim.New(wechatsim.Options{})
	if w := control(none, nil, "POST", "/sim/webview", "who=a"); w.Code != http.StatusBadRequest {
		t.Errorf("not offered: %d", w.Code)
	}
}

func TestClockIsMovedByWhoeverOwnsIt(t *testing.T) {
	now := newClock() // 23 November, 23:00 in Beijing
	move := func(to time.Time) error {
		if to.Before(now.Now()) {
			return errors.New("backwards")
		}
		now.Add(to.Sub(now.Now()))
		return nil
	}
	sim := newSim(t, wechatsim.Options{Now: now.Now, MoveClock: move}, quiet)
	for _, step := range []struct{ form, want string }{
		{"advance=1h", `{"now":"2026-11-24T00:00:00+08:00"}`},
		{"to=2026-11-24T07:30:00%2B08:00", `{"now":"2026-11-24T07:30:00+08:00"}`},
		{"to=2026-11-24T07:00:00%2B08:00", "backwards"},
		{"advance=soon", `time: invalid duration "soon"`},
	} {
		if got := strings.TrimSpace(control(sim, nil, "POST", "/sim/clock", step.form).Body.String()); got != step.want {
			t.Errorf("%s: %s", step.form, got)
		}
	}
	if w := control(wechatsim.New(wechatsim.Options{}), nil, "POST", "/sim/clock", "advance=1h"); w.Code != http.StatusBadRequest {
		t.Errorf("nobody's clock: %d", w.Code)
	}
}

func TestCodesThatCanBeScanned(t *testing.T) {
	now := newClock()
	sim := newSim(t, wechatsim.Options{Now: now.Now}, quiet)
	c := newCaller(t, sim)
	create := func(action, scene string) {
		c.post("/cgi-bin/qrcode/create", fmt.Sprintf(`{"expire_seconds":60,"action_name":%q,"action_info":{"scene":{"scene_str":%q}}}`, action, scene))
	}
	create("QR_STR_SCENE", "bind_7")
	create("QR_LIMIT_STR_SCENE", "dept_1")
	codes := func() string { return strings.TrimSpace(control(sim, nil, "GET", "/sim/codes", "").Body.String()) }
	if got := codes(); !strings.HasPrefix(got, `[{"scene":"bind_7","until":"2026-11-23T23:01:00`) || !strings.HasSuffix(got, `{"scene":"dept_1"}]`) {
		t.Errorf("codes %s", got)
	}
	now.Add(time.Minute)
	if got := codes(); got != `[{"scene":"dept_1"}]` {
		t.Errorf("a minute later %s", got)
	}
}

func TestTitleOfAPageIsShown(t *testing.T) {
	sim, _ := newSite(t)
	next := watch(t, sim, "a")
	next()
	c, origins := screens(t, sim, "a")
	resp, err := c.Get(origins[0] + "/m/home")
	read(t, resp, err)
	if p := next(); p.Title != "首页" {
		t.Errorf("%+v", p)
	}
}
