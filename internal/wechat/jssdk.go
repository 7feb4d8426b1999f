package wechat

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"

	"rixue/internal/wechat/wire"
)

const ticketPath = "/cgi-bin/ticket/getticket"

// JSConfig is what a page hands to wx.config so that WeChat lets it use the
// JS-SDK and open tags.
type JSConfig struct {
	AppID     string
	Nonce     string
	Signature string
	Timestamp int64 // Unix seconds
}

// JSConfig signs a page for the JS-SDK. pageURL is its address as the phone has
// it, public_url and query included; a fragment does not matter.
func (c *Client) JSConfig(ctx context.Context, pageURL string) (JSConfig, error) {
	ticket, err := c.ticket.get(ctx)
	if err != nil {
		return JSConfig{}, err
	}
	cfg := JSConfig{AppID: c.cfg.AppID, Nonce: rand.Text(), Timestamp: c.cfg.Now().Unix()}
	cfg.Signature = wire.SignPage(ticket, cfg.Nonce, strconv.FormatInt(cfg.Timestamp, 10), pageURL)
	return cfg, nil
}

// fetchTicket asks the platform for the account's JS-SDK ticket, which cannot
// be forced.
func (c *Client) fetchTicket(ctx context.Context, _ bool) (grant, error) {
	asked := c.cfg.Now()
	var out struct {
		Ticket    string `json:"ticket"`
		ExpiresIn int64  `json:"expires_in"`
	}
	err := c.call(ctx, request{method: http.MethodGet, path: ticketPath, query: url.Values{"type": {"jsapi"}}, out: &out})
	if err != nil {
		return grant{}, err
	}
	return granted(ticketPath, out.Ticket, asked, out.ExpiresIn)
}
