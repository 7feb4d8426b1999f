package wechatsim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rixue/internal/wechat/wechatsim"
)

const (
	templatePath = "/cgi-bin/message/template/send"
	noticePath   = "/cgi-bin/message/subscribe/bizsend"
)

// templates are one of each kind.
func templates() []wechatsim.Template {
	return []wechatsim.Template{
		{ID: "T", Title: "学习提醒", Fields: []string{"thing1", "time2"}},
		{ID: "ONCE", Title: "明日学习", Kind: wechatsim.KindOnce, Fields: []string{"thing1", "time2"}},
		{ID: "LONG", Title: "每日学习", Kind: wechatsim.KindLong, Fields: []string{"thing1", "time2"}},
	}
}

// send sends a card with values by field; more are further fields of the call.
func (c *caller) send(path, openID, template string, values, more map[string]string) answerJSON {
	c.t.Helper()
	data := map[string]any{}
	for field, v := range values {
		data[field] = map[string]string{"value": v}
	}
	call := map[string]any{"touser": openID, "template_id": template, "data": data}
	for k, v := range more {
		call[k] = v
	}
	body, err := json.Marshal(call)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.post(path, string(body))
}

func goodValues() map[string]string {
	return map[string]string{"thing1": "今日学习", "time2": "2026年11月24日 07:30"}
}

// with is the good values with some changed.
func with(changes ...string) map[string]string {
	values := goodValues()
	for i := 0; i < len(changes); i += 2 {
		values[changes[i]] = changes[i+1]
	}
	return values
}

func without(field string) map[string]string {
	values := goodValues()
	delete(values, field)
	return values
}

func TestCardsAreRefusedAsByWeChat(t *testing.T) {
	type refusal struct {
		to, template string
		values       map[string]string
		more         map[string]string
		code         int
		names        string // the field that errmsg names
	}
	long := map[string]string{"url": strings.Repeat("a", 1025), "page": strings.Repeat("a", 1025)}
	fits := map[string]string{"url": strings.Repeat("a", 1024), "page": strings.Repeat("a", 1024)}
	for path, cases := range map[string]map[string]refusal{
		templatePath: {
			"right":               {"fan", "T", goodValues(), fits, 0, ""},
			"no such openid":      {"oNobody", "T", goodValues(), nil, 40003, ""},
			"never followed":      {"stranger", "T", goodValues(), nil, 43004, ""},
			"left":                {"gone", "T", goodValues(), nil, 43004, ""},
			"no such template":    {"fan", "X", goodValues(), nil, 40037, ""},
			"template of notices": {"fan", "ONCE", goodValues(), nil, 40037, ""},
			"field missing":       {"fan", "T", without("time2"), nil, 47003, "time2"},
			"field too many":      {"fan", "T", with("remark", "谢谢"), nil, 47003, "remark"},
			"value empty":         {"fan", "T", with("thing1", ""), nil, 40250, "thing1"},
			"value of blanks":     {"fan", "T", with("thing1", " \n"), nil, 40250, "thing1"},
			"value wrong":         {"fan", "T", with("time2", "明早"), nil, 47003, "time2"},
			"long address":        {"fan", "T", goodValues(), long, 40039, ""},
		},
		noticePath: {
			"right, one-time":        {"fan", "ONCE", goodValues(), fits, 0, ""},
			"right, long-term":       {"fan", "LONG", goodValues(), nil, 0, ""},
			"accepted, not followed": {"reader", "ONCE", goodValues(), nil, 0, ""},
			"no such openid":         {"oNobody", "ONCE", goodValues(), nil, 40003, ""},
			"no such template":       {"fan", "X", goodValues(), nil, 40037, ""},
			"template message":       {"fan", "T", goodValues(), nil, 40037, ""},
			"never accepted":         {"stranger", "ONCE", goodValues(), nil, 43101, ""},
			"accepted, then left":    {"gone", "LONG", goodValues(), nil, 43101, ""},
			"never accepted, wrong":  {"stranger", "LONG", nil, nil, 43101, ""},
			"field missing":          {"fan", "ONCE", without("thing1"), nil, 47003, "thing1"},
			"field too many":         {"fan", "ONCE", with("first", "您好"), nil, 47003, "first"},
			"value empty":            {"fan", "ONCE", with("thing1", ""), nil, 47003, "thing1"},
			"value wrong":            {"fan", "LONG", with("thing1", "a\nb"), nil, 47003, "thing1"},
			"long address":           {"fan", "ONCE", goodValues(), long, 40039, ""},
		},
	} {
		for name, tc := range cases {
			t.Run(path+" "+name, func(t *testing.T) {
				sim := newSim(t, wechatsim.Options{Templates: templates()}, quiet)
				c := newCaller(t, sim)
				for _, f := range []string{"fan", "gone"} {
					sim.Follower(f).Follow()
					sim.Follower(f).Accept("ONCE", "LONG")
				}
				sim.Follower("gone").Unfollow()
				sim.Follower("reader").Accept("ONCE")
				sim.Follower("stranger")
				to := tc.to
				if to != "oNobody" {
					to = sim.Follower(to).OpenID()
				}
				got := c.send(path, to, tc.template, tc.values, tc.more)
				if got.code() != tc.code {
					t.Errorf("%v, want %d", got, tc.code)
				}
				if msg := got["errmsg"].(string); tc.names != "" && !strings.Contains(msg, "data."+tc.names+".value ") {
					t.Errorf("errmsg %q does not name %s", msg, tc.names)
				}
				if received := len(sim.Follower(tc.to).Inbox()) > 0; received != (tc.code == 0) {
					t.Errorf("received: %v", received)
				}
			})
		}
	}
}

func TestValuesKeepTheRulesOfTheirFields(t *testing.T) {
	han := func(n int) string { return strings.Repeat("学", n) }
	type values struct{ right, wrong []string }
	for kind, v := range map[string]values{
		"thing":       {[]string{han(20), "a 1，（2）!", "二〇二六", "①"}, []string{han(21), "a\nb", "a\rb", "a\u2028b", "a\tb"}},
		"short_thing": {[]string{han(5), "已到a"}, []string{han(6), "a\nb"}},
		"phrase":      {[]string{han(5)}, []string{han(6), "进行a", "第1步", "进行 中"}},
		"name":        {[]string{han(10), strings.Repeat("a", 20), "阿依·买买提", "Li Ming", "李A"}, []string{han(11), strings.Repeat("a", 21), "李" + strings.Repeat("a", 10), "李1", "李\n明"}},
		"number":      {[]string{"1", "12.50", strings.Repeat("1", 32)}, []string{strings.Repeat("1", 33), "1.", ".5", "-1", "1个", "1,000"}},
		"letter":      {[]string{strings.Repeat("a", 32), "AbC"}, []string{strings.Repeat("a", 33), "a1", "学", "a b", "é"}},
		"symbol":      {[]string{"+-!?。"}, []string{"+-!?。+", "a", "1", "学"}},
		"character_string": {
			[]string{"TS-2026/0001", strings.Repeat("a", 32), "a_b@c.d"},
			[]string{"测试单号", strings.Repeat("a", 33), "a b", "a\nb"},
		},
		"time": {
			[]string{"15:01", "15:01:59", "2019年10月1日 15:01", "2019年10月01日 15:01", "2019-10-01 15:01:00", "08:00~09:30", "2026年11月24日 08:00~2026年11月25日 09:30"},
			[]string{"7:30", "24:00", "15:60", "15", "2019年10月1日", "2019年2月30日 15:01", "明早", "08:00~", "08:00~09:00~10:00", "08:00-09:30", "2019/10/01 15:01", "2019年10月1日15:01"},
		},
		"date": {
			[]string{"2019年10月1日", "2019-10-01", "2019年10月1日 15:01", "2019年10月1日~2019年10月7日"},
			[]string{"15:01", "2019年13月1日", "10月1日", "2019.10.1", "2019-10-1", "2019年10月1日 晚", "2019年10月1日~"},
		},
		"amount":       {[]string{"￥100", "¥1234567890.50元", "$0.5"}, []string{"100", "￥12345678901", "￥￥1", "￥1万", "￥", "元"}},
		"phone_number": {[]string{"13800000000", "0571-88888888", "+86-13800000000"}, []string{strings.Repeat("1", 18), "电话1", "12a"}},
		"car_number":   {[]string{"浙A12345", "粤Z1234港", "A12345"}, []string{"浙A1234567", "浙江A1234", "浙A-1234"}},
		"const":        {[]string{"待接收", "办理中"}, []string{"已办结", "待"}},
		"keyword":      {nil, []string{"x"}}, // of the old library
	} {
		t.Run(kind, func(t *testing.T) {
			field := kind + "7"
			sim := newSim(t, wechatsim.Options{Templates: []wechatsim.Template{
				{ID: "T", Fields: []string{field}, Enum: map[string][]string{"const7": {"待接收", "办理中"}}},
			}}, quiet)
			c := newCaller(t, sim)
			fan := sim.Follower("fan")
			fan.Follow()
			for _, right := range v.right {
				if got := c.send(templatePath, fan.OpenID(), "T", map[string]string{field: right}, nil); got.code() != 0 {
					t.Errorf("%q: %v", right, got)
				}
			}
			for _, wrong := range v.wrong {
				got := c.send(templatePath, fan.OpenID(), "T", map[string]string{field: wrong}, nil)
				if want := "argument invalid! data." + field + ".value invalid"; got.code() != 47003 || !strings.HasPrefix(got["errmsg"].(string), want) {
					t.Errorf("%q: %v", wrong, got)
				}
			}
		})
	}
}

func TestCardsAreShownWithTheirFields(t *testing.T) {
	sim := newSim(t, wechatsim.Options{Templates: templates()}, quiet)
	c := newCaller(t, sim)
	a := sim.Follower("a")
	a.Follow()
	a.Accept("ONCE")
	values := with("thing1", "学习<1>👍🏽👩\u200d💻🏳\ufe0f")
	c.send(templatePath, a.OpenID(), "T", values, map[string]string{"url": "https://x/t"})
	c.send(noticePath, a.OpenID(), "ONCE", values, map[string]string{"page": "https://x/n"})
	const day = "2026年11月24日 07:30"
	m := a.Expect(t, "学习提醒\n学习<1>\n"+day)
	want := []wechatsim.CardField{{Name: "thing1", Value: "学习<1>"}, {Name: "time2", Value: day}} // emoji vanish
	if m.Via != wechatsim.ViaTemplate || m.Kind != "card" || m.TemplateID != "T" || m.Title != "学习提醒" ||
		m.URL != "https://x/t" || !slices.Equal(m.Fields, want) {
		t.Errorf("template message %+v", m)
	}
	m = a.Expect(t, "明日学习\n"+values["thing1"]+"\n"+day)
	want[0].Value = values["thing1"]
	if m.Via != wechatsim.ViaSubscription || m.TemplateID != "ONCE" || m.URL != "https://x/n" || !slices.Equal(m.Fields, want) {
		t.Errorf("notice %+v", m)
	}
	a.ExpectNothing(t)
}

func TestMessagesWithoutACardKeepTheirJSON(t *testing.T) {
	got, err := json.Marshal(wechatsim.Message{Via: wechatsim.Reply, Kind: "text", Text: "x"})
	if want := `{"at":"0001-01-01T00:00:00Z","via":"reply","kind":"text","text":"x"}`; err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}

func TestAClientMsgIDSendsOnceInTenMinutes(t *testing.T) {
	now := newClock()
	sim := newSim(t, wechatsim.Options{Now: now.Now, Templates: templates()}, quiet)
	c := newCaller(t, sim)
	a, b := sim.Follower("a"), sim.Follower("b")
	a.Follow()
	b.Follow()
	send := func(f *wechatsim.Follower, key string) float64 {
		t.Helper()
		got := c.send(templatePath, f.OpenID(), "T", goodValues(), map[string]string{"client_msg_id": key})
		if got.code() != 0 {
			t.Fatal(got)
		}
		return got["msgid"].(float64)
	}
	first := send(a, "k")
	now.Add(10*time.Minute - time.Second)
	if again := send(a, "k"); again != first || len(a.Inbox()) != 1 {
		t.Errorf("within ten minutes: %f after %f, received %d", again, first, len(a.Inbox()))
	}
	send(b, "k")
	send(a, "l")
	send(a, "")
	send(a, "")
	if len(b.Inbox()) != 1 || len(a.Inbox()) != 4 {
		t.Errorf("others of the same key and of none: %d, %d", len(b.Inbox()), len(a.Inbox()))
	}
	now.Add(time.Second)
	if send(a, "k"); len(a.Inbox()) != 5 {
		t.Errorf("after ten minutes: received %d", len(a.Inbox()))
	}
	c.send(templatePath, a.OpenID(), "T", with("thing1", ""), map[string]string{"client_msg_id": "bad"})
	if send(a, "bad"); len(a.Inbox()) != 6 {
		t.Error("the id of a refused message counts as sent")
	}
}

func TestMsgIDsRise(t *testing.T) {
	sim := newSim(t, wechatsim.Options{Templates: templates()}, quiet)
	c := newCaller(t, sim)
	a := sim.Follower("a")
	a.Follow()
	var last int64
	for range 3 {
		var out struct {
			MsgID int64 `json:"msgid"`
		}
		body, err := json.Marshal(c.send(templatePath, a.OpenID(), "T", goodValues(), nil))
		if err == nil {
			err = json.Unmarshal(body, &out)
		}
		if err != nil || out.MsgID < 1<<53 {
			t.Errorf("msgid %d, %v: a floating-point number could hold it", out.MsgID, err)
		}
		if sim.Settle(); out.MsgID < last {
			t.Errorf("%d after %d", out.MsgID, last)
		}
		last = out.MsgID
	}
}

func TestQuotaAndRateOfTemplateMessages(t *testing.T) {
	now := newClock()
	sim := newSim(t, wechatsim.Options{
		Now: now.Now, Templates: templates(), RatePerSecond: map[string]int{templatePath: 2},
	}, quiet)
	c := newCaller(t, sim)
	a := sim.Follower("a")
	a.Follow()
	want := func(codes ...int) {
		t.Helper()
		for i, code := range codes {
			if got := c.send(templatePath, a.OpenID(), "T", goodValues(), nil); got.code() != code {
				t.Errorf("call %d: %v, want %d", i+1, got, code)
			}
		}
	}
	want(0, 0, 45011, 45011)
	if got := c.get("/cgi-bin/getcallbackip", ""); got.code() != 0 {
		t.Errorf("another path: %v", got)
	}
	now.Add(time.Second)
	want(0, 0, 45011)
	if len(a.Inbox()) != 4 {
		t.Errorf("received %d", len(a.Inbox()))
	}
	q := c.post("/cgi-bin/openapi/quota/get", `{"cgi_path":"`+templatePath+`"}`)["quota"].(map[string]any)
	if q["daily_limit"] != 100_000.0 || q["used"] != 4.0 {
		t.Errorf("quota %v", q)
	}
}

func TestTemplateLists(t *testing.T) {
	sim := newSim(t, wechatsim.Options{Templates: templates()}, quiet)
	c := newCaller(t, sim)
	names := func(list any, id string) (ids []string) {
		for _, t := range list.([]any) {
			item := t.(map[string]any)
			ids = append(ids, fmt.Sprint(item[id], item["type"], item["content"]))
		}
		return ids
	}
	const content = "thing1:{{thing1.DATA}}\ntime2:{{time2.DATA}}\n"
	got := names(c.get("/cgi-bin/template/get_all_private_template", "")["template_list"], "template_id")
	if want := []string{"T<nil>" + content}; !slices.Equal(got, want) {
		t.Errorf("templates %q", got)
	}
	got = names(c.get("/wxaapi/newtmpl/gettemplate", "")["data"], "priTmplId")
	if want := []string{"ONCE2" + content, "LONG3" + content}; !slices.Equal(got, want) {
		t.Errorf("notices %q", got)
	}
	sim.AddTemplate(wechatsim.Template{ID: "T", Fields: []string{"phrase1"}})
	got = names(c.get("/cgi-bin/template/get_all_private_template", "")["template_list"], "template_id")
	if want := []string{"T<nil>phrase1:{{phrase1.DATA}}\n"}; !slices.Equal(got, want) {
		t.Errorf("after replacing: %q", got)
	}
}

func TestControlOfCards(t *testing.T) {
	var got events
	sim := newSim(t, wechatsim.Options{}, got.record)
	c := newCaller(t, sim)
	post := func(path, form string) string {
		t.Helper()
		w := control(sim, nil, "POST", "/sim/"+path, form)
		return fmt.Sprint(w.Code, " ", w.Body)
	}
	for form, want := range map[string]string{
		"id=T&title=t&fields=thing1":               "200",
		"id=ONCE&kind=once&fields=thing1,time2":    "200",
		"id=LONG&kind=long&fields=thing1%2C+time2": "200",
		"id=&fields=thing1":                        "400",
		"id=X":                                     "400",
		"id=X&kind=hologram&fields=thing1":         "400",
		"id=X&fields=thing1,keyword2":              "400",
		"id=X&fields=const1":                       "400",
	} {
		if answer := post("template", form); !strings.HasPrefix(answer, want) {
			t.Errorf("template %s: %s", form, answer)
		}
	}
	post("follow", "who=a")
	post("accept", "who=a&template=ONCE,LONG")
	post("reject", "who=a&template=LONG")
	post("refuse", "who=a&template=ONCE")
	want := []string{
		"subscribe", "subscribe_msg_popup_event ONCE accept 1 LONG accept 1", "subscribe_msg_popup_event LONG reject 1",
		"subscribe_msg_change_event ONCE reject",
	}
	if !slices.Equal(got.short(), want) {
		t.Errorf("events %q", got.short())
	}
	a := sim.Follower("a")
	for _, tc := range []struct {
		path     string
		received int
	}{{"block", 0}, {"unblock", 1}} {
		post(tc.path, "who=a")
		c.send(templatePath, a.OpenID(), "T", map[string]string{"thing1": "x"}, nil)
		if n := len(a.Inbox()); n != tc.received {
			t.Errorf("after %s: received %d", tc.path, n)
		}
	}
	post("fault", "path="+templatePath+"&undelivered=true&times=1")
	c.send(templatePath, a.OpenID(), "T", map[string]string{"thing1": "x"}, nil)
	if n := len(a.Inbox()); n != 1 {
		t.Errorf("undelivered, received %d", n)
	}
	phone := control(sim, nil, "GET", "/sim/phone?who=a", "").Body.String()
	if !strings.Contains(phone, `"template_id":"T","title":"t","fields":[{"name":"thing1","value":"x"}]`) {
		t.Errorf("phone %s", phone)
	}
}
