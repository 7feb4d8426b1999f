package wechat

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/silenceper/wechat/v2/officialaccount/basic"
)

const (
	qrPath     = "/cgi-bin/qrcode/create"
	qrShowPath = "/cgi-bin/showqrcode"
	qrMaxLife  = 30 * 24 * time.Hour // of a temporary code
	qrMaxScene = 64                  // characters
	qrShowBase = "https://mp.weixin.qq.com"
)

// QR is a code with a scene. A scene is no secret: whoever sees the code can
// photograph it.
type QR struct {
	Ticket  string
	URL     string        // what the picture encodes, for those who draw it themselves
	Image   string        // address of the picture, open to everyone
	Expires time.Duration // from now; 0: never
}

// CreateQR makes a code for a scene of 1 to 64 characters. It holds for ttl, at
// least a minute and at most 30 days; with ttl 0 it is one of the account's
// 100,000 permanent codes.
func (c *Client) CreateQR(ctx context.Context, scene string, ttl time.Duration) (QR, error) {
	if n := utf8.RuneCountInString(scene); n < 1 || n > qrMaxScene {
		return QR{}, noAnswer(qrPath, NoAnswer, ClassContent, errors.New("scene must have 1 to 64 characters"))
	}
	if ttl != 0 && (ttl < time.Minute || ttl > qrMaxLife) {
		return QR{}, noAnswer(qrPath, NoAnswer, ClassContent, errors.New("life must be 0 or from a minute to 30 days"))
	}
	in := basic.NewTmpQrRequest(ttl, scene)
	if ttl == 0 {
		in = basic.NewLimitQrRequest(scene)
	}
	var out basic.Ticket
	if err := c.call(ctx, request{method: http.MethodPost, path: qrPath, in: in, out: &out}); err != nil {
		return QR{}, err
	}
	return QR{
		Ticket:  out.Ticket,
		URL:     out.URL,
		Image:   c.qrShowBase() + qrShowPath + "?ticket=" + url.QueryEscape(out.Ticket),
		Expires: time.Duration(out.ExpireSeconds) * time.Second,
	}, nil
}

// qrShowBase is the host of the pictures: the platform's own, or the simulator
// that stands for all of the platform's hosts.
func (c *Client) qrShowBase() string {
	if c.cfg.APIBase == DefaultAPIBase {
		return qrShowBase
	}
	return c.cfg.APIBase
}
