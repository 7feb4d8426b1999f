package app

import (
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rixue/internal/seal"
	"rixue/internal/wechat/wechatsim"
)

// visitor is a browser in a test's own hands: it follows no redirect and shows
// the cookies that it is told to.
type visitor struct {
	s       *stage
	agent   string
	cookies map[string]string
}

func (s *stage) visitor() *visitor {
	return &visitor{s, "Mozilla/5.0 MicroMessenger/8.0.50", map[string]string{}}
}

// copied is a second browser with the same cookies.
func (v *visitor) copied() *visitor { return &visitor{v.s, v.agent, maps.Clone(v.cookies)} }

// get asks for a path and returns where it leads to, or the page.
func (v *visitor) get(path string) (status int, to, body string) {
	v.s.t.Helper()
	return v.do(http.MethodGet, path, nil, nil)
}

func (v *visitor) do(method, path string, form url.Values, header map[string]string) (status int, to, body string) {
	v.s.t.Helper()
	r, err := http.NewRequestWithContext(v.s.t.Context(), method, v.s.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.s.t.Fatal(err)
	}
	r.Header.Set("User-Agent", v.agent)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, x := range header {
		r.Header.Set(k, x)
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		v.s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		v.s.t.Fatal(err)
	}
	for _, c := range resp.Cookies() {
		v.cookies[c.Name] = c.Value
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/m" || c.Secure != strings.HasPrefix(v.s.app.Config.PublicURL, "https:") {
			v.s.t.Errorf("cookie %s", c.Raw)
		}
	}
	return resp.StatusCode, resp.Header.Get("Location"), string(b)
}

// depart opens a page for which one must be known, and returns the address to
// which WeChat is to send this browser back, without its code.
func (v *visitor) depart(path string) (back url.Values) {
	v.s.t.Helper()
	status, to, _ := v.get(path)
	u, err := url.Parse(to)
	if err != nil || status != 303 || u.Path != "/connect/oauth2/authorize" || u.Query().Get("redirect_uri") != v.s.app.Config.PublicURL+"/m/login" {
		v.s.t.Fatalf("%s leads to %d %s", path, status, to)
	}
	return url.Values{"state": {u.Query().Get("state")}}
}

// codeFor is a code by which WeChat names a person.
func (s *stage) codeFor(f *wechatsim.Follower) string {
	s.t.Helper()
	c := f.Browse()
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := c.Get(s.app.WeChat.AuthorizeURL(s.server.URL+"/m/login", "x"))
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
	u, err := resp.Location()
	if err != nil {
		s.t.Fatal(err)
	}
	return u.Query().Get("code")
}

// arrive comes back from WeChat as a person.
func (v *visitor) arrive(back url.Values, code string) (status int, to, body string) {
	v.s.t.Helper()
	q := url.Values{"code": {code}, "state": back["state"]}
	return v.get("/m/login?" + q.Encode())
}

func (s *stage) expect(what string, status int, to, body string, wantStatus int, wantTo string, texts ...string) {
	s.t.Helper()
	if status != wantStatus || !strings.HasPrefix(to, wantTo) || wantTo == "" && to != "" || !contains(body, texts...) {
		s.t.Errorf("%s: %d %q, want %d %q %q:\n%s", what, status, to, wantStatus, wantTo, texts, body)
	}
}

const authorizePath = "/connect/oauth2/authorize"

// Who is not known, or may not read, is told so in words and learns nothing.
func TestPagesStrangers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.load("topics", "日期,标题,正文,范围\n2026-11-20,只给内科,机密,内科\n", ImportOptions{Approve: "0001"})
		s.load("topics", "日期,标题,正文\n2026-11-18,没批,机密\n", ImportOptions{})
		today := s.topicOf("2026-11-23")
		ofMedicine := "/m/topic/" + s.column(`SELECT id FROM topic WHERE audience <> ''`)[0]

		nobody := s.sim.Follower("没关注")
		s.phone(nobody).open(today).says(403, "请先关注公众号", "绑定")
		if n := s.count("person"); n != 0 {
			t.Errorf("a page made %d persons", n)
		}
		unbound := s.sim.Follower("路人")
		unbound.Follow()
		s.phone(unbound).open(today).says(403, "先绑定，再学习", "“绑定”")

		surgeon := s.phone(s.member("李四", "0002"))
		surgeon.open(today).says(200, "首问负责制")
		for what, path := range map[string]string{
			"another's topic":             ofMedicine,
			"its questions":               ofMedicine + "/quiz",
			"tomorrow's topic":            s.topicOf("2026-11-24"),
			"one that waits for approval": s.topicOf("2026-11-18"),
			"none":                        "/m/topic/none",
			"what no database takes":      "/m/topic/%00%ff",
			"no page":                     "/m/console",
			"a page's folder":             "/m/topic/",
		} {
			if surgeon.open(path); surgeon.status != 404 || !contains(surgeon.body, "没有这个页面") || contains(surgeon.body, "机密") {
				t.Errorf("%s: %d\n%s", what, surgeon.status, surgeon.body)
			}
		}
		surgeon.open(today + "/quiz")
		question := surgeon.field("question")
		surgeon.post(ofMedicine+"/quiz", question, "answer", "A").says(404)
		if n := s.count("answer"); n != 0 {
			t.Errorf("%d answers", n)
		}
		s.phone(s.member("张三", "0001")).open(ofMedicine).says(200, "机密")

		// Leaving takes effect at once, whatever cookie is still there.
		f := s.sim.Follower("李四")
		f.Say("解绑")
		f.Say("确认解绑")
		surgeon.open(today).says(403, "先绑定，再学习")
		surgeon.post(today+"/quiz", question, "answer", "A").says(403)

		outside := s.visitor()
		outside.agent = "Mozilla/5.0 Chrome/140"
		status, to, body := outside.get(today)
		s.expect("outside WeChat", status, to, body, 403, "", "请在微信里打开")
	})
}

// Tomorrow's topic opens when its study day begins, at three in the morning.
func TestPagesDayBegins(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		p := s.phone(s.withLessons().member("张三", "0001"))
		tomorrow := s.topicOf("2026-11-24")
		s.wait(19*time.Hour + 19*time.Minute)
		p.open(tomorrow).says(404)
		p.open("/m/").says(200, "首问负责制")
		s.wait(time.Minute)
		p.open(tomorrow).says(200, "限时办结")
		p.open("/m/study").says(200, "限时办结")
		s.wait(24 * time.Hour) // a day without a topic
		p.open("/m/study").says(200, "今天没有学习安排", "4 天可以补学").follow("补学 11月24日").says(200, "补学 · 11月24日 周二", "限时办结")
	})
}

// The log-in counts for the browser that asked for it, once.
func TestPagesLogIn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		today := s.topicOf("2026-11-23")
		v := s.visitor()
		back := v.depart(today + "?from=groupmessage")
		before := v.copied()

		status, to, body := s.visitor().arrive(back, s.codeFor(f))
		s.expect("a browser that never asked", status, to, body, 403, "", "没有认出您")
		status, to, body = v.arrive(url.Values{"state": {"AAAA"}}, s.codeFor(f))
		s.expect("another state", status, to, body, 403, "", "没有认出您")
		status, to, body = v.arrive(url.Values{}, s.codeFor(f))
		s.expect("no state", status, to, body, 403, "", "没有认出您")
		if v.cookies["rixue_member"] != "" {
			t.Fatal("one of them was let in")
		}

		code := s.codeFor(f)
		status, to, body = v.arrive(back, code)
		s.expect("the right one", status, to, body, 303, today)
		status, to, body = v.arrive(back, code)
		s.expect("WeChat comes twice", status, to, body, 303, today)
		twice := before.copied()
		twice.cookies["rixue_member"] = v.cookies["rixue_member"]
		status, to, body = twice.arrive(back, code)
		s.expect("twice at once, the second of them known", status, to, body, 303, today)
		status, to, body = before.copied().arrive(back, code)
		s.expect("a used code, and unknown", status, to, body, 303, s.app.Config.WeChat.OpenBase+authorizePath)

		// A state that let somebody in lets nobody in any more.
		replay := v.copied()
		delete(replay.cookies, "rixue_member")
		other := s.member("李四", "0002")
		status, to, body = replay.arrive(back, s.codeFor(other))
		s.expect("a replayed state", status, to, body, 403, "", "没有认出您")
		status, to, body = v.arrive(back, s.codeFor(other))
		s.expect("a replayed state over a session", status, to, body, 303, today)
		if status, _, body = v.get("/m/topic/" + strings.TrimPrefix(today, "/m/topic/") + "/quiz"); status != 200 {
			t.Errorf("the session: %d %s", status, body)
		}
		v.do(http.MethodPost, today+"/quiz", url.Values{"question": {findQuestion(body)}, "do": {"unknown"}}, nil)
		if len(s.answers("0001")) != 1 || len(s.answers("0002")) != 0 {
			t.Error("the session changed hands")
		}
	})
}

func findQuestion(body string) string {
	_, rest, _ := strings.Cut(body, `name="question" value="`)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

// A code that is of no use is asked for anew once, then there are words.
func TestPagesStaleCode(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		today := s.topicOf("2026-11-23")
		old := s.codeFor(f)
		s.wait(6 * time.Minute)
		for what, code := range map[string]string{"unknown": "0000", "expired": old, "missing": ""} {
			v := s.visitor()
			back := v.depart(today)
			status, to, body := v.arrive(back, code)
			s.expect(what, status, to, body, 303, s.app.Config.WeChat.OpenBase+authorizePath)
			u, err := url.Parse(to)
			if err != nil {
				t.Fatal(err)
			}
			again := url.Values{"state": {u.Query().Get("state")}}
			if again.Get("state") == back.Get("state") {
				t.Error(what, ": the same state again")
			}
			second := v.copied()
			status, to, body = v.arrive(again, code)
			s.expect(what+" twice", status, to, body, 503, "", "微信没有说清您是谁")
			status, to, body = second.arrive(again, s.codeFor(f))
			s.expect(what+", then good", status, to, body, 303, today)
		}
		late := s.visitor()
		back := late.depart(today)
		s.wait(10 * time.Minute)
		status, to, body := late.arrive(back, s.codeFor(f))
		s.expect("a state that is too old", status, to, body, 403, "", "没有认出您")

		f.Snapshot(true)
		s.phone(f).open(today).says(403, "快照页")
		f.Snapshot(false)
		s.phone(f).open(today).says(200)
	})
}

// What a browser brings along opens nothing that we did not seal for it.
func TestPagesForgery(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		today := s.topicOf("2026-11-23")
		in := func() *visitor {
			v := s.visitor()
			v.arrive(v.depart(today), s.codeFor(f))
			return v
		}
		v := in()
		for what, spoil := range map[string]func(map[string]string){
			"a cookie of another key":  func(c map[string]string) { c["rixue_member"] = flip(c["rixue_member"]) },
			"a cookie changed":         func(c map[string]string) { c["rixue_member"] = c["rixue_member"][:40] + flip(c["rixue_member"][40:]) },
			"a cookie cut":             func(c map[string]string) { c["rixue_member"] = c["rixue_member"][:20] },
			"an empty cookie":          func(c map[string]string) { c["rixue_member"] = "" },
			"the openid as cookie":     func(c map[string]string) { c["rixue_member"] = f.OpenID() },
			"another cookie in place":  func(c map[string]string) { c["rixue_member"] = c["rixue_login"] },
			"a cookie of another ring": func(c map[string]string) { c["rixue_member"] = foreign(t, s, f) },
		} {
			bad := v.copied()
			spoil(bad.cookies)
			status, to, body := bad.get(today)
			s.expect(what, status, to, body, 303, s.app.Config.WeChat.OpenBase+authorizePath)
		}
		status, to, body := s.visitor().get(today + "?openid=" + f.OpenID() + "&person=" + s.app.Ring.ID("openid", f.OpenID()))
		s.expect("a name in the address", status, to, body, 303, s.app.Config.WeChat.OpenBase+authorizePath)

		s.wait(2*time.Hour - time.Second)
		status, to, body = v.get(today)
		s.expect("in time", status, to, body, 200, "", "首问负责制")
		s.wait(time.Second)
		status, to, body = v.get(today)
		s.expect("two hours later", status, to, body, 303, s.app.Config.WeChat.OpenBase+authorizePath)
		status, to, body = v.do(http.MethodPost, today+"/quiz", url.Values{"question": {"x"}}, nil)
		s.expect("a form two hours later", status, to, body, 409, "", "离开得久了", today+"/quiz")

		spent := s.codeFor(f)
		other := s.visitor()
		other.arrive(other.depart(today), spent)
		status, to, body = v.arrive(v.depart(today), spent)
		s.expect("a used code over a session that is over", status, to, body, 303, s.app.Config.WeChat.OpenBase+authorizePath)

		// Where a log-in ends is not for the address to say.
		for _, path := range []string{"//evil.example/m/study", "/m//evil.example/x", "/m/study?to=https://evil.example", "/m/..%2f..%2fevil.example"} {
			v := s.visitor()
			status, to, _ := v.get(path)
			if status == 303 {
				_, to, _ = v.arrive(v.depart(path), s.codeFor(f))
			}
			if to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")) {
				t.Errorf("%s ends at %s", path, to)
			}
		}
		v = s.visitor()
		back := v.depart("/m/study")
		back.Set("to", "https://evil.example")
		if _, to, _ = v.get("/m/login?code=" + s.codeFor(f) + "&" + back.Encode()); to != "/m/study" {
			t.Errorf("with another target: %s", to)
		}
	})
}

// foreign is a session under somebody else's keys.
func foreign(t *testing.T, s *stage, f *wechatsim.Follower) string {
	t.Helper()
	ring, err := seal.Parse(seal.New())
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`{"Person":%q,"Until":%d}`, s.app.Ring.ID("openid", f.OpenID()), s.now().Add(time.Hour).UnixMilli())
	return base64.RawURLEncoding.EncodeToString(ring.Seal("web.rixue_member", text))
}

// Another site can make a browser send no answer.
func TestPagesCrossSite(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		today := s.topicOf("2026-11-23")
		v := s.visitor()
		v.arrive(v.depart(today), s.codeFor(f))
		_, _, body := v.get(today + "/quiz")
		form := url.Values{"question": {findQuestion(body)}, "do": {"unknown"}}
		for what, header := range map[string]map[string]string{
			"cross-site":          {"Sec-Fetch-Site": "cross-site"},
			"a neighbour's site":  {"Sec-Fetch-Site": "same-site", "Origin": "http://other.localhost"},
			"a foreign origin":    {"Origin": "https://evil.example"},
			"an origin kept back": {"Origin": "null"},
		} {
			status, to, body := v.do(http.MethodPost, today+"/quiz", form, header)
			s.expect(what, status, to, body, 403, "", "没有提交")
		}
		if n := s.count("answer"); n != 0 {
			t.Fatalf("%d answers came from elsewhere", n)
		}
		for what, header := range map[string]map[string]string{
			"our page":            {"Sec-Fetch-Site": "same-origin"},
			"our page, old phone": {"Origin": s.server.URL},
		} {
			status, to, body := v.do(http.MethodPost, today+"/quiz", form, header)
			s.expect(what, status, to, body, 303, today+"/quiz?n=1")
		}
	})
}

// Where phones come by https, cookies go by nothing else, and a form is ours by
// the address that phones know, whatever the proxy calls us.
func TestPagesBehindProxy(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		today := s.topicOf("2026-11-23")
		v := s.visitor()
		v.arrive(v.depart(today), s.codeFor(f)) // the visitor looks at its cookies
		_, _, body := v.get(today + "/quiz")
		form := url.Values{"question": {findQuestion(body)}, "do": {"unknown"}}
		status, to, body := v.do(http.MethodPost, today+"/quiz", form, map[string]string{"Origin": s.server.URL + "0"})
		s.expect("another origin", status, to, body, 403, "")
		status, to, body = v.do(http.MethodPost, today+"/quiz", form, map[string]string{"Origin": "https://rixue.example"})
		s.expect("ours", status, to, body, 303, today+"/quiz?n=1")
	}, "RIXUE_PUBLIC_URL=https://rixue.example")
}
