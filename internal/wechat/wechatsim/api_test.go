package wechatsim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rixue/internal/wechat/wechatsim"
)

// caller calls the platform's API as any program would.
type caller struct {
	t     *testing.T
	sim   *wechatsim.Sim
	token string
}

type answerJSON map[string]any

func newCaller(t *testing.T, sim *wechatsim.Sim) *caller {
	t.Helper()
	c := &caller{t: t, sim: sim}
	c.token = c.stable(false)["access_token"].(string)
	return c
}

func (c *caller) do(method, path, body string) answerJSON {
	c.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	w := httptest.NewRecorder()
	c.sim.ServeHTTP(w, r)
	var out answerJSON
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		c.t.Fatalf("%s: %v in %q", path, err, w.Body)
	}
	return out
}

func (c *caller) post(path, body string) answerJSON {
	c.t.Helper()
	return c.do(http.MethodPost, path+"?access_token="+c.token, body)
}

func (c *caller) get(path, query string) answerJSON {
	c.t.Helper()
	return c.do(http.MethodGet, path+"?access_token="+c.token+query, "")
}

func (c *caller) stable(force bool) answerJSON {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{
		"grant_type": "client_credential", "appid": "wx0000000000000001", "secret": "secret", "force_refresh": force,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return c.do(http.MethodPost, "/cgi-bin/stable_token", string(body))
}

func (c *caller) say(f *wechatsim.Follower, text string) int {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{
		"touser": f.OpenID(), "msgtype": "text", "text": map[string]string{"content": text},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return c.post("/cgi-bin/message/custom/send", string(body)).code()
}

func (a answerJSON) code() int {
	code, _ := a["errcode"].(float64)
	return int(code)
}

func quiet(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	io.WriteString(w, "success")
}

func TestStableTokenCountsDownAndIsRenewedInItsLastMinutes(t *testing.T) {
	now := newClock()
	sim := wechatsim.New(wechatsim.Options{Now: now.Now})
	c := newCaller(t, sim)
	now.Add(6900 * time.Second)
	if got := c.stable(false); got["access_token"] != c.token || got["expires_in"] != 300.0 {
		t.Errorf("with 300 s left: %v", got)
	}
	now.Add(time.Second)
	renewed := c.stable(false)
	if renewed["access_token"] == c.token || renewed["expires_in"] != 7200.0 {
		t.Errorf("with 299 s left: %v", renewed)
	}
	if a := c.get("/cgi-bin/getcallbackip", ""); a.code() != 0 {
		t.Errorf("the old token in its last minutes: %v", a)
	}
	now.Add(299 * time.Second)
	if a := c.get("/cgi-bin/getcallbackip", ""); a.code() != 42001 {
		t.Errorf("the old token at its end: %v", a)
	}
}

func TestForcedTokensAreRationed(t *testing.T) {
	now := newClock()
	c := newCaller(t, wechatsim.New(wechatsim.Options{Now: now.Now}))
	for i := range 20 {
		if a := c.stable(true); a.code() != 0 {
			t.Fatalf("force %d: %v", i, a)
		}
		now.Add(29 * time.Second)
		if a := c.stable(true); i < 19 && a.code() != 45011 {
			t.Fatalf("forced again after 29 s: %v", a)
		}
		now.Add(time.Second)
	}
	if a := c.stable(true); a.code() != 45009 {
		t.Errorf("the 21st: %v", a)
	}
	if a := c.get("/cgi-bin/getcallbackip", ""); a.code() != 40001 {
		t.Errorf("a token from before forcing: %v", a)
	}
}

func TestPlainTokensReplaceEachOther(t *testing.T) {
	now := newClock()
	c := newCaller(t, wechatsim.New(wechatsim.Options{Now: now.Now}))
	const path = "/cgi-bin/token?grant_type=client_credential&appid=wx0000000000000001&secret=secret"
	first := c.do(http.MethodGet, path, "")["access_token"].(string)
	second := c.do(http.MethodGet, path, "")["access_token"].(string)
	now.Add(5 * time.Minute)
	use := func(token string) int {
		c.token = token
		return c.get("/cgi-bin/getcallbackip", "").code()
	}
	stable := c.token
	if use(first) != 42001 || use(second) != 0 || use(stable) != 0 {
		t.Errorf("five minutes later: first %d, second %d, stable %d", use(first), use(second), use(stable))
	}
}

func TestWindowsOfServiceMessages(t *testing.T) {
	now := newClock()
	sim := newSim(t, wechatsim.Options{Now: now.Now}, quiet)
	c := newCaller(t, sim)
	a := sim.Follower("a")

	expect := func(what string, want ...int) {
		t.Helper()
		for i, code := range want {
			if got := c.say(a, "x"); got != code {
				t.Errorf("%s, message %d: %d, want %d", what, i+1, got, code)
			}
		}
	}
	expect("never followed", 43004)
	a.Follow()
	expect("followed", 0, 0, 0, 45047)
	now.Add(time.Minute)
	expect("a minute later", 45015)
	a.Say("x")
	expect("wrote", 0, 0)
	a.Tap("K")
	expect("wrote and tapped: the larger, not the sum", 0, 0, 0, 45047)
	a.Choose("101", "A")
	expect("tapped a msgmenu item", 0, 0, 0, 45047)
	a.Say("x")
	now.Add(48*time.Hour - time.Second)
	c.token = c.stable(false)["access_token"].(string)
	expect("48 hours less a second", 0)
	now.Add(time.Second)
	expect("48 hours", 45015)
	a.Say("x")
	a.Unfollow()
	expect("unfollowed", 45015)
}

func TestCustomSendRefusesWhatWeChatRefuses(t *testing.T) {
	sim := newSim(t, wechatsim.Options{}, quiet)
	c := newCaller(t, sim)
	a := sim.Follower("a")
	a.Follow()
	for body, want := range map[string]int{
		`{"touser":"oNobody","msgtype":"text","text":{"content":"x"}}`:                            40003,
		`{"touser":"ME","msgtype":"text","text":{"content":""}}`:                                  44004,
		`{"touser":"ME","msgtype":"text","text":{"content":"` + strings.Repeat("x", 2049) + `"}}`: 45002,
		`{"touser":"ME","msgtype":"news","news":{"articles":[{"title":"a"},{"title":"b"}]}}`:      45008,
		`{"touser":"ME","msgtype":"image","image":{"media_id":"none"}}`:                           40007,
		`{"touser":"ME","msgtype":"hologram"}`:                                                    40008,
		`{"touser":`:                                                                              47001,
		``:                                                                                        44002,
	} {
		body = strings.ReplaceAll(body, "ME", a.OpenID())
		if got := c.post("/cgi-bin/message/custom/send", body); got.code() != want {
			t.Errorf("%.60s: %v, want %d", body, got, want)
		}
	}
	if a := c.get("/cgi-bin/message/custom/send", ""); a.code() != 43002 {
		t.Errorf("GET: %v", a)
	}
	a.ExpectNothing(t)
}

func TestQuotaEndsAtMidnightInBeijing(t *testing.T) {
	now := newClock() // 23:00
	sim := newSim(t, wechatsim.Options{Now: now.Now, Quotas: map[string]int{"/cgi-bin/getcallbackip": 2}}, quiet)
	c := newCaller(t, sim)
	want := func(codes ...int) {
		t.Helper()
		for _, code := range codes {
			if a := c.get("/cgi-bin/getcallbackip", ""); a.code() != code {
				t.Errorf("%v, want %d", a, code)
			}
		}
	}
	want(0, 0, 45009)
	now.Add(59 * time.Minute)
	want(45009)
	now.Add(time.Minute)
	want(0)
	q := c.post("/cgi-bin/openapi/quota/get", `{"cgi_path":"/cgi-bin/getcallbackip"}`)["quota"].(map[string]any)
	if q["daily_limit"] != 2.0 || q["used"] != 1.0 || q["remain"] != 1.0 {
		t.Errorf("quota %v", q)
	}
	if sim.Calls("/cgi-bin/getcallbackip") != 5 {
		t.Errorf("%d calls", sim.Calls("/cgi-bin/getcallbackip"))
	}
}

func TestRIDOfARefusalCanBeLookedUp(t *testing.T) {
	sim := newSim(t, wechatsim.Options{}, quiet)
	c := newCaller(t, sim)
	msg := c.post("/cgi-bin/tags/create", `{"tag":{"name":""}}`)["errmsg"].(string)
	_, rid, _ := strings.Cut(msg, "rid: ")
	got := c.post("/cgi-bin/openapi/rid/get", `{"rid":"`+rid+`"}`)
	req, _ := got["request"].(map[string]any)
	if req["request_body"] != `{"tag":{"name":""}}` {
		t.Errorf("rid %q of %q: %v", rid, msg, got)
	}
}

func TestCodesAreShownAndScannedUntilTheyExpire(t *testing.T) {
	now := newClock()
	sim := newSim(t, wechatsim.Options{Now: now.Now}, quiet)
	c := newCaller(t, sim)
	made := c.post("/cgi-bin/qrcode/create",
		`{"expire_seconds":60,"action_name":"QR_STR_SCENE","action_info":{"scene":{"scene_str":"bind_7"}}}`)
	ticket := made["ticket"].(string)
	if made["errmsg"] != nil || !strings.ContainsAny(ticket, "+/") {
		t.Errorf("made %v", made)
	}
	show := func(query string) int {
		w := httptest.NewRecorder()
		sim.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/cgi-bin/showqrcode?ticket="+query, nil))
		return w.Code
	}
	if show(ticket) != http.StatusNotFound {
		t.Error("an unescaped ticket is found")
	}
	if show(strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(ticket)) != http.StatusOK {
		t.Error("an escaped ticket is not found")
	}
	a := sim.Follower("a")
	a.FollowByScene("bind_7")
	if u := c.get("/cgi-bin/user/info", "&openid="+a.OpenID()); u["qr_scene_str"] != "bind_7" || u["nickname"] != nil {
		t.Errorf("user %v", u)
	}
	now.Add(time.Minute)
	if seen := a.Scan("bind_7"); seen.Attempts != 0 || seen.Reason == "" {
		t.Errorf("an expired code was scanned: %+v", seen)
	}
}
