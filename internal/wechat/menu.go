package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

const (
	menuCreatePath = "/cgi-bin/menu/create"
	menuAddPath    = "/cgi-bin/menu/addconditional"
	noMenu         = 46003 // errcode of reading where nothing was created
	noConditional  = 65301 // errcode of deleting what is not there
)

// Button is an entry of a menu: one that sends an event with Key (Type click),
// one that opens URL (Type view), or one that only opens Sub.
type Button struct {
	Name string   `json:"name"`
	Type string   `json:"type,omitempty"` // click, view, or another of the platform's; empty with Sub
	Key  string   `json:"key,omitempty"`
	URL  string   `json:"url,omitempty"`
	Sub  []Button `json:"sub_button,omitempty"`
}

// Menu is what followers see at the foot of the chat. A person sees the newest
// menu made for the tag that was put on him last, else the default one. Phones
// notice a change within five minutes, on entering the chat.
type Menu struct {
	Buttons []Button
	TagID   int // 0: the default menu
	ID      string
}

// menuJSON is a menu as the platform writes it; its ids are numbers in some
// answers and texts in others.
type menuJSON struct {
	Button    []Button        `json:"button"`
	MenuID    json.RawMessage `json:"menuid"`
	MatchRule struct {
		TagID   json.RawMessage `json:"tag_id"`
		GroupID json.RawMessage `json:"group_id"` // a tag's older name
	} `json:"matchrule"`
}

func (m menuJSON) menu() Menu {
	out := Menu{Buttons: m.Button, ID: bare(m.MenuID)}
	for _, id := range []json.RawMessage{m.MatchRule.GroupID, m.MatchRule.TagID} {
		if n, err := strconv.Atoi(bare(id)); err == nil {
			out.TagID = n
		}
	}
	return out
}

// bare returns an id without the quotes that it may have.
func bare(id json.RawMessage) string { return strings.Trim(string(id), `"`) }

// GetMenus reads the account's menus, the conditional ones in the platform's
// order. def is nil where there is no menu at all.
func (c *Client) GetMenus(ctx context.Context) (def *Menu, conditional []Menu, err error) {
	var out struct {
		Menu        menuJSON   `json:"menu"`
		Conditional []menuJSON `json:"conditionalmenu"`
	}
	err = c.call(ctx, request{method: http.MethodGet, path: "/cgi-bin/menu/get", out: &out})
	if e, ok := asError(err); ok && e.Code == noMenu {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	for _, m := range out.Conditional {
		conditional = append(conditional, m.menu())
	}
	m := out.Menu.menu()
	return &m, conditional, nil
}

// CreateMenu replaces the default menu; conditional ones stay. What breaks a
// limit of the platform is refused here, in words that name the button.
func (c *Client) CreateMenu(ctx context.Context, buttons []Button) error {
	if err := checkButtons(buttons); err != nil {
		return noAnswer(menuCreatePath, NoAnswer, ClassContent, err)
	}
	in := map[string]any{"button": buttons}
	return c.call(ctx, request{method: http.MethodPost, path: menuCreatePath, in: in})
}

// AddConditionalMenu makes a menu for who has a tag. There must be a default
// menu, and a conditional one cannot be changed, only made anew.
func (c *Client) AddConditionalMenu(ctx context.Context, tagID int, buttons []Button) (menuID string, err error) {
	if tagID <= 0 {
		err = errors.New("a conditional menu needs a tag")
	} else {
		err = checkButtons(buttons)
	}
	if err != nil {
		return "", noAnswer(menuAddPath, NoAnswer, ClassContent, err)
	}
	in := map[string]any{"button": buttons, "matchrule": map[string]string{"tag_id": strconv.Itoa(tagID)}}
	var out menuJSON
	err = c.call(ctx, request{method: http.MethodPost, path: menuAddPath, in: in, out: &out})
	return bare(out.MenuID), err
}

// DeleteConditionalMenu deletes one conditional menu; none with that ID is as
// good.
func (c *Client) DeleteConditionalMenu(ctx context.Context, menuID string) error {
	in := map[string]string{"menuid": menuID}
	err := c.call(ctx, request{method: http.MethodPost, path: "/cgi-bin/menu/delconditional", in: in})
	if e, ok := asError(err); ok && e.Code == noConditional {
		return nil
	}
	return err
}

// DeleteMenus deletes all menus, the conditional ones as well.
func (c *Client) DeleteMenus(ctx context.Context) error {
	return c.call(ctx, request{method: http.MethodGet, path: "/cgi-bin/menu/delete"})
}

// TryMenu asks which menu a follower sees.
func (c *Client) TryMenu(ctx context.Context, openID string) ([]Button, error) {
	var out menuJSON
	err := c.call(ctx, request{
		method: http.MethodPost,
		path:   "/cgi-bin/menu/trymatch",
		in:     map[string]string{"user_id": openID},
		out:    &out,
	})
	return out.Button, err
}
