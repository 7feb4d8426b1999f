package wechatsim

import (
	"crypto/sha256"
	"encoding/hex"
	"hash/crc32"
	"strconv"
	"time"
)

const (
	tokenLife    = 7200 * time.Second
	tokenOverlap = 300 * time.Second // the old token lives on for so long
	forceGap     = 30 * time.Second
	forcePerDay  = 20
)

// tokenLine is the token of one of the two interfaces, which do not touch each
// other's.
type tokenLine struct{ current string }

// forceLog counts forced refreshes.
type forceLog struct {
	last time.Time
	day  string
	used int
}

// plainToken is GET /cgi-bin/token: each call makes a new token, and the one
// before lives on for five minutes.
func (s *Sim) plainToken(c *apiCall) (any, *refusal) {
	q := c.req.URL.Query()
	if r := s.checkSecret(q.Get("grant_type"), q.Get("appid"), q.Get("secret")); r != nil {
		return nil, r
	}
	return s.issue(&s.plain, c.now), nil
}

// stableToken is POST /cgi-bin/stable_token: the same token for everybody, its
// life counting down, until the last five minutes or until forced.
func (s *Sim) stableToken(c *apiCall) (any, *refusal) {
	var in struct {
		GrantType    string `json:"grant_type"`
		AppID        string `json:"appid"`
		Secret       string `json:"secret"`
		ForceRefresh bool   `json:"force_refresh"`
	}
	if r := c.into(&in); r != nil {
		return nil, r
	}
	if r := s.checkSecret(in.GrantType, in.AppID, in.Secret); r != nil {
		return nil, r
	}
	if in.ForceRefresh {
		if r := s.forced.take(c.now); r != nil {
			return nil, r
		}
		delete(s.tokens, s.stable.current)
		return s.issue(&s.stable, c.now), nil
	}
	if left := s.tokens[s.stable.current].Sub(c.now); s.stable.current != "" && left >= tokenOverlap {
		return tokenAnswer(s.stable.current, left), nil
	}
	return s.issue(&s.stable, c.now), nil
}

func (f *forceLog) take(now time.Time) *refusal {
	if day := beijingDay(now); day != f.day {
		f.day, f.used = day, 0
	}
	switch {
	case f.used >= forcePerDay:
		return refuse(45009, "reach max api daily quota limit")
	case !f.last.IsZero() && now.Sub(f.last) < forceGap:
		return refuse(45011, "api minute-quota reach limit, must slower, retry next minute")
	}
	f.used++
	f.last = now
	return nil
}

// checkSecret refuses what does not name this account.
func (s *Sim) checkSecret(grantType, appID, secret string) *refusal {
	switch {
	case grantType != "client_credential":
		return refuse(40002, "invalid grant_type")
	case appID == "":
		return refuse(41002, "appid missing")
	case appID != s.opt.AppID:
		return refuse(40013, "invalid appid")
	case secret == "":
		return refuse(41004, "appsecret missing")
	case secret != s.opt.Secret:
		return refuse(40125, "invalid appsecret")
	}
	return nil
}

// issue makes the line's next token.
func (s *Sim) issue(line *tokenLine, now time.Time) any {
	if end, live := s.tokens[line.current]; live && end.After(now.Add(tokenOverlap)) {
		s.tokens[line.current] = now.Add(tokenOverlap)
	}
	for token, end := range s.tokens {
		if now.Sub(end) > 24*time.Hour { // long enough to answer 42001
			delete(s.tokens, token)
		}
	}
	sum := sha256.Sum256([]byte(s.salt + strconv.FormatInt(s.next(), 10)))
	line.current = "98_" + hex.EncodeToString(sum[:]) + hex.EncodeToString(sum[:16])
	s.tokens[line.current] = now.Add(tokenLife)
	return tokenAnswer(line.current, tokenLife)
}

func tokenAnswer(token string, left time.Duration) any {
	return map[string]any{"access_token": token, "expires_in": int(left / time.Second)}
}

// checkToken refuses a call whose token does not hold.
func (s *Sim) checkToken(c *apiCall) *refusal {
	token := c.req.URL.Query().Get("access_token")
	end, known := s.tokens[token]
	switch {
	case token == "":
		return refuse(41001, "access_token missing")
	case !known:
		return refuse(40001, "invalid credential, access_token is invalid or not latest, could get access_token by "+
			"getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r")
	case !c.now.Before(end):
		return refuse(42001, "access_token expired")
	}
	return nil
}

// KillTokens makes every token invalid (40001); the next fetch brings another.
func (s *Sim) KillTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
	s.plain, s.stable = tokenLine{}, tokenLine{}
}

func (s *Sim) callbackIPs(*apiCall) (any, *refusal) {
	return map[string]any{"ip_list": []string{"127.0.0.1", "101.226.103.0/25"}}, nil
}

func (s *Sim) ridGet(c *apiCall) (any, *refusal) {
	var in struct {
		RID string `json:"rid"`
	}
	if r := c.into(&in); r != nil {
		return nil, r
	}
	rec, known := s.rids[in.RID]
	switch {
	case !known:
		return nil, refuse(76001, "rid not found")
	case c.now.Sub(rec.at) > ridLife:
		return nil, refuse(76004, "rid time is error")
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "request": rec.request}, nil
}

func crc(s string) uint32 { return crc32.ChecksumIEEE([]byte(s)) }

// beijing is where the platform's days begin and end.
func beijing() *time.Location { return time.FixedZone("CST", 8*60*60) }

func beijingDay(now time.Time) string { return now.In(beijing()).Format(time.DateOnly) }
