package wechat_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rixue/internal/wechat"
	"rixue/internal/wechat/wechatsim"
	"rixue/internal/wechat/wire"
)

const (
	templatePath = "/cgi-bin/message/template/send"
	noticePath   = "/cgi-bin/message/subscribe/bizsend"
)

func forms() []wechatsim.Template {
	return []wechatsim.Template{
		{ID: "T", Title: "学习提醒", Fields: []string{"thing1", "time2"}},
		{ID: "ONCE", Title: "明日学习", Kind: wechatsim.KindOnce, Fields: []string{"thing1", "time2"}},
		{ID: "LONG", Title: "每日学习", Kind: wechatsim.KindLong, Fields: []string{"thing1", "time2"}},
	}
}

func card(f *wechatsim.Follower, template string) wechat.Card {
	return wechat.Card{
		OpenID: f.OpenID(), TemplateID: template, URL: "https://x/?a=1&b=2",
		Fields: map[string]string{"thing1": "<学习> & 问答", "time2": "07:30"},
	}
}

// receipts lets the platform's events be read by our own codec and kept.
func (p platform) receipts(t *testing.T) func() []string {
	t.Helper()
	var mu sync.Mutex
	var list []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		m, err := wire.ParseMessage(body)
		if err != nil {
			t.Errorf("%v in %s", err, body)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if m.Event == "TEMPLATESENDJOBFINISH" {
			list = append(list, m.Field("MsgID")+" "+m.Field("Status"))
		}
		for _, l := range m.List("SubscribeMsgSentEvent/List") {
			list = append(list, l["TemplateId"]+" "+l["ErrorCode"]+" "+l["ErrorStatus"])
		}
		io.WriteString(w, "success")
	}))
	t.Cleanup(server.Close)
	t.Cleanup(p.Close) // first, as it is under way to the server
	p.SetCallback(server.URL)
	return func() []string {
		p.Settle()
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(list)
	}
}

func TestCardsArrive(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{Templates: forms()})
	receipts := p.receipts(t)
	arrived := p.relay(t)
	c := p.client(t, nil)
	a := p.Follower("a")
	a.Follow()
	a.Accept("ONCE")
	id, err := c.SendTemplate(t.Context(), card(a, "T"))
	if err != nil {
		t.Fatal(err)
	}
	const data = `"data":{"thing1":{"value":"<学习> & 问答"},"time2":{"value":"07:30"}}}` + "\n"
	want := `{"touser":"` + a.OpenID() + `","template_id":"T","url":"https://x/?a=1&b=2",` + data
	if got := <-arrived; got != want {
		t.Errorf("sent %s", got)
	}
	if err := c.SendSubscription(t.Context(), card(a, "ONCE")); err != nil {
		t.Fatal(err)
	}
	want = `{"touser":"` + a.OpenID() + `","template_id":"ONCE","page":"https://x/?a=1&b=2",` + data
	if got := <-arrived; got != want {
		t.Errorf("sent %s", got)
	}
	for _, title := range []string{"学习提醒", "明日学习"} {
		if m := a.Expect(t, title, "<学习> & 问答", "07:30"); m.URL != "https://x/?a=1&b=2" {
			t.Errorf("opens %s", m.URL)
		}
	}
	got := receipts()
	slices.Sort(got)
	if want := []string{id + " success", "ONCE 0 success"}; len(id) != 19 || !slices.Equal(got, want) {
		t.Errorf("msgid %s, receipts %q", id, got)
	}
}

func TestCardsWithAKeyAreSentOnce(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{Templates: forms()})
	c := p.client(t, nil)
	a := p.Follower("a")
	a.Follow()
	m := card(a, "T")
	for _, key := range []string{"k", "k", "", ""} {
		m.Key = key
		if _, err := c.SendTemplate(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(a.Inbox()); n != 3 {
		t.Errorf("received %d, want one for the key and two without", n)
	}
}

func TestRefusedCardsAreTyped(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{Templates: forms()})
	c := p.client(t, nil)
	a := p.Follower("a")
	a.Follow()
	send := func(f *wechatsim.Follower, template string, change func(*wechat.Card)) error {
		m := card(f, template)
		change(&m)
		if template == "T" || template == "none" {
			_, err := c.SendTemplate(t.Context(), m)
			return err
		}
		return c.SendSubscription(t.Context(), m)
	}
	same := func(*wechat.Card) {}
	value := func(v string) func(*wechat.Card) { return func(m *wechat.Card) { m.Fields["thing1"] = v } }
	for name, tc := range map[string]struct {
		err   error
		code  int
		class wechat.Class
		field string
	}{
		"no template":      {send(a, "none", same), 40037, wechat.ClassAlarm, ""},
		"not following":    {send(p.Follower("b"), "T", same), 43004, wechat.ClassUser, ""},
		"no subscription":  {send(a, "ONCE", same), 43101, wechat.ClassUser, ""},
		"value too long":   {send(a, "T", value(strings.Repeat("学", 21))), 47003, wechat.ClassContent, "thing1"},
		"value empty":      {send(a, "T", value("")), 40250, wechat.ClassContent, "thing1"},
		"no field at all":  {send(a, "T", func(m *wechat.Card) { m.Fields = nil }), 47003, wechat.ClassContent, "thing1"},
		"address too long": {send(a, "T", func(m *wechat.Card) { m.URL += strings.Repeat("x", 1024) }), 40039, wechat.ClassContent, ""},
	} {
		if e := failure(t, tc.err); e.Code != tc.code || e.Class != tc.class || e.Field() != tc.field || e.RID == "" {
			t.Errorf("%s: %+v names %q", name, e, e.Field())
		}
	}
}

func TestFieldOfARefusal(t *testing.T) {
	for msg, want := range map[string]string{
		"argument invalid! data.thing1.value invalid":              "thing1",
		"argument invalid! data.character_string12.value is empty": "character_string12",
		"argument invalid! data.thing1":                            "",
		"invalid template_id":                                      "",
		"":                                                         "",
	} {
		if got := (&wechat.Error{Msg: msg}).Field(); got != want {
			t.Errorf("%q names %q", msg, got)
		}
	}
}

// The message has arrived, its answer has not: only the key makes sending again
// harmless.
func TestLostAnswersOfCards(t *testing.T) {
	for name, fault := range map[string]wechatsim.Fault{
		"reset": {Reset: true}, "bad JSON": {BadJSON: true}, "slow": {Slow: true},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlatform(t, wechatsim.Options{Templates: forms(), Patience: time.Minute})
			receipts := p.receipts(t)
			c := p.client(t, nil)
			a := p.Follower("a")
			a.Follow()
			a.Accept("ONCE")
			lost := func(path string, send func(context.Context) error) {
				t.Helper()
				p.AddFault(withPath(fault, path))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if fault.Slow {
					go func() { a.Expect(t); cancel() }() // received, so it was carried out
				}
				if e := failure(t, send(ctx)); e.Class != wechat.ClassUnknown {
					t.Errorf("%+v, want an unknown outcome", e)
				}
				p.ClearFaults()
			}
			m := card(a, "T")
			m.Key = "k"
			lost(templatePath, func(ctx context.Context) error { _, err := c.SendTemplate(ctx, m); return err })
			id, err := c.SendTemplate(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			if got := receipts(); !slices.Equal(got, []string{id + " success"}) || len(a.Inbox()) != 1 {
				t.Errorf("receipts %q of %s, inbox %+v", got, id, a.Inbox())
			}
			lost(noticePath, func(ctx context.Context) error { return c.SendSubscription(ctx, card(a, "ONCE")) })
			if e := failure(t, c.SendSubscription(t.Context(), card(a, "ONCE"))); e.Code != 43101 {
				t.Errorf("the notice was not spent: %+v", e)
			}
			if got := receipts(); len(got) != 2 || len(a.Inbox()) != 2 {
				t.Errorf("receipts %q, inbox %+v", got, a.Inbox())
			}
		})
	}
}

func TestTemplatesAreListedWithTheirFields(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{Templates: forms()})
	c := p.client(t, nil)
	const content = "thing1:{{thing1.DATA}}\ntime2:{{time2.DATA}}\n"
	fields := []string{"thing1", "time2"}
	got, err := c.Templates(t.Context())
	if d := cmp.Diff([]wechat.Template{{ID: "T", Title: "学习提醒", Content: content, Fields: fields}}, got); err != nil || d != "" {
		t.Errorf("%v\n%s", err, d)
	}
	got, err = c.Subscriptions(t.Context())
	want := []wechat.Template{
		{ID: "ONCE", Title: "明日学习", Content: content, Type: 2, Fields: fields},
		{ID: "LONG", Title: "每日学习", Content: content, Type: 3, Fields: fields},
	}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v\n%s", err, d)
	}
	p.AddFault(wechatsim.Fault{Path: "*", Code: 48001})
	for name, list := range map[string]func(context.Context) ([]wechat.Template, error){
		"templates": c.Templates, "subscriptions": c.Subscriptions,
	} {
		if got, err := list(t.Context()); got != nil || failure(t, err).Class != wechat.ClassAlarm {
			t.Errorf("refused %s: %v, %v", name, got, err)
		}
	}
}

// BenchmarkSendTemplate sends from 64 goroutines with one client. The simulator
// works on the same processors, and delivers the receipts in the second run.
func BenchmarkSendTemplate(b *testing.B) {
	const senders, people = 64, 1000
	for name, when := range map[string]wechatsim.Receipts{
		"without receipts": wechatsim.ReceiptsNever, "with receipts": wechatsim.ReceiptsAtOnce,
	} {
		b.Run(name, func(b *testing.B) {
			p := newPlatform(b, wechatsim.Options{Templates: forms(), Receipts: when, Quotas: map[string]int{templatePath: 1 << 30}})
			c := p.client(b, nil)
			cards := make([]wechat.Card, people)
			for i := range cards {
				f := p.Follower(fmt.Sprint(i))
				f.Follow()
				cards[i] = card(f, "T")
			}
			var next atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range senders {
				wg.Go(func() {
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						m := cards[n%people]
						m.Key = fmt.Sprint(n)
						if _, err := c.SendTemplate(b.Context(), m); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			p.Settle()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
		})
	}
}
