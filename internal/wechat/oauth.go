package wechat

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

const oauthPath = "/sns/oauth2/access_token"

// AuthorizeURL is the address to which a page inside WeChat sends a browser to
// learn who is reading: the browser comes back to redirectURI with a code and
// the state. The person is not asked (snsapi_base). redirectURI's host must be
// the account's domain for web authorization; state has at most 128 letters and
// digits, and should be random and bound to the browser.
func (c *Client) AuthorizeURL(redirectURI, state string) string {
	// Old phones insist on this order of the parameters.
	return c.cfg.OpenBase + "/connect/oauth2/authorize?appid=" + url.QueryEscape(c.cfg.AppID) +
		"&redirect_uri=" + url.QueryEscape(redirectURI) +
		"&response_type=code&scope=snsapi_base&state=" + url.QueryEscape(state) + "#wechat_redirect"
}

// OAuthOpenID exchanges a code that came with a redirect for the openid of who
// is reading. A code works once and for five minutes: 40029, 40163 and 42003
// mean that the browser must go through AuthorizeURL again. In a snapshot page
// the person has not agreed to anything yet and the openid is an invented one,
// which must not be bound to anybody.
func (c *Client) OAuthOpenID(ctx context.Context, code string) (openID string, snapshot bool, err error) {
	var out struct {
		OpenID   string `json:"openid"`
		Snapshot int    `json:"is_snapshotuser"`
	}
	err = c.exchange(ctx, request{
		method: http.MethodGet,
		path:   oauthPath,
		query: url.Values{
			"appid": {c.cfg.AppID}, "secret": {c.cfg.AppSecret}, "code": {code}, "grant_type": {"authorization_code"},
		},
		out: &out,
	})
	switch {
	case err != nil:
		return "", false, alarm(err) // no token was sent: a code of its class means the secret
	case out.OpenID == "":
		return "", false, noAnswer(oauthPath, NoAnswer, ClassNow, errors.New("no openid in the answer"))
	}
	return out.OpenID, out.Snapshot == 1, nil
}
