package wechatsim_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/officialaccount"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/message"

	"rixue/internal/wechat/wechatsim"
)

// The key of most accounts does not decode strictly; neither does this one.
const aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

// clock is a clock that is moved by hand.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock {
	return &clock{t: time.Date(2026, 11, 23, 23, 0, 0, 0, time.FixedZone("CST", 8*60*60))}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// newSim makes a platform whose callbacks go to h.
func newSim(t *testing.T, opt wechatsim.Options, h http.HandlerFunc) *wechatsim.Sim {
	t.Helper()
	server := httptest.NewServer(h)
	opt.CallbackURL = server.URL + "/wechat"
	sim := wechatsim.New(opt)
	t.Cleanup(func() {
		sim.Close()
		server.Close()
	})
	return sim
}

// sdkServer is a receiver written by others: the SDK's. It answers with what
// it understood.
func sdkServer(t *testing.T, opt wechatsim.Options) http.HandlerFunc {
	t.Helper()
	account := officialaccount.NewOfficialAccount(&config.Config{
		AppID: opt.AppID, Token: opt.Token, EncodingAESKey: opt.AESKey, Cache: cache.NewMemory(),
	})
	return func(w http.ResponseWriter, r *http.Request) {
		srv := account.GetServer(r, w)
		srv.SetMessageHandler(func(m *message.MixMessage) *message.Reply {
			text := fmt.Sprintf("%s %s %s%s", m.MsgType, m.Event, m.Content, m.EventKey)
			return &message.Reply{MsgType: message.MsgTypeText, MsgData: message.NewText(text)}
		})
		if err := srv.Serve(); err != nil {
			t.Errorf("the SDK refuses the callback: %v", err)
			return
		}
		if err := srv.Send(); err != nil {
			t.Error(err)
		}
	}
}

func TestCallbacksAreReadByTheSDKInAllModes(t *testing.T) {
	for _, mode := range []wechatsim.Mode{wechatsim.Plain, wechatsim.Compat, wechatsim.Safe} {
		t.Run(string(mode), func(t *testing.T) {
			opt := wechatsim.Options{AppID: "wx1", Token: "tok", AESKey: aesKey, Mode: mode}
			sim := newSim(t, opt, sdkServer(t, opt))
			li := sim.Follower("李明")

			li.FollowByScene("dept_12")
			li.Expect(t, "event subscribe qrscene_dept_12")
			li.Say("a ]]> b <好>")
			li.Expect(t, "text  a ]]> b <好>")
			li.Tap("STUDY_TODAY")
			li.Expect(t, "event CLICK STUDY_TODAY")
			li.Scan("dept_12")
			li.Expect(t, "event SCAN dept_12")
			for kind, send := range map[string]func() wechatsim.Seen{
				"image": li.SendImage, "voice": li.SendVoice, "video": li.SendVideo, "shortvideo": li.SendShortVideo,
			} {
				send()
				li.Expect(t, kind)
			}
			li.SendLocation(23.1, 113.3, "门诊楼")
			li.Expect(t, "location")
			li.Unfollow()
			li.ExpectNothing(t)
			if err := sim.Verify(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestHangingServerIsTriedThreeTimesAndTheLastAnswerCounts(t *testing.T) {
	var attempts, working atomic.Int32
	var mu sync.Mutex
	nonces := map[string]bool{}
	release := make(chan struct{})
	defer close(release)
	sim := newSim(t, wechatsim.Options{Deadline: time.Second}, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		mu.Lock()
		nonces[r.URL.Query().Get("nonce")] = true
		mu.Unlock()
		working.Add(1)
		if attempts.Add(1) < 3 {
			<-release // does not notice that the platform has hung up
			return
		}
		answer(w, body, fmt.Sprint("终于 ", working.Load()))
	})
	seen := sim.Follower("a").Follow()
	if seen.Attempts != 3 || seen.Text != "终于 3" || seen.Notice {
		t.Errorf("seen %+v, want the third attempt's answer while two are still at work", seen)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(nonces) != 3 {
		t.Errorf("%d nonces in 3 attempts", len(nonces))
	}
}

func TestFailedStatusIsTriedAgain(t *testing.T) {
	var attempts atomic.Int32
	sim := newSim(t, wechatsim.Options{SameSign: true}, func(w http.ResponseWriter, r *http.Request) {
		if attempts.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	if seen := sim.Follower("a").Follow(); seen.Attempts != 2 || seen.Notice || seen.Status != http.StatusOK {
		t.Errorf("seen %+v", seen)
	}
}

func TestTwoHundredAtOnceGetTheirOwnAnswers(t *testing.T) {
	sim := newSim(t, wechatsim.Options{Deadline: time.Minute}, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		answer(w, body, r.URL.Query().Get("openid"))
	})
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			f := sim.Follower(fmt.Sprint(i))
			f.Follow()
			if seen := f.Say("x"); seen.Text != f.OpenID() {
				t.Errorf("seen %+v", seen)
			}
		})
	}
	wg.Wait()
}

func TestUnreachableServerShowsTheNotice(t *testing.T) {
	sim := wechatsim.New(wechatsim.Options{CallbackURL: "http://127.0.0.1:1/"})
	defer sim.Close()
	a := sim.Follower("a")
	if seen := a.Follow(); !seen.Notice || seen.Attempts != 3 || seen.Text != wechatsim.NoticeText {
		t.Errorf("seen %+v", seen)
	}
	a.Expect(t, wechatsim.NoticeText)
	if seen := a.Unfollow(); seen.Notice || seen.Text != "" {
		t.Errorf("a failed unsubscribe is shown: %+v", seen)
	}
}

// answer writes a plain text reply to a plain callback.
func answer(w http.ResponseWriter, body []byte, text string) {
	between := func(a, b string) string {
		_, s, _ := strings.Cut(string(body), a)
		s, _, _ = strings.Cut(s, b)
		return s
	}
	to, from := between("<FromUserName><![CDATA[", "]]>"), between("<ToUserName><![CDATA[", "]]>")
	fmt.Fprintf(w, "<xml><ToUserName>%s</ToUserName><FromUserName>%s</FromUserName><CreateTime>1</CreateTime>"+
		"<MsgType>text</MsgType><Content>%s</Content></xml>", to, from, text)
}

func TestAnswersAreJudged(t *testing.T) {
	const head = "<ToUserName>OPENID</ToUserName><FromUserName>gh_000000000001</FromUserName><CreateTime>1</CreateTime>"
	const item = "<item><Title>t</Title><Url>http://a</Url></item>"
	text := func(s string) string { return "<MsgType>text</MsgType><Content>" + s + "</Content>" }
	for _, tc := range []struct {
		name, body string
		want       string // what the phone shows; N: the notice
	}{
		{"empty", "", ""},
		{"success", "success", ""},
		{"success with a newline", "success\n", "N"},
		{"JSON", `{"a":1}`, "N"},
		{"text", "<xml>" + head + text("好") + "</xml>", "好"},
		{"empty content", "<xml>" + head + text("") + "</xml>", "N"},
		{"too long", "<xml>" + head + text(strings.Repeat("好", 683)) + "</xml>", "N"},
		{"something behind", "<xml>" + head + text("好") + "</xml>x", "N"},
		{"not swapped", "<xml><ToUserName>gh_000000000001</ToUserName><FromUserName>OPENID</FromUserName>" +
			"<CreateTime>1</CreateTime>" + text("好") + "</xml>", "N"},
		{"unknown kind", "<xml>" + head + "<MsgType>hologram</MsgType></xml>", "N"},
		{"unknown media", "<xml>" + head + "<MsgType>image</MsgType><Image><MediaId>x</MediaId></Image></xml>", "N"},
		{"two articles", "<xml>" + head + "<MsgType>news</MsgType><ArticleCount>2</ArticleCount><Articles>" +
			item + item + "</Articles></xml>", "t\n\nhttp://a"},
		{"encrypted in plain mode", "<xml><Encrypt>x</Encrypt></xml>", "N"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var body string
			sim := newSim(t, wechatsim.Options{}, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) })
			a := sim.Follower("a")
			a.Follow()
			body = strings.ReplaceAll(tc.body, "OPENID", a.OpenID())
			seen := a.Say("x")
			if tc.want == "N" {
				if !seen.Notice || seen.Attempts != 1 {
					t.Errorf("seen %+v, want the notice at once", seen)
				}
			} else if seen.Text != tc.want || seen.Notice {
				t.Errorf("seen %+v, want %q", seen, tc.want)
			}
		})
	}
}

func TestSafeModeRefusesPlainAndWronglySignedAnswers(t *testing.T) {
	opt := wechatsim.Options{AppID: "wx1", Token: "tok", AESKey: aesKey}
	var change func(string) string
	inner := sdkServer(t, opt)
	sim := newSim(t, opt, func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		inner(rec, r)
		io.WriteString(w, change(rec.Body.String()))
	})
	a := sim.Follower("a")
	for name, f := range map[string]func(string) string{
		"plain":           func(string) string { return "<xml><MsgType>text</MsgType><Content>x</Content></xml>" },
		"wrong signature": func(s string) string { return strings.Replace(s, "<MsgSignature>", "<MsgSignature>0", 1) },
	} {
		change = f
		if seen := a.Event("any", ""); !seen.Notice {
			t.Errorf("%s: seen %+v, want the notice", name, seen)
		}
	}
	change = func(s string) string { return s }
	if seen := a.Event("any", ""); seen.Notice {
		t.Errorf("unchanged: seen %+v", seen)
	}
}

func TestDuplicatesAndRawBodies(t *testing.T) {
	var bodies []string
	sim := newSim(t, wechatsim.Options{}, func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		bodies = append(bodies, r.URL.Query().Get("nonce")+"|"+string(b))
		w.WriteHeader(http.StatusOK)
	})
	a := sim.Follower("a")
	a.Follow()
	a.Say("x")
	a.Again()
	n1, b1, _ := strings.Cut(bodies[1], "|")
	n2, b2, _ := strings.Cut(bodies[2], "|")
	if b1 != b2 || n1 == n2 {
		t.Errorf("the duplicate is\n%s %s\nof\n%s %s", n2, b2, n1, b1)
	}
	status, _, err := sim.Post(t.Context(), url.Values{"signature": {"bad"}}, []byte("<<<"))
	if err != nil || status != http.StatusOK || bodies[3] != "|<<<" {
		t.Errorf("raw body arrived as %q (%d, %v)", bodies[3], status, err)
	}
}
