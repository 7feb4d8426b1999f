package wechat_test

import (
	"reflect"
	"strings"
	"testing"

	"rixue/internal/wechat"
	"rixue/internal/wechat/wechatsim"
)

func TestMenusComeBackAsTheyWereMade(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	c := p.client(t, nil)
	if def, cond, err := c.GetMenus(t.Context()); def != nil || cond != nil || err != nil {
		t.Errorf("before any: %v %v %v", def, cond, err)
	}
	forAll := []wechat.Button{
		{Name: "反馈", Type: "click", Key: "FEEDBACK"},
		{Name: "更多", Sub: []wechat.Button{{Name: "看 & <读>", Type: "view", URL: "https://a.b/?x=1&y=2"}}},
	}
	if err := c.CreateMenu(t.Context(), forAll); err != nil {
		t.Fatal(err)
	}
	tag, err := c.CreateTag(t.Context(), "职工")
	if err != nil {
		t.Fatal(err)
	}
	forStaff := []wechat.Button{{Name: "今日学习", Type: "click", Key: "STUDY_TODAY"}}
	id, err := c.AddConditionalMenu(t.Context(), tag.ID, forStaff)
	if err != nil {
		t.Fatal(err)
	}
	def, cond, err := c.GetMenus(t.Context())
	if err != nil || def == nil || len(cond) != 1 {
		t.Fatalf("%v %v %v", def, cond, err)
	}
	if got := emptyless(def.Buttons); !reflect.DeepEqual(got, forAll) || def.TagID != 0 || def.ID == "" {
		t.Errorf("default %+v", def)
	}
	if got := emptyless(cond[0].Buttons); !reflect.DeepEqual(got, forStaff) || cond[0].TagID != tag.ID || cond[0].ID != id {
		t.Errorf("conditional %+v, want id %s", cond[0], id)
	}
	a := p.Follower("a")
	a.Follow()
	try := func(want []wechat.Button) {
		t.Helper()
		if got, err := c.TryMenu(t.Context(), a.OpenID()); err != nil || !reflect.DeepEqual(emptyless(got), want) {
			t.Errorf("sees %+v, %v", got, err)
		}
	}
	try(forAll)
	if err := c.AddTag(t.Context(), tag.ID, []string{a.OpenID()}); err != nil {
		t.Fatal(err)
	}
	try(forStaff)
	for range 2 { // what is gone already is no failure
		if err := c.DeleteConditionalMenu(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		try(forAll)
	}
	if err := c.DeleteMenus(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.AddConditionalMenu(t.Context(), tag.ID, forStaff); failure(t, err).Code != 65303 {
		t.Errorf("without a default menu: %v", err)
	}
}

// emptyless makes the platform's empty lists of entries nil.
func emptyless(buttons []wechat.Button) []wechat.Button {
	if len(buttons) == 0 {
		return nil
	}
	for i := range buttons {
		buttons[i].Sub = emptyless(buttons[i].Sub)
	}
	return buttons
}

func TestMenuLimitsAreSaidBeforeSending(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	c := p.client(t, nil)
	click := func(name, key string) wechat.Button { return wechat.Button{Name: name, Type: "click", Key: key} }
	four := []wechat.Button{click("a", "a"), click("b", "b"), click("c", "c"), click("d", "d")}
	below := func(b ...wechat.Button) []wechat.Button { return []wechat.Button{{Name: "更多", Sub: b}} }
	for says, buttons := range map[string][]wechat.Button{
		"1 to 3":                 four,
		"not 0":                  {},
		"more than 5":            below(append(four, four...)...),
		"entries of its own":     below(below(click("a", "a"))...),
		"name has 18 bytes":      {click("今日学习内容", "a")},
		"name has 63 bytes":      below(click(strings.Repeat("学", 21), "a")),
		"key has 129 bytes":      {click("a", strings.Repeat("k", 129))},
		"URL has 1025 bytes":     {{Name: "a", Type: "view", URL: "https://" + strings.Repeat("x", 1017)}},
		"no name":                {click("", "a")},
		"no key":                 {click("a", "")},
		"no http":                {{Name: "a", Type: "view", URL: "a.b/c"}},
		"neither entries":        {{Name: "a"}},
		"entries and a type":     {{Name: "a", Type: "click", Key: "a", Sub: []wechat.Button{click("b", "b")}}},
		"holds a control":        {click("a\u2028b", "a")},
		`button "a\\u0041": its`: {click(`a\u0041`, "a")},
	} {
		err := c.CreateMenu(t.Context(), buttons)
		if e := failure(t, err); e.Class != wechat.ClassContent || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
		if _, err := c.AddConditionalMenu(t.Context(), 100, buttons); !strings.Contains(failure(t, err).Msg, says) {
			t.Errorf("%s, conditional: %v", says, err)
		}
	}
	if _, err := c.AddConditionalMenu(t.Context(), 0, four[:1]); !strings.Contains(failure(t, err).Msg, "needs a tag") {
		t.Error(err)
	}
	if n := p.Calls("/cgi-bin/menu/create") + p.Calls("/cgi-bin/menu/addconditional"); n != 0 {
		t.Errorf("%d calls were made", n)
	}
	// What is just allowed here is allowed there.
	most := below(click(strings.Repeat("学", 20), strings.Repeat("k", 128)),
		wechat.Button{Name: "b", Type: "view", URL: "https://a.b/" + strings.Repeat("x", 1012)})
	if err := c.CreateMenu(t.Context(), most); err != nil {
		t.Error(err)
	}
}
