package wechat_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rixue/internal/wechat"
	"rixue/internal/wechat/wechatsim"
)

const (
	tokenPath = "/cgi-bin/stable_token"
	sendPath  = "/cgi-bin/message/custom/send"
	ipPath    = "/cgi-bin/getcallbackip"
)

// platform is a simulator behind HTTP, with a callback that says success.
type platform struct {
	*wechatsim.Sim
	base string
}

func newPlatform(t testing.TB, opt wechatsim.Options) platform {
	t.Helper()
	callback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "success")
	}))
	opt.AppID, opt.CallbackURL = "wx1", callback.URL
	sim := wechatsim.New(opt)
	api := httptest.NewServer(sim)
	t.Cleanup(func() {
		sim.Close()
		api.Close()
		callback.Close()
	})
	return platform{sim, api.URL}
}

func (p platform) client(t testing.TB, change func(*wechat.Config)) *wechat.Client {
	t.Helper()
	cfg := wechat.Config{AppID: "wx1", AppSecret: "secret", APIBase: p.base}
	if change != nil {
		change(&cfg)
	}
	c := wechat.New(cfg)
	t.Cleanup(c.Close)
	return c
}

// writer makes a person to whom messages may be sent.
func (p platform) writer(name string) *wechatsim.Follower {
	f := p.Follower(name)
	f.Follow()
	f.Say("x")
	return f
}

// failure returns the *wechat.Error that err must be.
func failure(t *testing.T, err error) *wechat.Error {
	t.Helper()
	var e *wechat.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v is no *wechat.Error", err)
	}
	return e
}

func TestSendTextArrivesAsItIs(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	arrived := p.relay(t)
	c := p.client(t, nil)
	a := p.writer("a")
	const text = `<a href="https://x/?a=1&b=2">看 & 读</a>` + "\n好"
	if err := c.SendText(t.Context(), a.OpenID(), text); err != nil {
		t.Fatal(err)
	}
	if body := <-arrived; strings.Contains(body, `\u`) {
		t.Errorf("escaped: %s", body)
	}
	if got := a.Expect(t); got.Text != text {
		t.Errorf("arrived %q", got.Text)
	}
}

func TestRefusalIsTyped(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	err := p.client(t, nil).SendText(t.Context(), p.Follower("a").OpenID(), "x")
	e := failure(t, err)
	if e.Code != 43004 || e.Class != wechat.ClassUser || e.Path != sendPath || e.RID == "" {
		t.Errorf("%+v", e)
	}
}

func TestLostAnswers(t *testing.T) {
	for name, fault := range map[string]wechatsim.Fault{
		"reset": {Reset: true}, "bad JSON": {BadJSON: true}, "502": {Status: http.StatusBadGateway},
		"slow": {Slow: true}, "hang": {Hang: true},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlatform(t, wechatsim.Options{})
			arrived := p.relay(t)
			c := p.client(t, nil)
			a := p.writer("a")
			token, err := c.AccessToken(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			// lost makes a call and gives it up once it has arrived, if it
			// has not ended by itself.
			lost := func(call func(context.Context) error) *wechat.Error {
				t.Helper()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if fault.Slow || fault.Hang {
					go func() { <-arrived; cancel() }()
				}
				err := call(ctx)
				if strings.Contains(fmt.Sprint(err), token) {
					t.Errorf("the token is in %v", err)
				}
				return failure(t, err)
			}
			p.AddFault(withPath(fault, sendPath))
			e := lost(func(ctx context.Context) error { return c.SendText(ctx, a.OpenID(), "x") })
			if e.Class != wechat.ClassUnknown || e.Temporary() {
				t.Errorf("sending: %+v, want an unknown outcome", e)
			}
			if n := p.Calls(sendPath); n > 1 {
				t.Errorf("sent %d times", n)
			}
			p.AddFault(withPath(fault, ipPath))
			e = lost(func(ctx context.Context) error { _, err := c.CallbackIPs(ctx); return err })
			if e.Class != wechat.ClassNow {
				t.Errorf("reading: %+v, want now", e)
			}
		})
	}
}

func withPath(f wechatsim.Fault, path string) wechatsim.Fault {
	f.Path = path
	return f
}

// relay puts a server before the platform which tells the bodies of calls other
// than for tokens as they arrive.
func (p *platform) relay(t *testing.T) <-chan string {
	t.Helper()
	arrived := make(chan string, 10)
	relay := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != tokenPath {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			arrived <- string(body)
		}
		p.ServeHTTP(w, r)
	}))
	t.Cleanup(relay.Close)
	p.base = relay.URL
	return arrived
}

func TestTimeoutEndsACall(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	p.AddFault(wechatsim.Fault{Path: tokenPath, Hang: true})
	c := p.client(t, func(cfg *wechat.Config) { cfg.Timeout = 50 * time.Millisecond })
	_, err := c.CallbackIPs(t.Context())
	if e := failure(t, err); e.Class != wechat.ClassNow || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%+v", e)
	}
}

func TestUnreachablePlatformHasNotSent(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	var log bytes.Buffer
	c := wechat.New(wechat.Config{
		AppID: "wx1", AppSecret: "SESAME", APIBase: "http://127.0.0.1:1",
		Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	err := c.SendText(t.Context(), p.Follower("a").OpenID(), "x")
	e := failure(t, err)
	if e.Class != wechat.ClassNow || e.Code != wechat.NoAnswer {
		t.Errorf("%+v", e)
	}
	if strings.Contains(err.Error()+log.String(), "SESAME") {
		t.Errorf("the secret is in %v or %s", err, log.String())
	}
}

func TestContextEndsACall(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	c := p.client(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.CallbackIPs(ctx)
	if failure(t, err); !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not tell of the context", err)
	}
}

func TestReadingCalls(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{Quotas: map[string]int{ipPath: 5}})
	var mu sync.Mutex
	var calls []string
	c := p.client(t, func(cfg *wechat.Config) {
		cfg.OnCall = func(path string, code int, _ time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			calls = append(calls, fmt.Sprint(path, " ", code))
		}
	})
	if ips, err := c.CallbackIPs(t.Context()); err != nil || len(ips) == 0 {
		t.Errorf("IPs %v, %v", ips, err)
	}
	if q, err := c.Quota(t.Context(), ipPath); err != nil || q != (wechat.Quota{Limit: 5, Used: 1, Left: 4}) {
		t.Errorf("quota %+v, %v", q, err)
	}
	if _, err := c.Quota(t.Context(), "/nowhere"); failure(t, err).Code != 76021 {
		t.Error(err)
	}
	want := []string{tokenPath + " 0", ipPath + " 0", "/cgi-bin/openapi/quota/get 0", "/cgi-bin/openapi/quota/get 76021"}
	if !slices.Equal(calls, want) {
		t.Errorf("told of %q", calls)
	}
}

func TestQRCodeLeadsToItsScene(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	c := p.client(t, nil)
	qr, err := c.CreateQR(t.Context(), "bind_7", time.Hour)
	if err != nil || qr.Expires != time.Hour {
		t.Fatal(qr, err)
	}
	resp, err := http.Get(qr.Image)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("picture: %s", resp.Status)
	}
	p.Follower("a").FollowByScene("bind_7")
	u, err := c.UserInfo(t.Context(), p.Follower("a").OpenID())
	if err != nil || !u.Subscribed || u.Scene != "bind_7" || u.Since.IsZero() {
		t.Errorf("user %+v, %v", u, err)
	}
	if _, err := c.CreateQR(t.Context(), strings.Repeat("长", 65), 0); failure(t, err).Class != wechat.ClassContent {
		t.Error(err)
	}
}

func TestTaggingGoesInChunksAndNamesWhoFailed(t *testing.T) {
	p := newPlatform(t, wechatsim.Options{})
	c := p.client(t, nil)
	tag, err := c.CreateTag(t.Context(), "职工")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for i := range 101 {
		f := p.Follower(fmt.Sprint(i))
		if i != 70 {
			f.Follow()
		}
		ids = append(ids, f.OpenID())
	}
	err = c.AddTag(t.Context(), tag.ID, ids)
	var te *wechat.TagError
	if !errors.As(err, &te) || !slices.Equal(te.Failed, ids[70:71]) || failure(t, err).Code != 45171 {
		t.Errorf("tagging: %v", err)
	}
	if n := p.Calls("/cgi-bin/tags/members/batchtagging"); n != 3 {
		t.Errorf("%d calls for 101 openids", n)
	}
	if err := c.RemoveTag(t.Context(), tag.ID, ids[:1]); err != nil {
		t.Error(err)
	}
	tags, err := c.Tags(t.Context())
	if want := (wechat.Tag{ID: tag.ID, Name: "职工", Count: 99}); err != nil || !slices.Contains(tags, want) {
		t.Errorf("tags %v, %v", tags, err)
	}
	if err := c.AddTag(t.Context(), tag.ID+1, ids[:2]); !errors.As(err, &te) || !slices.Equal(te.Failed, ids[:2]) {
		t.Errorf("no such tag: %v", err)
	}
	p.AddFault(wechatsim.Fault{Path: "*", Code: 48001})
	if _, err := c.Tags(t.Context()); failure(t, err).Class != wechat.ClassAlarm {
		t.Errorf("a refused list is %v", err)
	}
	if err := c.AddTag(t.Context(), tag.ID, ids); !errors.As(err, &te) || len(te.Failed) != 101 {
		t.Errorf("refused tagging: %v", err)
	}
	if n := p.Calls("/cgi-bin/tags/members/batchtagging"); n != 5 {
		t.Errorf("%d calls: an alarm does not stop the chunks", n)
	}
}
