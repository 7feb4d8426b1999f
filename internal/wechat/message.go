package wechat

import (
	"context"
	"net/http"

	"github.com/silenceper/wechat/v2/officialaccount/message"
)

// SendText sends a customer-service message. The platform has no dedupe for
// these: an error of class Unknown must not be answered by sending again. The
// platform takes at most 2048 bytes of UTF-8.
func (c *Client) SendText(ctx context.Context, openID, text string) error {
	return c.call(ctx, request{
		method: http.MethodPost,
		path:   "/cgi-bin/message/custom/send",
		in:     message.NewCustomerTextMessage(openID, text),
		once:   true,
	})
}

// Article is a message with a title that opens a page.
type Article struct {
	Title       string
	Description string
	URL         string
}

// SendNews sends a customer-service message of one article; see SendText.
func (c *Client) SendNews(ctx context.Context, openID string, a Article) error {
	return c.call(ctx, request{
		method: http.MethodPost,
		path:   "/cgi-bin/message/custom/send",
		in: message.CustomerMessage{
			ToUser: openID, Msgtype: message.MsgTypeNews,
			News: &message.MediaNews{Articles: []message.MediaArticles{{Title: a.Title, Description: a.Description, URL: a.URL}}},
		},
		once: true,
	})
}
