package wechatsim

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	authorizePath = "/connect/oauth2/authorize"
	codeLife      = 5 * time.Minute
)

// oauthCode is the right to learn once who opened a page.
type oauthCode struct {
	openID   string
	snapshot bool
	born     time.Time
	used     bool
}

// stateForm is what a state may be.
var stateForm = regexp.MustCompile(`^[a-zA-Z0-9]{0,128}$`)

// authorizeOutside answers a browser that is not WeChat's: nobody knows who is
// asking.
func (s *Sim) authorizeOutside(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", htmlType)
	s.write(w, []byte(notePage("请在微信客户端打开链接")))
}

// authorize is the platform's page of web authorization, opened on a phone: it
// sends the browser on with a code, or says what is wrong with the request.
func (s *Sim) authorize(f *Follower, q url.Values) (redirect, problem string) {
	target, err := url.Parse(q.Get("redirect_uri"))
	switch {
	case q.Get("appid") == "":
		return "", "appid不能为空，错误码：10012"
	case q.Get("appid") != s.opt.AppID:
		return "", "AppID 参数错误"
	case q.Get("redirect_uri") == "":
		return "", "redirect_uri不能为空，错误码：10011"
	case err != nil, target.Scheme != "http" && target.Scheme != "https", target.Host == "",
		s.opt.OAuthDomain != "" && target.Host != s.opt.OAuthDomain:
		return "", "redirect_uri域名与后台配置不一致，错误码：10003"
	case q.Get("response_type") != "code":
		return "", "response_type 参数错误"
	case q.Get("scope") == "":
		return "", "scope不能为空，错误码：10010"
	case q.Get("scope") != "snsapi_base":
		return "", "该公众号没有这个scope的权限，错误码：10005"
	case !stateForm.MatchString(q.Get("state")):
		return "", "state 参数错误"
	}
	// Not by Query().Encode(): the rest of the address stays as it was written.
	if target.RawQuery != "" {
		target.RawQuery += "&"
	}
	target.RawQuery += "code=" + s.newOAuthCode(f) + "&state=" + q.Get("state")
	return target.String(), ""
}

func (s *Sim) newOAuthCode(f *Follower) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opt.Now()
	for code, c := range s.oauth {
		if now.Sub(c.born) > 24*time.Hour { // long enough to answer 42003
			delete(s.oauth, code)
		}
	}
	sum := sha256.Sum256([]byte(s.salt + "code" + strconv.FormatInt(s.next(), 10)))
	code := "0" + hex.EncodeToString(sum[:])[:31]
	c := oauthCode{openID: f.openID, snapshot: f.snapshot, born: now}
	if f.snapshot { // an invented person
		sum := sha256.Sum256([]byte("snapshot|" + f.openID))
		c.openID = "o" + base64.RawURLEncoding.EncodeToString(sum[:])[:27]
	}
	s.oauth[code] = c
	return code
}

// Snapshot makes the person open pages as a snapshot user, as WeChat does
// before somebody has agreed to anything: the openid is an invented one.
func (f *Follower) Snapshot(on bool) {
	f.sim.mu.Lock()
	defer f.sim.mu.Unlock()
	f.snapshot = on
}

// oauthToken is GET /sns/oauth2/access_token.
func (s *Sim) oauthToken(c *apiCall) (any, *refusal) {
	q := c.req.URL.Query()
	code, known := s.oauth[q.Get("code")]
	switch {
	case q.Get("appid") == "":
		return nil, refuse(41002, "appid missing")
	case q.Get("appid") != s.opt.AppID:
		return nil, refuse(40013, "invalid appid")
	case q.Get("secret") == "":
		return nil, refuse(41004, "appsecret missing")
	case q.Get("secret") != s.opt.Secret:
		return nil, refuse(40125, "invalid appsecret")
	case q.Get("grant_type") != "authorization_code":
		return nil, refuse(40002, "invalid grant_type")
	case q.Get("code") == "":
		return nil, refuse(41008, "missing code")
	case !known:
		return nil, refuse(40029, "invalid code")
	case code.used:
		return nil, refuse(40163, "code been used")
	case c.now.Sub(code.born) >= codeLife:
		return nil, refuse(42003, "code expired")
	}
	code.used = true
	s.oauth[q.Get("code")] = code
	sum := sha256.Sum256([]byte(s.salt + q.Get("code")))
	out := map[string]any{
		"access_token": "98_" + hex.EncodeToString(sum[:]), "expires_in": int(tokenLife / time.Second),
		"refresh_token": "98_" + strings.ToUpper(hex.EncodeToString(sum[:])), "openid": code.openID, "scope": "snsapi_base",
	}
	if code.snapshot {
		out["is_snapshotuser"] = 1
	}
	return out, nil
}
