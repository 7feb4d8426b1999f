package wechatsim_test

import (
	"crypto/sha1"
	"encoding/hex"
	"testing"
	"time"

	"rixue/internal/wechat/wechatsim"
)

func sha1Hex(s string) string {
	sum := sha1.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
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
