package wechat

import (
	"context"
	"net/http"
	"strconv"
)

// Card is a template message (模板消息) or a subscription notice (订阅通知).
// Every field of its template must have a value, and none may be empty.
type Card struct {
	OpenID     string
	TemplateID string
	URL        string            // opened by a tap; may be empty
	Key        string            // template messages only: the same key to the same person within 10 minutes sends once; empty: none
	Fields     map[string]string // thing1 → value, by the rules of the field's kind
}

// cardBody is a card as both calls take it. The SDK's types are not used: they
// name an empty mini program in every card.
type cardBody struct {
	ToUser      string               `json:"touser"`
	TemplateID  string               `json:"template_id"`
	URL         string               `json:"url,omitempty"`  // of a template message
	Page        string               `json:"page,omitempty"` // of a subscription notice
	ClientMsgID string               `json:"client_msg_id,omitempty"`
	Data        map[string]cardValue `json:"data"`
}

type cardValue struct {
	Value string `json:"value"`
}

func (m Card) body() cardBody {
	data := make(map[string]cardValue, len(m.Fields))
	for name, value := range m.Fields {
		data[name] = cardValue{value}
	}
	return cardBody{ToUser: m.OpenID, TemplateID: m.TemplateID, Data: data}
}

// SendTemplate sends a template message and returns its decimal id, empty if
// the platform names none. That the call succeeds means accepted: the result
// is told by a TEMPLATESENDJOBFINISH event with the id as MsgID, which may
// come before the answer or never. After an error of class Unknown the same
// card may be sent again for 10 minutes if it has a Key.
func (c *Client) SendTemplate(ctx context.Context, m Card) (msgID string, err error) {
	in := m.body()
	in.URL, in.ClientMsgID = m.URL, m.Key
	var out struct {
		MsgID int64 `json:"msgid"`
	}
	err = c.call(ctx, request{
		method: http.MethodPost,
		path:   "/cgi-bin/message/template/send",
		in:     in,
		out:    &out,
		once:   true,
	})
	if err != nil || out.MsgID == 0 {
		return "", err
	}
	return strconv.FormatInt(out.MsgID, 10), nil
}

// SendSubscription sends a subscription notice, which takes one from what the
// person has accepted of a one-time template. The platform gives it no id and
// has no dedupe: an error of class Unknown must not be answered by sending
// again. The result is told by a subscribe_msg_sent_event.
func (c *Client) SendSubscription(ctx context.Context, m Card) error {
	in := m.body()
	in.Page = m.URL
	return c.call(ctx, request{
		method: http.MethodPost,
		path:   "/cgi-bin/message/subscribe/bizsend",
		in:     in,
		once:   true,
	})
}
