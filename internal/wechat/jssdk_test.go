package wechat_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"rixue/internal/wechat"
	"rixue/internal/wechat/wechatsim"
	"rixue/internal/wechat/wire"
)

const ticketPath = "/cgi-bin/ticket/getticket"

// official is the ticket of the example on WeChat's page.
const official = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"

func TestJSConfigSignsWithTheTicket(t *testing.T) {
	got := wire.SignPage(official, "Wm3WZYTPz0wzccnW", "1414587457", "http://mp.weixin.qq.com?params=value#xxxx")
	if got != "0f9de62fce790f9a083d5c99e95740ceb90c27ed" {
		t.Errorf("the example is signed %s", got)
	}
	p := newPlatform(t, wechatsim.Options{})
	relay := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == ticketPath {
			io.WriteString(w, `{"errcode":0,"errmsg":"ok","ticket":"`+official+`","expires_in":7200}`)
			return
		}
		p.ServeHTTP(w, r)
	}))
	defer relay.Close()
	p.base = relay.URL
	cfg, err := p.client(t, nil).JSConfig(t.Context(), "http://mp.weixin.qq.com?params=value#xxxx")
	if err != nil {
		t.Fatal(err)
	}
	want := wire.SignPage(official, cfg.Nonce, strconv.FormatInt(cfg.Timestamp, 10), "http://mp.weixin.qq.com?params=value")
	if cfg.AppID != "wx1" || cfg.Signature != want || len(cfg.Nonce) < 16 {
		t.Errorf("%+v, want %s", cfg, want)
	}
}

func TestPhoneAcceptsThePageThatWasSigned(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	c := p.client(t, nil)
	p.SetSite("https://h.example")
	asks := func(cfg wechat.JSConfig, page string) string {
		t.Helper()
		body, err := json.Marshal(map[string]any{
			"appId": cfg.AppID, "timestamp": cfg.Timestamp, "nonceStr": cfg.Nonce, "signature": cfg.Signature, "url": page,
		})
		if err != nil {
			t.Fatal(err)
		}
		resp, err := p.Follower("a").Browse().Post("https://h.example/__wechat/config", "application/json", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(answer)
	}
	cfg, err := c.JSConfig(t.Context(), "https://h.example/m/quiz?day=1#q2")
	if err != nil {
		t.Fatal(err)
	}
	if got := asks(cfg, "/m/quiz?day=1"); !strings.Contains(got, "config:ok") {
		t.Errorf("this page: %s", got)
	}
	if got := asks(cfg, "/m/quiz?day=2"); !strings.Contains(got, "invalid signature") {
		t.Errorf("another page: %s", got)
	}
}

func TestTwoClientsShareOneTicket(t *testing.T) {
	var now clock
	p := newPlatform(t, wechatsim.Options{Now: now.Now})
	server, shared := withRedis(t)
	change := func(cfg *wechat.Config) { shared(cfg); cfg.Now = now.Now }
	one, two := p.client(t, change), p.client(t, change)
	for _, step := range []struct {
		wait    time.Duration
		fetches int
	}{{0, 1}, {time.Hour - time.Second, 1}, {time.Second, 2}} {
		now.Add(step.wait)
		for _, c := range []*wechat.Client{one, two, one} {
			if _, err := c.JSConfig(t.Context(), "https://h.example/"); err != nil {
				t.Fatal(err)
			}
		}
		if n := p.Calls(ticketPath); n != step.fetches {
			t.Errorf("after %v: %d tickets fetched, want %d", step.wait, n, step.fetches)
		}
	}
	if server.HGet("rixue:{wechat:wx1}:ticket", "token") == "" || !server.Exists("rixue:{wechat:wx1}:token") {
		t.Errorf("redis holds %v", server.Keys())
	}
	p.AddFault(wechatsim.Fault{Path: ticketPath, Code: -1})
	now.Add(40 * time.Minute)
	if _, err := one.JSConfig(t.Context(), "https://h.example/"); err != nil {
		t.Errorf("with the platform busy and the ticket good: %v", err)
	}
}
