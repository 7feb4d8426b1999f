package wechatsim

import (
	"crypto/sha1" //nolint:gosec // the platform's signature is SHA-1
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// ticketLine is the JS-SDK ticket: the newest, and every one with its end.
type ticketLine struct {
	current string
	ends    map[string]time.Time
}

// jsTicket is GET /cgi-bin/ticket/getticket: the same ticket for everybody, its
// life counting down, until its last five minutes.
func (s *Sim) jsTicket(c *apiCall) (any, *refusal) {
	if c.req.URL.Query().Get("type") != "jsapi" {
		return nil, refuse(40097, "invalid args")
	}
	line := &s.tickets
	left := line.ends[line.current].Sub(c.now)
	if line.current == "" || left < tokenOverlap {
		sum := sha256.Sum256([]byte(s.salt + "jsapi" + strconv.FormatInt(s.next(), 10)))
		text := base64.RawURLEncoding.EncodeToString(append(sum[:], sum[:]...))
		line.current, left = "kgt8ON7yVITDhtdwci0q"+text[:66], tokenLife
		if line.ends == nil {
			line.ends = map[string]time.Time{}
		}
		line.ends[line.current] = c.now.Add(tokenLife)
	}
	return map[string]any{
		"errcode": 0, "errmsg": "ok", "ticket": line.current, "expires_in": int(left / time.Second),
	}, nil
}

// jsSignature is what a page proves with that it was made by the account.
type jsSignature struct {
	AppID     string      `json:"appId"`
	Timestamp looseNumber `json:"timestamp"`
	Nonce     string      `json:"nonceStr"`
	Signature string      `json:"signature"`
}

// checkSignature judges the signature of a page as WeChat's script does and
// returns its errMsg. page is the address that the phone has.
func (s *Sim) checkSignature(sig jsSignature, page string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sig.AppID != s.opt.AppID {
		return "config:fail, invalid appid"
	}
	page, _, _ = strings.Cut(page, "#")
	for ticket, end := range s.tickets.ends {
		sum := sha1.Sum([]byte("jsapi_ticket=" + ticket + "&noncestr=" + sig.Nonce + //nolint:gosec // as above
			"&timestamp=" + string(sig.Timestamp) + "&url=" + page))
		if s.opt.Now().Before(end) && hex.EncodeToString(sum[:]) == sig.Signature {
			return "config:ok"
		}
	}
	return "config:invalid signature"
}
