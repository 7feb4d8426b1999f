package wechat

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/silenceper/wechat/v2/credential"
)

// Client calls the platform for one account. It is safe for many goroutines.
type Client struct {
	cfg    Config
	http   *http.Client
	tokens *tokens
	ticket *tokens // of the JS-SDK
}

// New makes a client. It talks to nobody before the first call.
func New(cfg Config) *Client {
	c := &Client{cfg: cfg.withDefaults()}
	c.http = &http.Client{
		Timeout:   c.cfg.Timeout,
		Transport: newTransport(),
		// A redirect would carry the token to wherever it points.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	c.tokens = c.newTokens("token", stableTokenPath, c.fetchToken)
	c.ticket = c.newTokens("ticket", ticketPath, c.fetchTicket)
	return c
}

func (c *Client) newTokens(name, path string, fetch func(context.Context, bool) (grant, error)) *tokens {
	return &tokens{
		path:  path,
		fetch: fetch,
		shelf: shelf{rdb: c.cfg.Redis, appID: c.cfg.AppID, name: name, log: c.cfg.Log},
		log:   c.cfg.Log,
		now:   c.cfg.Now,
		real:  wallClock,
	}
}

// newTransport keeps enough idle connections for all workers; net/http's
// default of two per host would dial, with TLS, for nearly every message.
func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns = 64
	t.MaxIdleConnsPerHost = 64
	t.IdleConnTimeout = 60 * time.Second
	return t
}

// Close gives idle connections back. Calls under way are not disturbed.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// AccessToken returns a token that should be valid, from memory, Redis or the
// platform in this order.
func (c *Client) AccessToken(ctx context.Context) (string, error) { return c.tokens.get(ctx) }

// call carries out r with a token, and once more with another when the first
// is refused.
func (c *Client) call(ctx context.Context, r request) error {
	token, err := c.tokens.get(ctx)
	if err != nil {
		return err
	}
	r.query = withToken(r.query, token)
	err = c.exchange(ctx, r)
	if e, ok := asError(err); !ok || e.Class != ClassToken {
		return err
	}
	other, replaceErr := c.tokens.replace(ctx, token)
	if replaceErr != nil {
		return replaceErr
	}
	if other == token {
		return alarm(err)
	}
	r.query = withToken(r.query, other)
	return alarm(c.exchange(ctx, r))
}

// alarm raises a refused token to Alarm: nothing is left to be tried.
func alarm(err error) error {
	if e, ok := asError(err); ok && e.Class == ClassToken {
		return e.withClass(ClassAlarm)
	}
	return err
}

func withToken(query url.Values, token string) url.Values {
	q := url.Values{"access_token": {token}}
	for k, v := range query {
		if k != "access_token" {
			q[k] = v
		}
	}
	return q
}

const stableTokenPath = "/cgi-bin/stable_token"

type stableTokenRequest struct {
	GrantType    string `json:"grant_type"`
	AppID        string `json:"appid"`
	Secret       string `json:"secret"`
	ForceRefresh bool   `json:"force_refresh"`
}

// fetchToken asks the platform for the account's token. A refused token means
// here that the secret is wrong.
func (c *Client) fetchToken(ctx context.Context, force bool) (grant, error) {
	asked := c.cfg.Now()
	var out credential.ResAccessToken
	err := c.exchange(ctx, request{
		method: http.MethodPost,
		path:   stableTokenPath,
		in:     stableTokenRequest{"client_credential", c.cfg.AppID, c.cfg.AppSecret, force},
		out:    &out,
	})
	if err != nil {
		return grant{}, alarm(err)
	}
	return granted(stableTokenPath, out.AccessToken, asked, out.ExpiresIn)
}

// granted makes a grant of an answer's token and its life in seconds.
func granted(path, token string, asked time.Time, expiresIn int64) (grant, error) {
	if token == "" || expiresIn <= 0 {
		return grant{}, &Error{Code: NoAnswer, Msg: "no token in the answer", Path: path, Class: ClassNow}
	}
	life := time.Duration(expiresIn) * time.Second
	return grant{token: token, asked: asked, until: asked.Add(life)}, nil
}
