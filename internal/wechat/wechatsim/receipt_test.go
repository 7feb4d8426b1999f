package wechatsim_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"rixue/internal/wechat/wechatsim"
)

// callbackXML is what the tests look at of a plain callback.
type callbackXML struct {
	From   string `xml:"FromUserName"`
	Event  string
	MsgID  string
	Status string
	Popup  []listXML `xml:"SubscribeMsgPopupEvent>List"`
	Change []listXML `xml:"SubscribeMsgChangeEvent>List"`
	Sent   []listXML `xml:"SubscribeMsgSentEvent>List"`
}

type listXML struct {
	TemplateId, SubscribeStatusString string
	PopupScene                        string
	MsgID, ErrorCode, ErrorStatus     string
}

// events is a server that keeps the callbacks it gets.
type events struct {
	mu   sync.Mutex
	list []callbackXML
}

func (e *events) record(w http.ResponseWriter, r *http.Request) {
	var m callbackXML
	if err := xml.NewDecoder(r.Body).Decode(&m); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, m)
	io.WriteString(w, "success")
}

func (e *events) all() []callbackXML {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.list)
}

// receipts returns the results of cards: who, id, result.
func (e *events) receipts() []string {
	var out []string
	for _, m := range e.all() {
		if m.Event == "TEMPLATESENDJOBFINISH" {
			out = append(out, m.From+" "+m.MsgID+" "+m.Status)
		}
		for _, l := range m.Sent {
			out = append(out, m.From+" "+l.TemplateId+" "+l.ErrorCode+" "+l.ErrorStatus)
		}
	}
	return out
}

// short returns the events with what they tell of each template: the answer
// on the sheet and the scene.
func (e *events) short() []string {
	var out []string
	for _, m := range e.all() {
		words := []string{m.Event}
		for _, l := range slices.Concat(m.Popup, m.Change) {
			words = append(words, l.TemplateId, l.SubscribeStatusString, l.PopupScene)
		}
		out = append(out, strings.TrimSpace(strings.Join(words, " ")))
	}
	return out
}

// idOf returns a msgid as it stood in the answer.
func idOf(t *testing.T, answer string) string {
	t.Helper()
	_, id, found := strings.Cut(answer, `"msgid":`)
	if !found {
		t.Fatalf("no msgid in %s", answer)
	}
	return strings.Trim(id, "}\n")
}

// sendRaw sends a good template message and returns the answer as it stands.
func (c *caller) sendRaw(f *wechatsim.Follower) string {
	w := httptest.NewRecorder()
	c.sendTo(w, f)
	return w.Body.String()
}

// sendTo sends a good template message and lets the answer go to w.
func (c *caller) sendTo(w http.ResponseWriter, f *wechatsim.Follower) {
	body := fmt.Sprintf(`{"touser":%q,"template_id":"T","data":{"thing1":{"value":"x"},"time2":{"value":"07:30"}}}`, f.OpenID())
	c.sim.ServeHTTP(w, httptest.NewRequest(http.MethodPost, templatePath+"?access_token="+c.token, strings.NewReader(body)))
}

func TestReceiptsTellWhatBecameOfACard(t *testing.T) {
	for name, tc := range map[string]struct {
		prepare  func(*wechatsim.Sim, *wechatsim.Follower)
		template string // Status
		notice   string // ErrorCode and ErrorStatus
	}{
		"arrived":   {func(*wechatsim.Sim, *wechatsim.Follower) {}, "success", "0 success"},
		"blocked":   {func(_ *wechatsim.Sim, f *wechatsim.Follower) { f.Block() }, "failed:user block", "48002 failed:user block"},
		"unblocked": {func(_ *wechatsim.Sim, f *wechatsim.Follower) { f.Block(); f.Unblock() }, "success", "0 success"},
		"undelivered": {
			func(s *wechatsim.Sim, _ *wechatsim.Follower) {
				s.AddFault(wechatsim.Fault{Path: templatePath, Undelivered: true})
				s.AddFault(wechatsim.Fault{Path: noticePath, Undelivered: true})
			}, "failed: system failed", "-1 failed: system failed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got events
			sim := newSim(t, wechatsim.Options{Templates: templates()}, got.record)
			c := newCaller(t, sim)
			a := sim.Follower("a")
			a.Follow()
			a.Accept("ONCE")
			tc.prepare(sim, a)
			id := idOf(t, c.sendRaw(a))
			sim.Settle()
			if code := c.send(noticePath, a.OpenID(), "ONCE", goodValues(), nil).code(); code != 0 {
				t.Errorf("the notice is refused with %d", code)
			}
			sim.Settle()
			want := []string{a.OpenID() + " " + id + " " + tc.template, a.OpenID() + " ONCE " + tc.notice}
			if !slices.Equal(got.receipts(), want) {
				t.Errorf("receipts %q, want %q", got.receipts(), want)
			}
			if arrived := tc.template == "success"; arrived != (len(a.Inbox()) == 2) {
				t.Errorf("inbox %+v", a.Inbox())
			}
			if code := c.send(noticePath, a.OpenID(), "ONCE", goodValues(), nil).code(); code != 43101 {
				t.Errorf("what did not arrive was not spent: %d", code)
			}
		})
	}
}

func TestBlockedServiceMessagesAreRefused(t *testing.T) {
	sim := newSim(t, wechatsim.Options{}, quiet)
	c := newCaller(t, sim)
	a := sim.Follower("a")
	a.Follow()
	a.Block()
	if code := c.say(a, "x"); code != 48002 {
		t.Errorf("blocked: %d", code)
	}
	a.Unblock()
	if code := c.say(a, "x"); code != 0 {
		t.Errorf("unblocked: %d", code)
	}
}

func TestReceiptsComeWhenTheOptionsSay(t *testing.T) {
	for _, tc := range []struct {
		when                        wechatsim.Receipts
		answered, settled, released int // receipts so far; -1: may or may not be
	}{
		{wechatsim.ReceiptsAtOnce, -1, 1, 1},
		{wechatsim.ReceiptsEarly, 1, 1, 1},
		{wechatsim.ReceiptsLate, 0, 0, 1},
		{wechatsim.ReceiptsNever, 0, 0, 0},
	} {
		t.Run(string(tc.when), func(t *testing.T) {
			var got events
			sim := newSim(t, wechatsim.Options{Templates: templates(), Receipts: tc.when}, got.record)
			c := newCaller(t, sim)
			a := sim.Follower("a")
			a.Follow()
			id := idOf(t, c.sendRaw(a))
			if n := len(got.receipts()); tc.answered >= 0 && n != tc.answered {
				t.Errorf("%d receipts with the answer", n)
			}
			sim.Settle()
			if n := len(got.receipts()); n != tc.settled {
				t.Errorf("%d receipts once settled", n)
			}
			sim.ReleaseReceipts()
			sim.ReleaseReceipts()
			sim.Settle()
			if n := len(got.receipts()); n != tc.released {
				t.Errorf("%d receipts once released", n)
			}
			for _, r := range got.receipts() {
				if want := a.OpenID() + " " + id + " success"; r != want {
					t.Errorf("receipt %q, want %q", r, want)
				}
			}
			if len(a.Inbox()) != 1 {
				t.Errorf("inbox %+v", a.Inbox())
			}
		})
	}
}

func TestTheAnswerGoesOutBeforeItsReceipt(t *testing.T) {
	answered := make(chan struct{})
	var got events
	answer := httptest.NewRecorder()
	sim := newSim(t, wechatsim.Options{Templates: templates()}, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if strings.Contains(string(body), "TEMPLATESENDJOBFINISH") {
			if !answer.Flushed || answer.Header().Get("Content-Length") != fmt.Sprint(answer.Body.Len()) {
				t.Errorf("of the answer has gone out: %v %q", answer.Header(), answer.Body)
			}
			select {
			case <-answered:
			case <-r.Context().Done(): // the platform has given the attempt up
				return
			}
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		got.record(w, r)
	})
	c := newCaller(t, sim)
	a := sim.Follower("a")
	a.Follow()
	c.sendTo(answer, a)
	close(answered)
	if sim.Settle(); len(got.receipts()) != 1 {
		t.Errorf("receipts %q", got.receipts())
	}
}

func TestARepeatedCallHasOneReceipt(t *testing.T) {
	var got events
	sim := newSim(t, wechatsim.Options{Templates: templates()}, got.record)
	c := newCaller(t, sim)
	a := sim.Follower("a")
	a.Follow()
	for range 2 {
		c.send(templatePath, a.OpenID(), "T", goodValues(), map[string]string{"client_msg_id": "k"})
	}
	c.send(templatePath, a.OpenID(), "T", without("thing1"), nil)
	if sim.Settle(); len(got.receipts()) != 1 {
		t.Errorf("receipts %q", got.receipts())
	}
}

func TestCloseEndsReceiptsUnderWay(t *testing.T) {
	const many, atOnce = 200, 64
	var mu sync.Mutex
	attempts := map[string]int{} // by body
	arrived := make(chan struct{}, many)
	sim := newSim(t, wechatsim.Options{Templates: templates(), Receipts: wechatsim.ReceiptsLate}, func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !strings.Contains(string(body), "TEMPLATESENDJOBFINISH") {
			return
		}
		mu.Lock()
		attempts[string(body)]++
		mu.Unlock()
		arrived <- struct{}{}
		<-r.Context().Done() // until the platform hangs up
	})
	c := newCaller(t, sim)
	a := sim.Follower("a")
	a.Follow()
	for range many {
		c.sendRaw(a)
	}
	sim.ReleaseReceipts()
	for range atOnce {
		<-arrived
	}
	for range 20 { // meanwhile more would arrive if they could
		a.Say("x")
	}
	sim.Close()
	stacks := make([]byte, 1<<20)
	if stacks = stacks[:runtime.Stack(stacks, true)]; strings.Contains(string(stacks), "(*Sim).deliver(") {
		t.Error("callbacks are under way after closing")
	}
	mu.Lock()
	defer mu.Unlock()
	if len(attempts) != atOnce {
		t.Errorf("%d of %d receipts were sent at once", len(attempts), many)
	}
	for body, n := range attempts {
		if n != 1 {
			t.Errorf("%d attempts: %s", n, body)
		}
	}
}
