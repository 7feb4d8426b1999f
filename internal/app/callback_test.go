package app

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"rixue/internal/db"
	"rixue/internal/wechat/wechatsim"
)

// letter is a callback made by hand, with the platform SDK's own crypto.
type letter struct {
	query url.Values
	body  string
}

var serial int64 = 7_000_000_000

// sealed is a right letter of a text, which a test may then spoil.
func (s *stage) sealed(openID, text string) letter {
	s.t.Helper()
	serial++
	xml := fmt.Sprintf("<xml><ToUserName>gh</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType>text</MsgType><Content><![CDATA[%s]]></Content><MsgId>%d</MsgId></xml>", openID, s.now().Unix(), text, serial)
	box, err := util.EncryptMsg([]byte("0123456789abcdef"), []byte(xml), testAppID, testAESKey)
	if err != nil {
		s.t.Fatal(err)
	}
	stamp, nonce := strconv.FormatInt(s.now().Unix(), 10), "n"+strconv.FormatInt(serial, 10)
	return letter{
		url.Values{
			"timestamp": {stamp}, "nonce": {nonce}, "encrypt_type": {"aes"}, "openid": {openID},
			"signature":     {util.Signature(testToken, stamp, nonce)},
			"msg_signature": {util.Signature(testToken, stamp, nonce, string(box))},
		},
		"<xml><ToUserName>gh</ToUserName><Encrypt>" + string(box) + "</Encrypt></xml>",
	}
}

func (s *stage) post(l letter) (status int, answer string) {
	s.t.Helper()
	status, body, err := s.sim.Post(context.Background(), l.query, []byte(l.body))
	if err != nil {
		s.t.Fatal(err)
	}
	return status, string(body)
}

// B1: a bad callback gets no effect, and its sender learns nothing.
func TestB1BadCallbackHasNoEffect(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		bad := map[string]struct {
			spoil  func(*letter)
			status int
		}{
			"msg_signature flipped":      {func(l *letter) { l.query.Set("msg_signature", flip(l.query.Get("msg_signature"))) }, 403},
			"no msg_signature":           {func(l *letter) { l.query.Del("msg_signature") }, 403},
			"signature alone is right":   {func(l *letter) { l.query.Set("msg_signature", l.query.Get("signature")) }, 403},
			"plain body":                 {func(l *letter) { l.query.Del("encrypt_type"); l.body = plainText(s) }, 403},
			"plain body, said to be aes": {func(l *letter) { l.body = plainText(s) }, 403},
			"a parameter twice":          {func(l *letter) { l.query.Add("nonce", "other") }, 403},
			"not XML":                    {func(l *letter) { l.body = `{"Encrypt":"x"}` }, 403},
			"too large":                  {func(l *letter) { l.body += strings.Repeat(" ", 64<<10) }, 413},
			"empty":                      {func(l *letter) { l.body = "" }, 403},
		}
		for name, c := range bad {
			l := s.sealed("oUser", "学习")
			c.spoil(&l)
			if status, body := s.post(l); status != c.status || body != "" {
				t.Errorf("%s: %d %q, want %d and nothing", name, status, body, c.status)
			}
		}
		for name, d := range map[string]time.Duration{"old": -301 * time.Second, "from the future": 301 * time.Second} {
			l := s.sealed("oUser", "学习")
			s.wait(-d)
			if status, _ := s.post(l); status != 403 {
				t.Errorf("%s: %d", name, status)
			}
			s.wait(d)
		}
		if n := s.count("inbox") + s.count("person"); n != 0 {
			t.Errorf("%d rows were written", n)
		}
		if status, body := s.post(s.sealed("oUser", "学习")); status != 200 || !strings.Contains(body, "<Encrypt>") {
			t.Errorf("the letter itself was not good: %d %q", status, body)
		}
		if s.count("inbox") != 1 {
			t.Error("the good one was not counted")
		}
	})
}

func flip(s string) string {
	b := []byte(s)
	b[0] = map[bool]byte{true: '1', false: '0'}[b[0] == '0']
	return string(b)
}

func plainText(s *stage) string {
	return fmt.Sprintf("<xml><ToUserName>gh</ToUserName><FromUserName>oUser</FromUserName><CreateTime>%d</CreateTime><MsgType>text</MsgType><Content>学习</Content><MsgId>1</MsgId></xml>", s.now().Unix())
}

// B1, compat mode: what stands beside the encrypted part is not read.
func TestB1CompatBodyIsReadThroughEncryptAlone(t *testing.T) {
	s := newStage(t, "sqlite")
	l := s.sealed("oRight", "帮助")
	l.body = strings.Replace(l.body, "<Encrypt>", "<FromUserName>oForged</FromUserName><MsgType>text</MsgType><Content>x</Content><MsgId>9</MsgId><CreateTime>1</CreateTime><Encrypt>", 1)
	if status, _ := s.post(l); status != 200 {
		t.Fatal(status)
	}
	if !s.known("oRight") || s.known("oForged") {
		t.Error("the plain fields were believed")
	}
}

func (s *stage) known(openID string) bool {
	s.t.Helper()
	id := s.app.Ring.ID("openid", openID)
	found := false
	err := s.app.DB.View(context.Background(), func(tx *db.Tx) error {
		ids, err := db.Column[string](context.Background(), tx, `SELECT id FROM person WHERE id = $1`, id)
		found = len(ids) == 1
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return found
}

// B1: the three modes of the account, and the check of the address.
func TestB1Modes(t *testing.T) {
	s := newStage(t, "sqlite")
	if err := s.sim.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	resp, err := http.Get(s.server.URL + "/wechat?signature=x&timestamp=1&nonce=n&echostr=hello")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 403 {
		t.Errorf("a stranger's echo: %d", resp.StatusCode)
	}
	for _, mode := range []wechatsim.Mode{wechatsim.Compat, wechatsim.Safe} {
		sim := wechatsim.New(wechatsim.Options{AppID: testAppID, Token: testToken, AESKey: testAESKey, Mode: mode, Now: s.now, CallbackURL: s.server.URL + "/wechat"})
		if got := sim.Follower("甲").Follow(); !contains(got.Text, "欢迎") {
			t.Errorf("%s: %+v", mode, got)
		}
		sim.Close()
	}
	plain := newStage(t, "sqlite", "RIXUE_WECHAT_ENCODING_AES_KEY=")
	sim := wechatsim.New(wechatsim.Options{AppID: testAppID, Token: testToken, Mode: wechatsim.Plain, Now: plain.now, CallbackURL: plain.server.URL + "/wechat"})
	defer sim.Close()
	if got := sim.Follower("甲").Follow(); !contains(got.Text, "欢迎") {
		t.Errorf("plain: %+v", got)
	}
}

// B2: the same message acts once and is answered the same, at once, much
// later, and by a new process.
func TestB2SecondDelivery(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		f.Say("学习")
		first := f.Say("不知道")
		if !contains(first.Text, "正确答案", "第 2/3 题") || s.count("answer") != 1 {
			t.Fatalf("first: %q", first.Text)
		}
		for i := range 3 {
			if i == 2 {
				s.restart()
			}
			if again := f.Again(); again.Text != first.Text {
				t.Errorf("delivery %d was answered %q", i+2, again.Text)
			}
			if n := s.count("answer"); n != 1 {
				t.Errorf("%d answers after delivery %d", n, i+2)
			}
		}
	})
}

// B2: all deliveries at the same moment.
func TestB2DeliveriesAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		f.Say("学习")
		l := s.sealed(f.OpenID(), "不知道")
		marks := s.count("inbox")
		var wg sync.WaitGroup
		replies := make([]string, 12)
		for i := range replies {
			wg.Go(func() { _, replies[i] = s.post(l) })
		}
		wg.Wait()
		for _, r := range replies {
			if got := s.opened(r); got != s.opened(replies[0]) || !contains(got, "第 2/3 题") {
				t.Errorf("reply %q", got)
			}
		}
		if n := s.count("answer"); n != 1 {
			t.Errorf("%d answers", n)
		}
		if n := s.count("inbox") - marks; n != 1 {
			t.Errorf("%d marks", n)
		}
	})
}

// opened decrypts a reply.
func (s *stage) opened(reply string) string {
	s.t.Helper()
	_, box, _ := strings.Cut(reply, "<Encrypt><![CDATA[")
	box, _, _ = strings.Cut(box, "]]>")
	_, text, err := util.DecryptMsg(testAppID, box, testAESKey)
	if err != nil {
		s.t.Fatalf("reply %q: %v", reply, err)
	}
	_, content, _ := strings.Cut(string(text), "<Content>")
	return content
}

// hold keeps everybody else from writing until the returned function is called.
func (s *stage) hold() (release func()) {
	s.t.Helper()
	driver, dsn, lock := "pgx", s.app.Config.DatabaseURL, `LOCK TABLE person IN ACCESS EXCLUSIVE MODE`
	if s.app.DB.Dialect() == db.SQLite {
		driver, dsn = "sqlite", "file:"+filepath.Join(s.app.Config.DataDir, "rixue.db")+"?_txlock=immediate"
		lock = `SELECT 1`
	}
	other, err := sql.Open(driver, dsn)
	if err != nil {
		s.t.Fatal(err)
	}
	tx, err := other.Begin()
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := tx.Exec(lock); err != nil {
		s.t.Fatal(err)
	}
	return sync.OnceFunc(func() {
		tx.Rollback()
		other.Close()
	})
}

// B3: what is not durable in time is answered 503, so that WeChat sends again;
// the second delivery gets the reply, and the effect is there once.
func TestB3SlowDatabase(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.deadline = 200 * time.Millisecond
		s.restart()
		f := s.withLessons().member("张三", "0001")
		f.Say("学习")
		l := s.sealed(f.OpenID(), "不知道")
		release := s.hold()
		if status, body := s.post(l); status != 503 || body != "" {
			t.Errorf("while the database is held: %d %q", status, body)
		}
		release()
		for { // the first attempt is still at it and may take our turn too
			status, body := s.post(l)
			if status == 503 {
				continue
			}
			if got := s.opened(body); status != 200 || !contains(got, "第 2/3 题") {
				t.Errorf("second delivery: %d %q", status, got)
			}
			break
		}
		if n := s.count("answer"); n != 1 {
			t.Errorf("%d answers", n)
		}
		s.wait(time.Minute)
		s.late()
		s.work()
		if n := s.count("notice WHERE kind = 'late_reply'"); n != 0 {
			t.Errorf("a reply that was fetched is sent again: %d", n)
		}
	})
}

// B3: when WeChat has given up before the database was back, the reply goes
// out as a service message, once.
func TestB3LateReplyIsOwed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.deadline = 200 * time.Millisecond
		s.restart()
		f := s.withLessons().member("张三", "0001")
		f.Say("学习")
		for len(f.Inbox()) > 0 && s.count("inbox_late") > 0 {
			t.Fatal("something is owed already")
		}
		read := len(f.Inbox())
		release := s.hold()
		if got := f.Say("不知道"); !got.Notice || got.Attempts != 3 {
			t.Errorf("while the database is held: %+v", got)
		}
		release()
		s.restart() // waits for what was begun
		if n := s.count("answer"); n != 1 {
			t.Fatalf("%d answers", n)
		}
		if s.late(); s.count("notice WHERE kind = 'late_reply'") != 0 {
			t.Error("sent while WeChat may still come again")
		}
		s.wait(20 * time.Second)
		for range 2 {
			s.late()
			s.work()
		}
		var late []string
		for _, m := range f.Inbox()[read:] {
			if m.Kind == "text" {
				late = append(late, m.Text)
			}
		}
		if len(late) != 1 || !contains(late[0], "第 2/3 题") {
			t.Errorf("late replies: %q", late)
		}
		if n := s.count("inbox_late"); n != 0 {
			t.Errorf("%d still owed", n)
		}
	})
}

// B6: messages of one person are handled in the order of their arrival, also
// when none waits for the other's reply.
func TestB6Order(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		f.Say("学习")
		release := s.hold()
		var wg sync.WaitGroup
		replies := make([]string, 3)
		for i, text := range []string{"不知道", "跳过", "错"} {
			l := s.sealed(f.OpenID(), text)
			before := s.app.DB.Accepted()
			wg.Go(func() { _, replies[i] = s.post(l) })
			for s.app.DB.Accepted() == before { // it waits for its turn
				runtime.Gosched()
			}
		}
		release()
		wg.Wait()
		for i, want := range []string{"第 2/3 题", "第 3/3 题", "第 2/3 题"} {
			if got := s.opened(replies[i]); !contains(got, want) {
				t.Errorf("reply %d: %q, want %s", i+1, got, want)
			}
		}
	})
}

// A panic or a fault that would come again is contained: the person gets an
// apology, the message is kept sealed, and others go on.
func TestFaultIsContained(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		f.Say("学习")
		s.sql(`UPDATE question_version SET options = 'broken'`)
		s.restart() // nothing of it in memory
		got := f.Say("秘密的话")
		if !contains(got.Text, "抱歉") || got.Attempts != 1 {
			t.Errorf("%+v", got)
		}
		if f.Again().Text != got.Text || s.count("inbox_dead") != 1 {
			t.Error("not kept, or kept twice")
		}
		if strings.Contains(s.logs.String(), "秘密的话") {
			t.Error("the message is in the log")
		}
		if other := s.sim.Follower("乙").Follow(); !contains(other.Text, "欢迎") {
			t.Errorf("%+v", other)
		}
	})
}

func (s *stage) sql(query string) {
	s.t.Helper()
	err := s.app.DB.Tx(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(context.Background(), query)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// Unknown events are acknowledged and counted, and write nothing.
func TestUnknownEvents(t *testing.T) {
	s := newStage(t, "sqlite")
	f := s.sim.Follower("甲")
	f.Follow()
	rows := s.count("inbox")
	for _, xml := range []string{"", "<EventKey></EventKey><What><Is>this</Is></What>"} {
		if got := f.Event("some_event_of_2030", xml); got.Notice || got.Status != 200 || got.Text != "" {
			t.Errorf("%+v", got)
		}
	}
	for range 50 {
		f.Locate(23.1, 113.3, 10)
	}
	if n := s.count("inbox"); n != rows {
		t.Errorf("%d marks were written for events without effect", n-rows)
	}
	var out bytes.Buffer
	resp, err := http.Get(s.server.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := out.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `rixue_callbacks_total{kind="event_other",result="ignored"} 52`) {
		t.Error("they are not counted")
	}
}

// late hands over what is owed, as a worker does.
func (s *stage) late() {
	s.t.Helper()
	if err := s.app.tellLate(s.handler)(s.t.Context()); err != nil {
		s.t.Error(err)
	}
}
