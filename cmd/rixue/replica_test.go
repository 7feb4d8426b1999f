package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// letter is a signed and encrypted callback, made with the platform SDK's own
// crypto, that can be posted to any process.
type letter struct{ query, body string }

func (h *house) letter(openID, text string, id int) letter {
	h.t.Helper()
	appID := ""
	for _, e := range h.env {
		if v, ok := strings.CutPrefix(e, "RIXUE_WECHAT_APP_ID="); ok {
			appID = v
		}
	}
	now := strconv.FormatInt(time.Now().Unix(), 10)
	xml := fmt.Sprintf("<xml><ToUserName>gh</ToUserName><FromUserName>%s</FromUserName><CreateTime>%s</CreateTime>"+
		"<MsgType>text</MsgType><Content>%s</Content><MsgId>%d</MsgId></xml>", openID, now, text, id)
	box, err := util.EncryptMsg(random(16), []byte(xml), appID, aesKey)
	if err != nil {
		h.t.Fatal(err)
	}
	nonce := strconv.Itoa(id)
	q := url.Values{
		"timestamp": {now}, "nonce": {nonce}, "encrypt_type": {"aes"},
		"signature": {util.Signature("testtoken", now, nonce)}, "msg_signature": {util.Signature("testtoken", now, nonce, string(box))},
	}
	return letter{q.Encode(), "<xml><ToUserName>gh</ToUserName><Encrypt>" + string(box) + "</Encrypt></xml>"}
}

// post sends a letter to a process and returns the decrypted reply.
func (h *house) post(s *server, l letter) string {
	resp, err := http.Post(s.callback()+"?"+l.query, "text/xml", strings.NewReader(l.body))
	if err != nil {
		h.t.Error(err)
		return ""
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		h.t.Errorf("HTTP %d, %v", resp.StatusCode, err)
		return ""
	}
	_, box, _ := strings.Cut(string(b), "<Encrypt><![CDATA[")
	box, _, _ = strings.Cut(box, "]]>")
	appID, text, err := util.DecryptMsg("", box, aesKey)
	if err != nil && len(appID) == 0 {
		h.t.Errorf("reply: %v", err)
	}
	return string(text)
}

// replicas are two processes on one PostgreSQL and one Redis.
func replicas(t *testing.T, people, questions int) (h *house, a, b *server) {
	if testing.Short() {
		t.Skip("runs the real program twice")
	}
	h = newHouse(t, true)
	h.people(people, questions)
	a, b = h.serve(), h.serve()
	h.sim.SetCallback(a.callback())
	return h, a, b
}

// B2, two processes: one message delivered to both at once acts once and is
// answered alike.
func TestB2TwoProcesses(t *testing.T) {
	h, a, b := replicas(t, 20, 1)
	var wg sync.WaitGroup
	for i := range 20 {
		no := fmt.Sprintf("%04d", i+1)
		l := h.letter(h.sim.Follower(no).OpenID(), "对", 9_000_000+i)
		replies := make([]string, 4)
		for k := range replies {
			wg.Go(func() { replies[k] = h.post([]*server{a, b}[k%2], l) })
		}
		wg.Wait()
		for _, r := range replies {
			if content(r) != content(replies[0]) || !strings.Contains(r, "回答正确") {
				t.Errorf("%s: %q", no, r)
			}
		}
	}
	for no, n := range h.answers() {
		if n != 1 {
			t.Errorf("%s has %d answers", no, n)
		}
	}
	if n := len(h.answers()); n != 20 {
		t.Errorf("%d of 20 answered", n)
	}
}

// content leaves out the reply's own time.
func content(xml string) string {
	_, c, _ := strings.Cut(xml, "<Content>")
	return c
}

// B6, two processes: messages of one person are handled in the order of their
// arrival, whichever process each reaches.
func TestB6TwoProcesses(t *testing.T) {
	h, a, b := replicas(t, 1, 6)
	pg, err := sql.Open("pgx", h.url)
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Close()
	ctx := context.Background()
	tx, err := pg.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `SELECT 1 FROM person FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	var me int
	if err := tx.QueryRowContext(ctx, `SELECT pg_backend_pid()`).Scan(&me); err != nil {
		t.Fatal(err)
	}
	openID := h.sim.Follower("0001").OpenID()
	texts := []string{"跳过", "对", "跳过", "错", "对"}
	replies := make([]string, len(texts))
	before := map[*server]int{a: taken(t, a), b: taken(t, b)}
	var wg sync.WaitGroup
	for i, text := range texts {
		l := h.letter(openID, text, 8_000_000+i)
		wg.Go(func() { replies[i] = h.post([]*server{a, b}[i%2], l) })
		// It is in its process's queue, and the first of each is at the row.
		for taken(t, a) < before[a]+i/2+1 || i > 0 && taken(t, b) < before[b]+(i+1)/2 {
			runtime.Gosched()
		}
		for waiting := 0; waiting <= min(i, 1); {
			runtime.Gosched()
			err := pg.QueryRowContext(ctx, `SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FROM person WHERE id%' AND pid <> $1`, me).Scan(&waiting)
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	for i, want := range []string{"第 2/6 题", "第 3/6 题", "第 4/6 题", "第 5/6 题", "第 6/6 题"} {
		if !strings.Contains(replies[i], want) {
			t.Errorf("message %d (%s): %q, want %s", i+1, texts[i], replies[i], want)
		}
	}
}

// taken reads how many writes a process has taken in.
func taken(t *testing.T, s *server) int {
	t.Helper()
	resp, err := http.Get("http://" + s.addr + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(string(b), "\nrixue_writes_accepted_total ")
	line, _, _ = strings.Cut(line, "\n")
	n, err := strconv.ParseFloat(line, 64)
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// N17, several processes: they share one token.
func TestN17TwoProcesses(t *testing.T) {
	h, a, _ := replicas(t, 1, 1)
	h.env = append(h.env, "RIXUE_PUBLIC_URL=http://"+a.addr)
	for range 3 {
		if out := h.run("check"); !strings.Contains(out, "[正常] 接口凭证") {
			t.Error(out)
		}
	}
	if n := h.sim.Calls("/cgi-bin/stable_token"); n != 1 { // the servers' own included
		t.Errorf("five processes asked for %d tokens", n)
	}
	before := h.sim.Calls("/cgi-bin/stable_token")
	h.sim.KillTokens()
	if out := h.run("check"); !strings.Contains(out, "[正常] 微信服务器") {
		t.Error(out)
	}
	if n := h.sim.Calls("/cgi-bin/stable_token") - before; n > 3 {
		t.Errorf("after a refused token: %d", n)
	}
}
