package wechatsim_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"rixue/internal/wechat/wechatsim"
)

// newSite makes an account's site whose pages ask WeChat who is reading and
// then know it by a cookie, and its platform.
func newSite(t *testing.T) (*wechatsim.Sim, *httptest.Server) {
	t.Helper()
	sim := newSim(t, wechatsim.Options{}, quiet)
	c := newCaller(t, sim)
	mux := http.NewServeMux()
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	mux.HandleFunc("GET /m/home", func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("who")
		if err != nil {
			http.Redirect(w, r, authorize(func(q url.Values) { q.Set("redirect_uri", site.URL+"/m/login") }), http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("X-Frame-Options", "DENY")
		w.Header().Set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; style-src 'self'")
		fmt.Fprintf(w, "<title>首页</title>%s %s", cookie.Value, r.UserAgent())
	})
	mux.HandleFunc("GET /m/login", func(w http.ResponseWriter, r *http.Request) {
		who := c.exchange(r.URL.Query().Get("code"))["openid"].(string)
		http.SetCookie(w, &http.Cookie{Name: "who", Value: who, Path: "/m", HttpOnly: true})
		http.Redirect(w, r, site.URL+"/m/home", http.StatusFound)
	})
	mux.Handle("POST /m/save", http.NewCrossOriginProtection().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		fmt.Fprintf(w, "%s|%s|%s|%s|%s", r.Host, r.Header.Get("Origin"), r.Referer(), r.Header.Get("Cookie"), body)
	})))
	sim.SetSite(site.URL)
	return sim, site
}

func read(t *testing.T, resp *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestPhoneWithoutScreenIsLoggedIn(t *testing.T) {
	sim, site := newSite(t)
	a, b := sim.Follower("a"), sim.Follower("b")
	for range 2 {
		for _, f := range []*wechatsim.Follower{a, b} {
			resp, err := f.Browse().Get(site.URL + "/m/home")
			if body := read(t, resp, err); !strings.Contains(body, f.OpenID()+" MicroMessenger/8.0.50") {
				t.Errorf("%s sees %s", f.Name(), body)
			}
		}
	}
}

// screens are the WebViews of two phones, shown in one browser.
func screens(t *testing.T, sim *wechatsim.Sim, names ...string) (*http.Client, []string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var origins []string
	for _, name := range names {
		server := httptest.NewServer(sim.WebView(sim.Follower(name)))
		t.Cleanup(server.Close)
		origins = append(origins, server.URL)
	}
	return &http.Client{Jar: jar}, origins
}

func TestPhonesInOneBrowserKeepTheirCookiesApart(t *testing.T) {
	sim, _ := newSite(t)
	c, origins := screens(t, sim, "a", "b")
	for range 2 {
		for i, name := range []string{"a", "b"} {
			resp, err := c.Get(origins[i] + "/m/home")
			body := read(t, resp, err)
			if !strings.HasPrefix(body, "<title>首页</title>"+sim.Follower(name).OpenID()) {
				t.Errorf("%s sees %s", name, body)
			}
			if got := resp.Request.URL.String(); got != origins[i]+"/m/home" {
				t.Errorf("%s ended at %s", name, got)
			}
			if h := resp.Header; h.Get("X-Frame-Options") != "" || h.Get("Content-Security-Policy") != "default-src 'self'; style-src 'self'" {
				t.Errorf("headers %v", h)
			}
		}
	}
	u, err := url.Parse(origins[0] + "/m/home")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Jar.Cookies(u); len(got) != 0 {
		t.Errorf("the browser holds %v", got)
	}
}

func TestSiteSeesItsOwnAddress(t *testing.T) {
	sim, site := newSite(t)
	c, origins := screens(t, sim, "a")
	post := func(origin string) (*http.Response, error) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, origins[0]+"/m/save", strings.NewReader("x=1"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", origin)
		r.Header.Set("Referer", origins[0]+"/m/home?a=b")
		r.Header.Set("Cookie", "console=secret")
		return c.Do(r)
	}
	resp, err := post(origins[0])
	want := strings.TrimPrefix(site.URL, "http://") + "|" + site.URL + "|" + site.URL + "/m/home?a=b||x=1"
	if got := read(t, resp, err); got != want {
		t.Errorf("the site sees %q, want %q", got, want)
	}
	if resp, err = post("http://127.0.0.1:1"); read(t, resp, err) == "" || resp.StatusCode != http.StatusForbidden {
		t.Errorf("a post of another origin: %s", resp.Status)
	}
	if resp, err = post("https://evil.example"); read(t, resp, err) == "" || resp.StatusCode != http.StatusForbidden {
		t.Errorf("a post from the internet: %s", resp.Status)
	}
}

func TestOpenScriptChecksThePage(t *testing.T) {
	sim, site := newSite(t)
	c, origins := screens(t, sim, "a")
	ticket := newCaller(t, sim).get("/cgi-bin/ticket/getticket", "&type=jsapi")["ticket"].(string)
	sign := func(page string) map[string]any {
		return map[string]any{
			"appId": "wx0000000000000001", "timestamp": 1414587457, "nonceStr": "Wm3W",
			"signature": sha1Hex("jsapi_ticket=" + ticket + "&noncestr=Wm3W&timestamp=1414587457&url=" + page),
			"url":       "/m/home?x=1",
		}
	}
	ask := func(path string, in map[string]any) string {
		body, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.Post(origins[0]+"/__wechat/"+path, "application/json", strings.NewReader(string(body)))
		return read(t, resp, err)
	}
	if got := ask("config", sign(site.URL+"/m/home?x=1")); got != `{"errMsg":"config:ok"}` {
		t.Errorf("the page itself: %s", got)
	}
	for _, page := range []string{site.URL + "/m/home", origins[0] + "/m/home?x=1", site.URL + "/m/home?x=1#top"} {
		if got := ask("config", sign(page)); got != `{"errMsg":"config:invalid signature"}` {
			t.Errorf("%s: %s", page, got)
		}
	}
	other := sign(site.URL + "/m/home?x=1")
	other["appId"] = "wx2"
	if got := ask("config", other); !strings.Contains(got, "invalid appid") {
		t.Errorf("another account: %s", got)
	}
	sim.AddTemplate(wechatsim.Template{ID: "T1", Title: "学习提醒", Kind: wechatsim.KindOnce, Fields: []string{"thing1"}})
	if got := ask("templates", map[string]any{"templates": []string{"T1", "T2"}}); got != `{"account":"公众号","titles":["学习提醒","T2"]}` {
		t.Errorf("titles: %s", got)
	}
	if got := ask("subscribe", map[string]any{"templates": []string{"T2"}, "accept": true}); !strings.Contains(got, "subscribe:fail") {
		t.Errorf("no such template: %s", got)
	}
	got := ask("subscribe", map[string]any{"templates": []string{"T1"}, "accept": true})
	if got != `{"errMsg":"subscribe:ok","subscribeDetails":"{\"T1\":\"{\\\"status\\\":\\\"accept\\\"}\"}"}` {
		t.Errorf("subscribing: %s", got)
	}
	send := `{"touser":"` + sim.Follower("a").OpenID() + `","template_id":"T1","data":{"thing1":{"value":"今日学习"}}}`
	for _, want := range []int{0, 43101} {
		if got := newCaller(t, sim).post("/cgi-bin/message/subscribe/bizsend", send); got.code() != want {
			t.Errorf("a notice after one tap: %v, want %d", got, want)
		}
	}
	resp, err := c.Get(origins[0] + "/open/js/jweixin-1.6.0.js")
	if body := read(t, resp, err); !strings.Contains(body, "wx-open-subscribe") {
		t.Error("no script in the WebView")
	}
}
