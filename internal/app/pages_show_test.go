package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rixue/internal/wechat/wechatsim"
)

// Every kind of question can be answered on a page, and an answer that is none
// is asked for again.
func TestPagesKinds(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.load("questions", `日期,题型,题干,选项A,选项B,选项C,答案,解析
2026-11-23,单选,单,甲,乙,,B,
2026-11-23,多选,多,甲,乙,丙,AC,
2026-11-23,判断,判,,,,对,
2026-11-23,填空,填____,,,,周|一周,
2026-11-23,简答,谈谈,,,,略,
2026-11-23,匹配,"连一连
1. 左一
2. 左二",右一,右二,,1B 2A,
`, ImportOptions{Approve: "0001"})
		p := s.phone(s.member("张三", "0001"))
		ask := func(stem string) {
			t.Helper()
			p.open(s.topicOf("2026-11-23")+"/quiz").says(200, stem)
		}
		again := func(hint string, answer ...string) {
			t.Helper()
			p.send("answer", answer...).says(200, hint, "<form")
		}
		ask("单")
		again("请先选一个")
		p.send("answer", "A", "B").says(400, "没有看懂")
		ask("单")
		p.send("answer", "C").says(400)
		ask("单")
		p.send("answer", "b").says(400)
		ask("单")
		p.send("answer", p.choices("乙")...).says(200, "回答正确")
		ask("多")
		again("请至少选一个")
		p.send("answer", append(p.choices("丙", "甲"), p.choices("丙")...)...).says(200, "回答正确")
		ask("判")
		p.send("answer", p.choices("对")...).says(200, "回答正确")
		ask("填")
		again("请先写答案", " 　")
		p.send("answer", strings.Repeat("长", 601)).says(400, "600 个字以内")
		ask("填")
		p.send("answer", " 一\u200b周\x00 ").says(200, "回答正确", "您的回答", "周 或 一周")
		ask("谈谈")
		p.send("answer", "一\r\n二<b>").says(200, "已提交，等老师批阅", "二&lt;b&gt;", "参考答案")
		ask("左二")
		again("每一项都要选", "B", "")
		p.send("answer", "B", "A", "A").says(400)
		ask("左二")
		p.send("answer", "A", "B").says(200, "回答错误", "1 对 A，2 对 B", "1 对 B，2 对 A")
		p.follow("看结果").says(200, "今日学习已完成，答对 4/5 题", "待批阅")
		want := []string{"判 A 1", "单 B 1", "填____ 一周 1", "多 AC 1", "谈谈 一\n二<b> 2", "连一连\n1. 左一\n2. 左二 AB 0"}
		slices.Sort(want)
		if got := s.answers("0001"); !slices.Equal(got, want) {
			t.Errorf("kept %q, want %q", got, want)
		}
		p.open(s.topicOf("2026-11-23")+"/quiz?n=4").says(200, "回答正确")
		p.open(s.topicOf("2026-11-23")+"/quiz?n=99").says(200, "今日学习已完成")
	})
}

// A question that changes while somebody has it on his screen is asked anew.
func TestPagesQuestionChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		p := s.phone(s.withLessons().member("张三", "0001")).open(s.topicOf("2026-11-23") + "/quiz?n=3")
		path, question := p.form(), p.field("question")
		s.load("questions", "日期,题型,题干,答案,解析\n2026-11-23,判断,首问负责只适用于窗口人员。,对,改了\n", ImportOptions{Approve: "0001"})
		p.post(path, question, "answer", "B").says(200, "题目刚刚更新过", "第 1/1 题")
		p.send("answer", "B").says(200, "回答错误", "改了")
	})
}

// A topic that has nothing to answer is there to be read.
func TestPagesNothingToAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.load("topics", "日期,标题,正文\n2026-11-22,只读,正文\n", ImportOptions{Approve: "0001"})
		p := s.phone(s.member("张三", "0001")).open(s.topicOf("2026-11-22"))
		p.says(200, "补学 · 11月22日 周日", "今天没有题目，读完就好。")
		if strings.Contains(p.body, "/quiz") {
			t.Error("questions are offered")
		}
		if p.open(s.topicOf("2026-11-22") + "/quiz"); p.path != s.topicOf("2026-11-22") {
			t.Errorf("its questions are at %s", p.path)
		}
	})
}

// What is written into a topic or an answer cannot act in the reader's name.
func TestPagesScriptInTopic(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withoutTemplates().withLessons()
		s.load("topics", `日期,标题,正文,来源,链接
2026-11-22,</title><script>alert(1)</script>,"<script>alert(2)</script>

[点](javascript:alert(3)) [点](java`+"\u200b"+`script:alert(4)) ![图](x"" onerror=""alert(5)) <img src=x onerror=alert(6)>

<a href=""https://x.example"" onclick=""alert(7)"">字</a>",<b>院办</b>,https://x.example/?a=<script>
`, ImportOptions{Approve: "0001"})
		p := s.phone(s.member("张三", "0001")).open(s.topicOf("2026-11-22")).says(200)
		for _, bad := range []string{`(?i)<script`, `(?i)<[^>]*\son\w+=`, `(?i)href="\s*java`, `<b>院办`, `<img`} {
			if m := regexp.MustCompile(bad).FindString(p.body); m != "" {
				t.Errorf("the page has %q:\n%s", m, p.body)
			}
		}
	})
}

const pagePolicy = "default-src 'self'; img-src 'self' data: https:; style-src 'self'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// Every page says what it may load, who may frame it and that it is kept by
// nobody; what it loads is there, and kept for long.
func TestPagesHeaders(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withoutTemplates().withLessons().member("张三", "0001")
		today := s.topicOf("2026-11-23")
		p := s.phone(f)
		check := func(what string, h http.Header) {
			t.Helper()
			for name, want := range map[string]string{
				"Content-Security-Policy": pagePolicy, "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
				"Cache-Control": "no-store",
			} {
				if got := h.Get(name); got != want {
					t.Errorf("%s: %s: %q, want %q", what, name, got, want)
				}
			}
		}
		for _, path := range []string{today, today + "/quiz", today + "/quiz?n=2", "/m/topic/none", "/m/none", "/m/login"} {
			check(path, p.open(path).header)
		}
		p.open(today + "/quiz").send("unknown")
		check("an outcome", p.header)
		s.wait(3 * 24 * time.Hour)
		check("no topic", p.open("/m/").header)
		for _, sheet := range []string{"weui.min.css", "page.css"} {
			address := p.find(`href="(/assets/` + sheet + `\?v=[^"]+)"`)
			p2 := s.phone(f).open(address)
			if h := p2.header; !strings.Contains(h.Get("Cache-Control"), "immutable") || !strings.HasPrefix(h.Get("Content-Type"), "text/css") || len(p2.body) < 1000 {
				t.Errorf("%s: %v", address, h)
			}
			if h := s.phone(f).open("/assets/" + sheet + "?v=old").header; h.Get("Cache-Control") != "no-cache" {
				t.Errorf("%s of another version: %v", sheet, h)
			}
		}
		s.phone(f).open("/assets/weui.LICENSE.txt").says(200, "MIT")
		s.phone(f).open("/assets/none").says(404)
	})
}

// cardSettings give the templates of notices, which a file alone can hold.
const cardSettings = `wechat:
  templates:
    study_daily:
      id: DAILY
      type: subscribe_once
      fields: {thing1: title}
    study_reminder:
      id: REMINDER
      type: %s
      fields: {thing1: title}
`

// Subscriptions are offered where they can be used, with a signature that
// WeChat takes, and one that is accepted is there to be sent.
func TestPagesOffer(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withoutTemplates().withLessons().member("张三", "0001")
		today := s.topicOf("2026-11-23")
		if p := s.phone(f).open(today); strings.Contains(p.body, "wx-open-subscribe") || strings.Contains(p.body, "<script") {
			t.Error("without templates a subscription is offered")
		}
		for kind, ids := range map[string]string{"subscribe_once": "DAILY,REMINDER", "subscribe_long": "DAILY", "template": "DAILY"} {
			s.config = s.bring("rixue.yaml", fmt.Sprintf(cardSettings, kind))
			s.restart()
			p := s.phone(f).open(today+"?from=singlemessage").says(200, `template="`+ids+`"`, "订阅明天的提醒")
			script := s.app.Config.WeChat.OpenBase + "/open/js/jweixin-1.6.0.js"
			want := strings.Replace(pagePolicy, "script-src 'self'", "script-src 'self' "+s.app.Config.WeChat.OpenBase+"; frame-src https://*.qq.com webcompt:", 1)
			if got := p.header.Get("Content-Security-Policy"); got != want {
				t.Errorf("policy %q, want %q", got, want)
			}
			p.says(200, `<script src="`+script+`">`)
			s.phone(f).open(p.find(`src="(/assets/subscribe.js[^"]+)"`)).says(200, "wx.config", "wx-open-subscribe")
			if p2 := s.phone(f).open(today + "/quiz"); strings.Contains(p2.body, "wx-open") || p2.header.Get("Content-Security-Policy") != pagePolicy {
				t.Error("a question offers subscriptions")
			}
			if got := s.bridge(f, "config", map[string]any{
				"appId": p.attribute("data-app"), "timestamp": json.Number(p.attribute("data-time")), "nonceStr": p.attribute("data-nonce"),
				"signature": p.attribute("data-signature"), "url": p.path,
			}); got["errMsg"] != "config:ok" {
				t.Errorf("WeChat says %v to the signature", got)
			}
		}

		p := s.phone(f).open(today + "/quiz")
		for range 3 {
			p.open(today + "/quiz").send("unknown")
		}
		p.open(today+"/quiz").says(200, "今日学习已完成", "wx-open-subscribe")
		for _, id := range []string{"DAILY", "REMINDER"} {
			s.sim.AddTemplate(wechatsim.Template{ID: id, Title: "明天的学习", Kind: wechatsim.KindOnce, Fields: []string{"thing1"}})
		}
		s.accept(f, "DAILY")
		if got := s.column(`SELECT template_id || CAST(stock AS TEXT) FROM subscription WHERE stock > 0`); len(got) != 1 || got[0] != "DAILY1" {
			t.Errorf("the stock is %v", got)
		}
	})
}

// attribute is the value of an attribute.
func (p *phone) attribute(name string) string { return p.find(name + `="([^"]+)"`) }

// bridge is what the platform's script asks its phone.
func (s *stage) bridge(f *wechatsim.Follower, what string, in any) (out map[string]string) {
	s.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		s.t.Fatal(err)
	}
	view := httptest.NewServer(s.sim.WebView(f))
	defer view.Close()
	resp, err := http.Post(view.URL+"/__wechat/"+what, "application/json", strings.NewReader(string(body)))
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// accept taps 允许 on the sheet of a page's offer.
func (s *stage) accept(f *wechatsim.Follower, template string) {
	s.t.Helper()
	if got := s.bridge(f, "subscribe", map[string]any{"templates": []string{template}, "accept": true}); got["errMsg"] != "subscribe:ok" {
		s.t.Errorf("the sheet says %v", got)
	}
}

// Without WeChat pages go on; only the offer is missing.
func TestPagesWithoutWeChat(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		s.config = s.bring("rixue.yaml", fmt.Sprintf(cardSettings, "subscribe_once"))
		s.restart()
		p := s.phone(f).open(s.topicOf("2026-11-23")).says(200, "wx-open-subscribe")
		s.env = append(s.env, "RIXUE_WECHAT_API_BASE=http://127.0.0.1:1")
		s.restart()
		if p.open(p.path).says(200, "首问负责制"); strings.Contains(p.body, "wx-open-subscribe") {
			t.Error("an offer without its signature")
		}
		p.follow("开始答题").send("unknown").says(200, "没关系")
		v := s.visitor()
		status, to, body := v.arrive(v.depart("/m/study"), s.codeFor(f))
		s.expect("logging in", status, to, body, 503, "", "请稍后再试", "微信暂时没有回应")
		if strings.Contains(s.logs.String(), "secret=0") {
			t.Error("the log has the secret")
		}
	})
}

// withoutTemplates is the product of an account that has no templates.
func (s *stage) withoutTemplates() *stage {
	s.t.Helper()
	s.config = ""
	s.restart()
	return s
}
