package wechat

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// User is what the platform tells of a person. Since 2021 it tells neither
// name nor picture. For somebody who does not follow only OpenID and UnionID
// are set.
type User struct {
	OpenID     string
	UnionID    string // empty unless the account is bound to an open-platform account
	Subscribed bool
	Since      time.Time // of the present subscription
	Tags       []int     // ids
	How        string    // how the person came, e.g. ADD_SCENE_QR_CODE
	Scene      string    // of the code by which the person came
}

// UserInfo asks who an openid is and whether the person follows.
func (c *Client) UserInfo(ctx context.Context, openID string) (User, error) {
	// The SDK's type is not used: its time is 32 bits wide.
	var out struct {
		Subscribe      int    `json:"subscribe"`
		OpenID         string `json:"openid"`
		UnionID        string `json:"unionid"`
		SubscribeTime  int64  `json:"subscribe_time"`
		TagIDList      []int  `json:"tagid_list"`
		SubscribeScene string `json:"subscribe_scene"`
		QRSceneStr     string `json:"qr_scene_str"`
	}
	err := c.call(ctx, request{
		method: http.MethodGet,
		path:   "/cgi-bin/user/info",
		query:  url.Values{"openid": {openID}, "lang": {"zh_CN"}},
		out:    &out,
	})
	if err != nil {
		return User{}, err
	}
	u := User{
		OpenID: out.OpenID, UnionID: out.UnionID, Subscribed: out.Subscribe == 1,
		Tags: out.TagIDList, How: out.SubscribeScene, Scene: out.QRSceneStr,
	}
	if out.SubscribeTime > 0 {
		u.Since = time.Unix(out.SubscribeTime, 0)
	}
	return u, nil
}
