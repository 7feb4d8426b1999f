package app

import (
	"context"
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rixue/internal/db"
	"rixue/internal/wechat/wechatsim"
	"rixue/study"
)

// phone is the browser inside a person's WeChat, and the page that it shows.
type phone struct {
	s      *stage
	client *http.Client

	status int
	path   string // with its query
	header http.Header
	body   string
}

func (s *stage) phone(f *wechatsim.Follower) *phone { return &phone{s: s, client: f.Browse()} }

func (p *phone) show(resp *http.Response, err error) *phone {
	p.s.t.Helper()
	if err != nil {
		p.s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.s.t.Fatal(err)
	}
	p.status, p.path, p.header, p.body = resp.StatusCode, resp.Request.URL.RequestURI(), resp.Header, string(b)
	return p
}

// open goes to a path, or to an address.
func (p *phone) open(address string) *phone {
	p.s.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = p.s.server.URL + address
	}
	return p.show(p.client.Get(address))
}

// send sends the form of the page: the question that it asks, and more.
func (p *phone) send(do string, answer ...string) *phone {
	p.s.t.Helper()
	return p.post(p.form(), p.field("question"), do, answer...)
}

func (p *phone) post(path, question, do string, answer ...string) *phone {
	p.s.t.Helper()
	return p.show(p.client.PostForm(p.s.server.URL+path, url.Values{"question": {question}, "do": {do}, "answer": answer}))
}

func (p *phone) form() string {
	p.s.t.Helper()
	return p.find(`<form method="post" action="([^"]+)"`)
}

func (p *phone) field(name string) string {
	p.s.t.Helper()
	return p.find(`name="` + name + `" value="([^"]+)"`)
}

// choices are the values of the options with these texts.
func (p *phone) choices(texts ...string) (letters []string) {
	p.s.t.Helper()
	for _, text := range texts {
		letters = append(letters, p.find(`value="([A-F])"[^>]*>\s*<span class="box[^"]*">[A-F]?</span>\s*<span class="weui-cell__bd">`+regexp.QuoteMeta(text)+`<`))
	}
	return letters
}

// find returns the first group of a match in the page.
func (p *phone) find(pattern string) string {
	p.s.t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(p.body)
	if m == nil {
		p.s.t.Fatalf("%s has no %s:\n%s", p.path, pattern, p.body)
	}
	return html.UnescapeString(m[1])
}

// follow taps the link with this text.
func (p *phone) follow(text string) *phone {
	p.s.t.Helper()
	return p.open(p.find(`href="([^"]+)">` + text + `<`))
}

// says checks the page's status and what stands on it.
func (p *phone) says(status int, texts ...string) *phone {
	p.s.t.Helper()
	if p.status != status || !contains(p.body, texts...) {
		p.s.t.Errorf("%s: %d, want %d and %q:\n%s", p.path, p.status, status, texts, p.body)
	}
	return p
}

// topicOf is the path of the topic of a day.
func (s *stage) topicOf(day string) string {
	s.t.Helper()
	ids := s.column(`SELECT id FROM topic WHERE day = '` + day + `'`)
	if len(ids) != 1 {
		s.t.Fatalf("topics of %s: %v", day, ids)
	}
	return study.Page(ids[0])
}

func (s *stage) column(query string) (all []string) {
	s.t.Helper()
	err := s.app.DB.View(context.Background(), func(tx *db.Tx) (err error) {
		all, err = db.Column[string](context.Background(), tx, query)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// answers are the rows that count, without their ids.
func (s *stage) answers(staffNo string) []string {
	s.t.Helper()
	all := s.column(`SELECT v.stem || ' ' || a.given || ' ' || CAST(a.mark AS TEXT) FROM answer a JOIN question_version v ON v.id = a.version_id
		JOIN member m ON m.id = a.member_id WHERE m.staff_no = '` + staffNo + `'`)
	slices.Sort(all)
	return all
}

// pushed runs what is due and sends what it has to say.
func (s *stage) pushed() {
	s.t.Helper()
	ctx := context.Background()
	if err := s.app.Timer.Plan(ctx); err != nil {
		s.t.Fatal(err)
	}
	for _, work := range []func(context.Context) (int, error){s.app.Timer.Work, s.app.Notify.Work} {
		if _, err := work(ctx); err != nil {
			s.t.Fatal(err)
		}
	}
}

var pageLink = regexp.MustCompile(`http://\S+/m/topic/\w+`)

// A member follows the push, is known by WeChat, reads and answers: what is
// kept is what the chat would have kept.
func TestPagesDay(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons().wait(-20 * time.Minute)
		f, colleague := s.member("张三", "0001"), s.member("李四", "0002")
		f.Say("同意")
		s.pushed()
		s.wait(15 * time.Minute)
		s.pushed()
		inbox := f.Inbox()
		link := pageLink.FindString(inbox[len(inbox)-1].Text)
		p := s.phone(f).open(link)
		p.says(200, "<title>首问负责制</title>", "今日学习 · 11月23日 周一", "第一位被问到的职工", "来源：医院服务规范", "共 3 题")
		if s.server.URL+p.path != link {
			t.Errorf("log-in ended at %s, want %s", p.path, link)
		}
		p.follow("开始答题").says(200, "第 1/3 题", "患者来问路时应当怎么做？", "带到或说清楚")
		p.send("answer", p.choices("带到或说清楚")...).says(200, "回答正确", "首问负责，不推诿。", "医院服务规范", "正确答案，您选的")
		p.follow("下一题").says(200, "第 2/3 题", "全对才算对")
		p.send("answer", p.choices("主动引导", "热情接待")...).says(200, "回答错误", "正确答案", "您选的")
		p.follow("下一题").says(200, "第 3/3 题", "首问负责只适用于窗口人员。")
		p.send("answer", p.choices("错")...).says(200, "回答正确", "全体职工都适用。")
		p.follow("看结果").says(200, "今日学习已完成，答对 2/3 题")
		p.follow("再读一遍").says(200, "3 题都答过了").follow("看看答题结果").says(200, "今日学习已完成")

		colleague.Say("学习")
		s.say(colleague, "患者来问路时应当怎么做？", "带到或说清楚")
		s.say(colleague, "首问负责包括哪些？", "热情接待", "主动引导")
		colleague.Say("错")
		mine, his := s.answers("0001"), s.answers("0002")
		if len(mine) != 3 || !slices.Equal(mine, his) {
			t.Errorf("by page %q, by chat %q", mine, his)
		}
		if got := s.column(`SELECT how FROM topic_open ORDER BY how`); !slices.Equal(got, []string{"chat", "page"}) {
			t.Errorf("opened by %v", got)
		}
	})
}

// say answers the open question in chat by the letters of options as this
// person sees them.
func (s *stage) say(f *wechatsim.Follower, stem string, options ...string) {
	s.t.Helper()
	card := f.Say("学习").Text
	if !contains(card, stem) {
		s.t.Fatalf("%q is not asked in %q", stem, card)
	}
	letters := ""
	for _, o := range options {
		i := strings.Index(card, ". "+o)
		if i < 1 {
			s.t.Fatalf("no option %q in %q", o, card)
		}
		letters += card[i-1 : i]
	}
	f.Say(letters)
}

// A member may answer in any order, here and in chat; a question counts once.
func TestPagesOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		p := s.phone(f).open(s.topicOf("2026-11-23") + "/quiz")
		path, first := p.form(), p.field("question")
		right, wrong := p.choices("带到或说清楚")[0], p.choices("请他去问导诊台")[0]
		p.send("answer", wrong).says(200, "回答错误")
		if strings.Contains(p.body, "已经答过") {
			t.Error("the first time is taken for the second")
		}
		p.post(path, first, "answer", right).says(200, "回答错误", "您已经答过，以第一次为准") // the back button
		p.post(path, first, "unknown").says(200, "回答错误", "您已经答过")
		if got := s.answers("0001"); len(got) != 1 {
			t.Errorf("kept: %q", got)
		}

		p.open(path).says(200, "第 2/3 题").follow("跳过").says(200, "第 3/3 题").follow("跳过").says(200, "第 2/3 题")
		p.send("unknown", p.choices("跟踪到底")...).says(200, "没关系，记下来就好", "正确答案")
		if strings.Contains(p.body, "您选的") {
			t.Error("what was chosen before 不知道 is shown")
		}
		p.follow("下一题").says(200, "第 3/3 题")
		if strings.Contains(p.body, "跳过") {
			t.Error("the last question can be skipped")
		}
		last := p.field("question")
		f.Say("学习")
		f.Say("对") // in chat meanwhile, and wrong
		p.post(path, last, "answer", "B").says(200, "回答错误", "您已经答过")
		p.open(path).says(200, "今日学习已完成，答对 0/3 题")
		if got := f.Say("学习"); !contains(got.Text, "今日学习已完成，答对 0/3 题") {
			t.Errorf("the chat says %q", got.Text)
		}
		if got := s.answers("0001"); len(got) != 3 {
			t.Errorf("kept: %q", got)
		}
	})
}

// Two taps at the same moment are one answer.
func TestPagesDoubleTap(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		p := s.phone(f).open(s.topicOf("2026-11-23") + "/quiz")
		path, question := p.form(), p.field("question")
		taps := make(chan error)
		for i := range 8 {
			go func() {
				resp, err := f.Browse().PostForm(s.server.URL+path, url.Values{"question": {question}, "do": {"answer"}, "answer": {"ABC"[i%3 : i%3+1]}})
				if err == nil {
					resp.Body.Close()
					if resp.StatusCode != 200 {
						err = errors.New(resp.Status)
					}
				}
				taps <- err
			}()
		}
		for range 8 {
			if err := <-taps; err != nil {
				t.Error(err)
			}
		}
		if got := s.answers("0001"); len(got) != 1 {
			t.Errorf("kept: %q", got)
		}
	})
}

// Who finds the topic's page by himself is not told of it any more.
func TestPagesSeen(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		f.Say("同意")
		s.wait(13 * time.Hour)
		s.pushed() // too late to disturb: it waits for a visit
		deliveries := func() string {
			return strings.Join(s.column(`SELECT state || ' ' || reason FROM delivery`), ", ")
		}
		if got := deliveries(); !strings.HasPrefix(got, "waiting ") {
			t.Fatalf("the notice is %s", got)
		}
		s.phone(f).open("/m/").says(200, "首问负责制")
		if got := deliveries(); got != "cancelled seen" {
			t.Errorf("the notice is %s", got)
		}
		if got := f.Say("帮助"); contains(got.Text, "待您查看") {
			t.Errorf("the chat says %q", got.Text)
		}
	})
}
