package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rixue/internal/errs"
	"rixue/internal/wechat"
	"rixue/internal/words"
	"rixue/study"
)

func testMembers() *members {
	return newMembers(Members{PublicURL: "https://rixue.example", Log: slog.New(slog.DiscardHandler)})
}

// Every page is drawn from every form of what it shows: a name that a page
// mistypes is an error here and not on somebody's phone.
func TestEveryPageIsDrawn(t *testing.T) {
	m := testMembers()
	lessons := study.New(study.Config{})
	var questions, results []any
	for _, q := range []study.Question{
		{Kind: study.Single, Options: []string{"甲", "乙"}, Answer: "A"},
		{Kind: study.Multiple, Options: []string{"甲", "乙"}, Answer: "AB"},
		{Kind: study.TrueFalse, Answer: "B"},
		{Kind: study.Fill, Answer: "周\n一周"},
		{Kind: study.Short, Answer: "略"},
		{Kind: study.Match, Options: []string{"右一", "右二"}, Answer: "BA"},
	} {
		q.ID, q.Stem, q.Explanation = "v", "题干", "解析"
		ses := &study.Session{Topic: "t", Asked: []string{"v", "w"}, Done: "--"}
		p := newQuestion(lessons.Show(&q, "m"), ses)
		p.Say = words.PageChanged
		questions = append(questions, p)
		for mark, given := range map[study.Mark]string{study.Right: q.Answer, study.Wrong: "", study.Pending: "A"} {
			if q.Kind == study.Match && mark == study.Pending {
				continue
			}
			results = append(results, newQuestion(lessons.Show(&q, "m"), ses).result(mark, given, "来源"))
		}
	}
	topic := &study.Topic{Title: "标题", Body: "正文", Source: "来源", Link: "https://example.com"}
	can := missed{2, "/m/topic/x", "补学"}
	pages := map[string][]any{
		"topic":    {topicPage{Topic: topic, When: "今日学习", Questions: "共 3 题", Quiz: "/m/topic/t/quiz", Way: "开始答题"}, topicPage{Topic: topic}},
		"question": questions,
		"result":   results,
		"end":      {endPage{Title: "完成", Answers: []answerLine{{"题干", "对", "right", "/m/topic/t/quiz?n=1"}}, Topic: "/m/topic/t", Missed: can}, endPage{}},
		"rest":     {restPage{"没有", "歇歇", can}, restPage{}},
		"notice":   {notice{"标题", []string{"一", "二"}, "/m/study", "再试一次"}, notice{}},
	}
	for name := range m.pages {
		if len(pages[name]) == 0 {
			t.Errorf("page %s is not tried", name)
		}
		for _, data := range pages[name] {
			for _, o := range []*offer{nil, {JSConfig: wechat.JSConfig{AppID: "wx", Timestamp: 1}, Script: "https://res.wx.qq.com/x.js", Templates: "A,B"}} {
				w := httptest.NewRecorder()
				if err := m.write(w, http.StatusOK, name, sheet{data, o}); err != nil {
					t.Errorf("%s of %+v: %v", name, data, err)
				}
				body := w.Body.String()
				if !strings.HasPrefix(body, "<!doctype html>\n<html lang=\"zh-CN\">") || !strings.HasSuffix(body, "</html>\n") || strings.Contains(body, " style=") {
					t.Errorf("%s:\n%s", name, body)
				}
				if drawn := strings.Contains(body, `<script type="text/wxtag-template"><button class="ask">`); drawn != (o != nil) {
					t.Errorf("%s: the offer is drawn: %v\n%s", name, drawn, body)
				}
			}
		}
	}
}

// Every kind of refusal has a status of its own and its words on the page;
// whatever else goes wrong says nothing of itself.
func TestFailures(t *testing.T) {
	m := testMembers()
	for kind, want := range map[errs.Kind]int{
		errs.Invalid: 400, errs.NotFound: 404, errs.Forbidden: 403, errs.Conflict: 409, errs.Locked: 429, errs.Busy: 503, errs.Internal: 500,
	} {
		w := httptest.NewRecorder()
		m.fail(w, httptest.NewRequest(http.MethodGet, "/m/topic/t", nil), errs.New(kind, "标题<b>\n正文"))
		if body := w.Body.String(); w.Code != want || !strings.Contains(body, "标题&lt;b&gt;</h1>") || !strings.Contains(body, ">正文<") {
			t.Errorf("kind %d: %d\n%s", kind, w.Code, body)
		}
	}
	w := httptest.NewRecorder()
	m.fail(w, httptest.NewRequest(http.MethodGet, "/m/login?code=secret", nil), http.ErrHijacked)
	if body := w.Body.String(); w.Code != 500 || !strings.Contains(body, "抱歉") || strings.Contains(body, "hijack") || strings.Contains(body, "secret") {
		t.Errorf("a fault: %d\n%s", w.Code, body)
	}
}

// What phones keep for good is small on its way.
func TestAssetsZipped(t *testing.T) {
	m := testMembers()
	r := httptest.NewRequest(http.MethodGet, m.assets.address("weui.min.css"), nil)
	r.SetPathValue("file", "weui.min.css")
	plain, zipped := httptest.NewRecorder(), httptest.NewRecorder()
	m.assets.ServeHTTP(plain, r)
	r.Header.Set("Accept-Encoding", "gzip, br")
	m.assets.ServeHTTP(zipped, r)
	if plain.Header().Get("Content-Encoding") != "" || zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Body.Len()*4 > plain.Body.Len() {
		t.Errorf("plain %d bytes, zipped %d", plain.Body.Len(), zipped.Body.Len())
	}
}
