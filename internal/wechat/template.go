package wechat

import (
	"context"
	"net/http"
	"regexp"

	"github.com/silenceper/wechat/v2/officialaccount/message"
)

// Template is a form that the account may fill in: of template messages, or of
// subscription notices.
type Template struct {
	ID      string
	Title   string
	Content string   // as in 时间:{{time2.DATA}}
	Type    int      // 0 template message; 2 notice for one-time, 3 for long-term subscriptions
	Fields  []string // thing1, time2 …, in the order of Content
}

// Templates lists the account's templates of template messages.
func (c *Client) Templates(ctx context.Context) ([]Template, error) {
	var out struct {
		List []message.TemplateItem `json:"template_list"`
	}
	err := c.call(ctx, request{method: http.MethodGet, path: "/cgi-bin/template/get_all_private_template", out: &out})
	if err != nil {
		return nil, err
	}
	list := make([]Template, len(out.List))
	for i, t := range out.List {
		list[i] = Template{ID: t.TemplateID, Title: t.Title, Content: t.Content, Fields: fieldsOf(t.Content)}
	}
	return list, nil
}

// Subscriptions lists the account's templates of subscription notices.
func (c *Client) Subscriptions(ctx context.Context) ([]Template, error) {
	var out struct {
		List []message.PrivateSubscribeItem `json:"data"`
	}
	err := c.call(ctx, request{method: http.MethodGet, path: "/wxaapi/newtmpl/gettemplate", out: &out})
	if err != nil {
		return nil, err
	}
	list := make([]Template, len(out.List))
	for i, t := range out.List {
		list[i] = Template{ID: t.PriTmplID, Title: t.Title, Content: t.Content, Type: t.SubType, Fields: fieldsOf(t.Content)}
	}
	return list, nil
}

var fieldMark = regexp.MustCompile(`\{\{\s*(\w+)\.DATA\s*\}\}`)

// fieldsOf returns the names of the fields in a template's content.
func fieldsOf(content string) []string {
	marks := fieldMark.FindAllStringSubmatch(content, -1)
	fields := make([]string, len(marks))
	for i, m := range marks {
		fields[i] = m[1]
	}
	return fields
}
