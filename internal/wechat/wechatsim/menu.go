package wechatsim

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strconv"
)

// maxConditional is how many conditional menus an account may have. The
// platform has a limit (65305) and does not tell it.
const maxConditional = 100

// Button is an entry of a menu, as the platform's API takes and gives it.
type Button struct {
	Type  string   `json:"type,omitempty"` // click, view, …; empty where Sub is not
	Name  string   `json:"name"`
	Key   string   `json:"key,omitempty"`
	URL   string   `json:"url,omitempty"`
	Media string   `json:"media_id,omitempty"`
	Sub   []Button `json:"sub_button"`
}

// menuBook holds the account's menus.
type menuBook struct {
	def         []Button // nil: none
	defID       int64
	conditional []conditionalMenu // oldest first
}

type conditionalMenu struct {
	id       int64
	buttons  []Button
	tag      int // 0: any
	platform string
}

// matchRule says who sees a conditional menu.
type matchRule struct {
	TagID    looseNumber `json:"tag_id"`
	GroupID  looseNumber `json:"group_id"` // a tag's older name
	Platform looseNumber `json:"client_platform_type"`

	Sex      any `json:"sex"`
	Country  any `json:"country"`
	Province any `json:"province"`
	City     any `json:"city"`
	Language any `json:"language"`
}

func (m matchRule) private() bool {
	return slices.ContainsFunc([]any{m.Sex, m.Country, m.Province, m.City, m.Language}, func(v any) bool { return v != nil && v != "" })
}

// looseNumber is a number that may be written as a text.
type looseNumber string

func (n *looseNumber) UnmarshalJSON(b []byte) error {
	if !bytes.Equal(b, []byte("null")) {
		*n = looseNumber(bytes.Trim(b, `"`))
	}
	return nil
}

// menuRequest is the body of create and addconditional.
type menuRequest struct {
	Button []Button  `json:"button"`
	Rule   matchRule `json:"matchrule"`
}

// unicodeEscape is what makes create fail although the JSON is right.
var unicodeEscape = regexp.MustCompile(`\\u[0-9a-fA-F]{4}`)

func (c *apiCall) intoMenu() (menuRequest, *refusal) {
	var in menuRequest
	if unicodeEscape.Match(c.body) {
		return in, refuse(40033, `invalid charset. please check your request, if include \uxxxx will create fail!`)
	}
	if r := c.into(&in); r != nil {
		return in, r
	}
	return in, checkMenu(in.Button)
}

// menuCreate is POST /cgi-bin/menu/create: it replaces the default menu.
func (s *Sim) menuCreate(c *apiCall) (any, *refusal) {
	in, r := c.intoMenu()
	if r != nil {
		return nil, r
	}
	s.menus.def, s.menus.defID = in.Button, s.newMenuID()
	return ok(), nil
}

// menuAdd is POST /cgi-bin/menu/addconditional.
func (s *Sim) menuAdd(c *apiCall) (any, *refusal) {
	in, r := c.intoMenu()
	if r != nil {
		return nil, r
	}
	rule := in.Rule
	menu := conditionalMenu{id: s.newMenuID(), buttons: in.Button, platform: string(rule.Platform)}
	tagID := cmp.Or(rule.TagID, rule.GroupID)
	switch {
	case s.menus.def == nil:
		return nil, refuse(65303, "there is no selfmenu, please create selfmenu first")
	case rule.private():
		return nil, refuse(65320, "matchrule has privacy fields")
	case tagID == "" && menu.platform == "":
		return nil, refuse(65304, "match rule empty")
	case len(s.menus.conditional) >= maxConditional:
		return nil, refuse(65305, "menu count limit")
	}
	if tagID != "" {
		id, err := strconv.Atoi(string(tagID))
		if err != nil || !slices.ContainsFunc(s.tags, func(t tag) bool { return t.ID == id }) {
			return nil, refuse(45159, "invalid tag id")
		}
		menu.tag = id
	}
	all := append(slices.Clone(s.menus.conditional), menu)
	if len(domains(all)) > maxDomains {
		return nil, refuse(65316, "too many domain in conditional menus")
	}
	s.menus.conditional = all
	return map[string]any{"menuid": strconv.FormatInt(menu.id, 10)}, nil
}

// menuGet is GET /cgi-bin/menu/get.
func (s *Sim) menuGet(*apiCall) (any, *refusal) {
	if s.menus.def == nil {
		return nil, refuse(46003, "menu no exist")
	}
	out := map[string]any{"menu": map[string]any{"button": shown(s.menus.def), "menuid": s.menus.defID}}
	var list []any
	for _, m := range s.menus.conditional {
		rule := map[string]any{}
		if m.tag != 0 {
			rule["group_id"] = strconv.Itoa(m.tag)
		}
		if m.platform != "" {
			rule["client_platform_type"] = m.platform
		}
		list = append(list, map[string]any{"button": shown(m.buttons), "matchrule": rule, "menuid": m.id})
	}
	if list != nil {
		out["conditionalmenu"] = list
	}
	return out, nil
}

// menuDelete is GET /cgi-bin/menu/delete: no menu remains.
func (s *Sim) menuDelete(*apiCall) (any, *refusal) {
	s.menus = menuBook{}
	return ok(), nil
}

// menuDelConditional is POST /cgi-bin/menu/delconditional.
func (s *Sim) menuDelConditional(c *apiCall) (any, *refusal) {
	var in struct {
		MenuID looseNumber `json:"menuid"`
	}
	if r := c.into(&in); r != nil {
		return nil, r
	}
	i := slices.IndexFunc(s.menus.conditional, func(m conditionalMenu) bool {
		return strconv.FormatInt(m.id, 10) == string(in.MenuID)
	})
	if i < 0 {
		return nil, refuse(65301, "not exist conditionalmenu menuid")
	}
	s.menus.conditional = slices.Delete(s.menus.conditional, i, i+1)
	return ok(), nil
}

// menuTry is POST /cgi-bin/menu/trymatch.
func (s *Sim) menuTry(c *apiCall) (any, *refusal) {
	var in struct {
		UserID string `json:"user_id"`
	}
	if r := c.into(&in); r != nil {
		return nil, r
	}
	f, known := s.followers[in.UserID]
	switch {
	case !known || !f.following:
		return nil, refuse(65302, "no such user")
	case s.menus.def == nil:
		return nil, refuse(46003, "menu no exist")
	}
	return map[string]any{"button": shown(f.menu())}, nil
}

func (s *Sim) newMenuID() int64 { return 208_379_000 + s.next() }

// shown returns buttons as the platform writes them: with an empty list where
// there are no entries.
func shown(buttons []Button) []Button {
	out := slices.Clone(buttons)
	for i := range out {
		out[i].Sub = append([]Button{}, shown(out[i].Sub)...)
	}
	return out
}

// menu is what the person's phone shows, an Android one. The caller holds mu.
func (f *Follower) menu() []Button {
	if !f.following {
		return nil
	}
	last := 0
	if len(f.tags) > 0 {
		last = f.tags[len(f.tags)-1]
	}
	for _, m := range slices.Backward(f.sim.menus.conditional) {
		if (m.tag == 0 || m.tag == last) && (m.platform == "" || m.platform == android) {
			return m.buttons
		}
	}
	return f.sim.menus.def
}

const android = "2" // client_platform_type of our phones

// Menu returns the buttons that the person's phone shows now, nil for none.
// Real phones are up to five minutes late.
func (f *Follower) Menu() []Button {
	f.sim.mu.Lock()
	defer f.sim.mu.Unlock()
	return f.menu()
}

// TapButton taps the button of that name which the phone shows, on either
// level. One that opens a page reports it (the platform ignores the answer) and
// returns the page's address.
func (f *Follower) TapButton(name string) (seen Seen, url string) {
	b, found := findButton(f.Menu(), name)
	switch {
	case !found:
		return Seen{Reason: "the phone shows no such button"}, ""
	case b.Type == "view":
		return f.View(b.URL), b.URL
	case b.Key == "":
		return Seen{Reason: "tapping a button of this type is not simulated: " + b.Type}, ""
	}
	return f.Tap(b.Key), ""
}

func findButton(buttons []Button, name string) (Button, bool) {
	for _, b := range buttons {
		if b.Name == name && len(b.Sub) == 0 {
			return b, true
		}
		if sub, found := findButton(b.Sub, name); found {
			return sub, true
		}
	}
	return Button{}, false
}
