package wechat

import (
	"context"
	"net/http"

	"github.com/silenceper/wechat/v2/domain/openapi"
	"github.com/silenceper/wechat/v2/officialaccount/basic"
)

// CallbackIPs lists the addresses and networks from which the platform calls
// back. They change; a copy should not be older than a day.
func (c *Client) CallbackIPs(ctx context.Context) ([]string, error) {
	var out basic.IPListRes
	err := c.call(ctx, request{method: http.MethodGet, path: "/cgi-bin/getcallbackip", out: &out})
	return out.IPList, err
}

// Quota is what an API grants until midnight in Beijing, in calls.
type Quota struct {
	Limit int64
	Used  int64
	Left  int64
}

// Quota asks how often an API may still be called today. The path is as in
// /cgi-bin/message/custom/send.
func (c *Client) Quota(ctx context.Context, cgiPath string) (Quota, error) {
	var out openapi.APIQuota
	err := c.call(ctx, request{
		method: http.MethodPost,
		path:   "/cgi-bin/openapi/quota/get",
		in:     openapi.GetAPIQuotaParams{CgiPath: cgiPath},
		out:    &out,
	})
	return Quota{Limit: out.Quota.DailyLimit, Used: out.Quota.Used, Left: out.Quota.Remain}, err
}
