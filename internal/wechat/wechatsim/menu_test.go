package wechatsim_test

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"rixue/internal/wechat/wechatsim"
)

const (
	createPath = "/cgi-bin/menu/create"
	addPath    = "/cgi-bin/menu/addconditional"
)

// click writes a button with a key.
func click(name, key string) string {
	return fmt.Sprintf(`{"type":"click","name":%q,"key":%q}`, name, key)
}

func view(name, url string) string {
	return fmt.Sprintf(`{"type":"view","name":%q,"url":%q}`, name, url)
}

func times(n int, s string) string { return strings.TrimSuffix(strings.Repeat(s+",", n), ",") }

func TestMenuLimits(t *testing.T) {
	c := newCaller(t, newSim(t, wechatsim.Options{}, quiet))
	han := func(n int) string { return strings.Repeat("学", n) }
	for name, tt := range map[string]struct {
		buttons string
		code    int
	}{
		"right":              {click("今日", "A") + `,{"name":"更多","sub_button":[` + view("官网", "https://a.b/c") + `]}`, 0},
		"none":               {``, 40016},
		"three":              {times(3, click("a", "k")), 0},
		"four":               {times(4, click("a", "k")), 40016},
		"five below":         {`{"name":"a","sub_button":[` + times(5, click("a", "k")) + `]}`, 0},
		"six below":          {`{"name":"a","sub_button":[` + times(6, click("a", "k")) + `]}`, 40023},
		"three levels":       {`{"name":"a","sub_button":[{"name":"b","sub_button":[` + click("a", "k") + `]}]}`, 40022},
		"name of 15 bytes":   {click(han(5), "k"), 0},
		"name of 18 bytes":   {click(han(6), "k"), 40018},
		"no name":            {click("", "k"), 40018},
		"below, 60 bytes":    {`{"name":"a","sub_button":[` + click(han(20), "k") + `]}`, 0},
		"below, 63 bytes":    {`{"name":"a","sub_button":[` + click(han(21), "k") + `]}`, 40025},
		"key of 128 bytes":   {click("a", strings.Repeat("k", 128)), 0},
		"key of 129 bytes":   {click("a", strings.Repeat("k", 129)), 40019},
		"no key":             {click("a", ""), 40019},
		"URL of 1025 bytes":  {view("a", "https://a.b/"+strings.Repeat("x", 1013)), 40020},
		"URL without scheme": {view("a", "a.b/c"), 40055},
		"unknown type":       {`{"name":"a","type":"open"}`, 40017},
		"no type":            {`{"name":"a"}`, 40017},
		"escaped":            {`{"name":"a","type":"view","url":"https://a.b/?x=1\u0026y=2"}`, 40033},
	} {
		if got := c.post(createPath, `{"button":[`+tt.buttons+`]}`); got.code() != tt.code {
			t.Errorf("%s: %v, want %d", name, got, tt.code)
		}
	}
}

func TestConditionalMenus(t *testing.T) {
	sim := newSim(t, wechatsim.Options{}, quiet)
	c := newCaller(t, sim)
	var tags []int
	for _, name := range []string{"职工", "书记"} {
		made := c.post("/cgi-bin/tags/create", fmt.Sprintf(`{"tag":{"name":%q}}`, name))
		tags = append(tags, int(made["tag"].(map[string]any)["id"].(float64)))
	}
	conditional := func(rule, buttons string) answerJSON {
		return c.post(addPath, `{"button":[`+buttons+`],"matchrule":{`+rule+`}}`)
	}
	forTag := func(i int) string { return fmt.Sprintf(`"tag_id":"%d"`, tags[i]) }
	if got := conditional(forTag(0), click("职工", "S")); got.code() != 65303 {
		t.Errorf("before the default menu: %v", got)
	}
	c.post(createPath, `{"button":[`+click("大家", "A")+`]}`)
	for name, tt := range map[string]struct {
		rule string
		code int
	}{
		"sex": {forTag(0) + `,"sex":"1"`, 65320}, "city": {`"city":"广州"`, 65320}, "nothing": {``, 65304}, "no such tag": {`"tag_id":9`, 45159},
	} {
		if got := conditional(tt.rule, click("x", "X")); got.code() != tt.code {
			t.Errorf("%s: %v, want %d", name, got, tt.code)
		}
	}
	staff := conditional(forTag(0), click("职工", "S"))["menuid"].(string)
	conditional(forTag(1), click("书记", "B"))

	a := sim.Follower("a")
	tagged := func(action string, i int) {
		t.Helper()
		got := c.post("/cgi-bin/tags/members/"+action, fmt.Sprintf(`{"openid_list":[%q],"tagid":%d}`, a.OpenID(), tags[i]))
		if got.code() != 0 {
			t.Errorf("%s: %v", action, got)
		}
	}
	shows := func(want string) {
		t.Helper()
		got := ""
		for _, b := range a.Menu() {
			got += b.Name
		}
		if got != want {
			t.Errorf("the phone shows %q, want %q", got, want)
		}
	}
	shows("")
	a.Follow()
	shows("大家")
	tagged("batchtagging", 1)
	shows("书记")
	tagged("batchtagging", 0) // the last tag put on decides, not the newest menu
	shows("职工")
	if got := c.post("/cgi-bin/menu/trymatch", fmt.Sprintf(`{"user_id":%q}`, a.OpenID())); !strings.Contains(fmt.Sprint(got["button"]), "职工") {
		t.Errorf("trymatch: %v", got)
	}
	conditional(forTag(0), click("新", "N")) // the newest of one tag's
	shows("新")
	tagged("batchuntagging", 0)
	shows("书记")

	all := c.get("/cgi-bin/menu/get", "")
	if n := len(all["conditionalmenu"].([]any)); n != 3 {
		t.Errorf("%d conditional menus: %v", n, all)
	}
	if got := c.post("/cgi-bin/menu/delconditional", `{"menuid":"`+staff+`"}`); got.code() != 0 {
		t.Errorf("delconditional: %v", got)
	}
	if got := c.post("/cgi-bin/menu/delconditional", `{"menuid":"`+staff+`"}`); got.code() != 65301 {
		t.Errorf("delconditional again: %v", got)
	}
	c.get("/cgi-bin/menu/delete", "")
	shows("")
	if got := c.get("/cgi-bin/menu/get", ""); got.code() != 46003 {
		t.Errorf("after delete: %v", got)
	}
}

func TestConditionalMenusLeadToThreeDomains(t *testing.T) {
	c := newCaller(t, newSim(t, wechatsim.Options{}, quiet))
	c.post(createPath, `{"button":[`+view("x", "https://elsewhere.example")+`]}`)
	add := func(host string) int {
		return c.post(addPath, `{"button":[`+view("x", "https://"+host+"/1")+`],"matchrule":{"tag_id":2}}`).code()
	}
	for _, host := range []string{"a.example", "b.example", "c.example", "B.example"} {
		if code := add(host); code != 0 {
			t.Errorf("%s: %d", host, code)
		}
	}
	if code := add("d.example"); code != 65316 {
		t.Errorf("a fourth: %d", code)
	}
}

func TestTapButton(t *testing.T) {
	var events []string
	sim := newSim(t, wechatsim.Options{}, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		m := regexp.MustCompile(`<Event><!\[CDATA\[(.*?)\]\]></Event><EventKey><!\[CDATA\[(.*?)\]\]>`).FindSubmatch(body)
		events = append(events, fmt.Sprintf("%s %s", m[1], m[2]))
	})
	c := newCaller(t, sim)
	c.post(createPath, `{"button":[`+click("今日", "TODAY")+`,{"name":"更多","sub_button":[`+view("官网", "https://a.b/c")+`]}]}`)
	a := sim.Follower("a")
	a.Follow()
	if _, url := a.TapButton("今日"); url != "" {
		t.Errorf("a button with a key opens %q", url)
	}
	if _, url := a.TapButton("官网"); url != "https://a.b/c" {
		t.Errorf("opens %q", url)
	}
	for _, name := range []string{"更多", "没有"} {
		if seen, _ := a.TapButton(name); seen.Reason == "" {
			t.Errorf("%s: %+v", name, seen)
		}
	}
	if got := control(sim, nil, "POST", "/sim/button", "who=a&name=官网").Body.String(); !strings.Contains(got, `"url":"https://a.b/c"`) {
		t.Errorf("by the control API: %s", got)
	}
	if w := control(sim, nil, "POST", "/sim/button", "name=官网"); w.Code != http.StatusBadRequest {
		t.Errorf("of nobody: %d", w.Code)
	}
	if got := strings.Join(events, ","); got != "subscribe ,CLICK TODAY,VIEW https://a.b/c,VIEW https://a.b/c" {
		t.Errorf("events %q", got)
	}
}
