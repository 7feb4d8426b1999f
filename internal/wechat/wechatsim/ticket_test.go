package wechatsim_test

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"rixue/internal/wechat/wechatsim"
)

func sha1Hex(s string) string {
	sum := sha1.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

func TestPageIsSignedWithATicketThatHolds(t *testing.T) {
	now := newClock()
	sim := newSim(t, wechatsim.Options{Now: now.Now}, quiet)
	sim.SetSite("http://site.example")
	ticket := newCaller(t, sim).get("/cgi-bin/ticket/getticket", "&type=jsapi")["ticket"].(string)
	signature := sha1Hex("jsapi_ticket=" + ticket + "&noncestr=n&timestamp=1&url=http://site.example/")
	ask := func() string {
		resp, err := sim.Follower("a").Browse().Post("http://site.example/__wechat/config", "application/json", strings.NewReader(
			`{"appId":"wx0000000000000001","timestamp":"1","nonceStr":"n","url":"/","signature":"`+signature+`"}`))
		return read(t, resp, err)
	}
	now.Add(2*time.Hour - time.Second)
	if got := ask(); !strings.Contains(got, "config:ok") {
		t.Errorf("in its last second: %s", got)
	}
	now.Add(time.Second)
	if got := ask(); !strings.Contains(got, "invalid signature") {
		t.Errorf("at its end: %s", got)
	}
}

func TestTicketCountsDownAndIsRenewedInItsLastMinutes(t *testing.T) {
	now := newClock()
	c := newCaller(t, newSim(t, wechatsim.Options{Now: now.Now}, quiet))
	get := func() answerJSON { return c.get("/cgi-bin/ticket/getticket", "&type=jsapi") }
	first := get()
	now.Add(6900 * time.Second)
	if got := get(); got["ticket"] != first["ticket"] || got["expires_in"] != 300.0 {
		t.Errorf("with 300 s left: %v", got)
	}
	now.Add(time.Second)
	if got := get(); got["ticket"] == first["ticket"] || got["expires_in"] != 7200.0 {
		t.Errorf("with 299 s left: %v", got)
	}
	if got := c.get("/cgi-bin/ticket/getticket", ""); got.code() != 40097 {
		t.Errorf("no type: %v", got)
	}
	c.token = "x"
	if got := get(); got.code() != 40001 {
		t.Errorf("a wrong token: %v", got)
	}
}
