package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"rixue/internal/db/dbtest"
	"rixue/internal/words"
)

// browser is a real Chromium that looks at the demo.
type browser struct {
	t     *testing.T
	ctx   context.Context //nolint:containedctx // chromedp keeps its tab in it
	shots string
	n     int
}

// newBrowser starts Debian's Chromium; without one the test is skipped, which
// .ci/run does not let pass.
func newBrowser(t *testing.T, width, height int) *browser {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium")
	}
	dbtest.Used(t, "browser")
	b := &browser{t: t, shots: os.Getenv("RIXUE_TEST_SHOTS")}
	if b.shots == "" {
		b.shots = t.TempDir()
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.WindowSize(width, height), chromedp.Flag("disable-web-security", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, stop := chromedp.NewContext(alloc)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	b.ctx = ctx
	if err := chromedp.Do(ctx); err != nil { // starts it, for longer than any step
		t.Fatal(err)
	}
	return b
}

func (b *browser) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, 15*time.Second)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.shot("failed")
		b.t.Fatalf("%s: %v", what, err)
	}
}

// shot keeps a picture of what is seen.
func (b *browser) shot(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		b.n++
		err = os.WriteFile(filepath.Join(b.shots, fmt.Sprintf("%s-%02d-%s.png", b.t.Name(), b.n, name)), png, 0o600)
	}
	if err != nil {
		b.t.Error(err)
	}
}

// onPhone selects on one of the phones on the page.
func onPhone(who, selector string) chromedp.CSS {
	return chromedp.CSS(`section.phone[aria-label="` + who + `的手机"] ` + selector)
}

// say writes into a phone and sends it.
func (b *browser) say(who, text string) {
	b.t.Helper()
	b.waitFor("the keyboard", fmt.Sprintf(`(() => { const m = document.querySelector(%q); if (!m.hidden) m.querySelector('.towrite').click(); return m.hidden })()`,
		string(onPhone(who, ".menu"))))
	b.do("say "+text,
		chromedp.SendKeys(onPhone(who, ".write textarea"), text, chromedp.NodeVisible),
		chromedp.Click(onPhone(who, ".write .send"), chromedp.NodeVisible))
}

// reads waits until a phone's chat shows a text.
func (b *browser) reads(who, text string) {
	b.t.Helper()
	b.waitFor(who+" reads "+text, fmt.Sprintf(`(() => { const c = document.querySelector(%q); return !!c && c.innerText.includes(%q) })()`,
		string(onPhone(who, ".chat")), text))
}

// waitFor waits until an expression is true.
func (b *browser) waitFor(what, expression string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, 20*time.Second)
	defer stop()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression)); err != nil {
		b.shot("failed")
		b.t.Fatalf("%s: %v", what, err)
	}
}

// page is a phone's web view: what is done there is done in its frame.
func (b *browser) page(who string) []chromedp.QueryOption {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, 15*time.Second)
	defer stop()
	frames, err := chromedp.Run(ctx, chromedp.Nodes(onPhone(who, ".webview iframe"), chromedp.NodeVisible))
	if err != nil || len(frames) == 0 {
		b.shot("failed")
		b.t.Fatalf("no page is open: %v", err)
	}
	return []chromedp.QueryOption{chromedp.FromNode(frames[0]), chromedp.NodeVisible}
}

// pageSays waits until a phone's page shows a text.
func (b *browser) pageSays(who, text string) {
	b.t.Helper()
	b.waitFor("the page shows "+text, b.pageScript(who, fmt.Sprintf(`
		const main = doc.querySelector('main'); return !!main && main.innerText.includes(%q);`, text)))
}

// atEnd waits until a phone's chat has glided to its end.
func (b *browser) atEnd(who string) {
	b.t.Helper()
	b.waitFor("the end of the chat", fmt.Sprintf(`(() => { const c = document.querySelector(%q); return c.scrollTop + c.clientHeight >= c.scrollHeight - 2 })()`,
		string(onPhone(who, ".chat"))))
}

func (b *browser) tap(who, selector string) {
	b.t.Helper()
	b.do("tap "+selector, chromedp.Click(chromedp.CSS(selector), b.page(who)...))
}

// startDemo runs the demo as `rixue demo` does and returns its address and the
// lines by which its staff are bound, by name.
func startDemo(t *testing.T) (d *demo, binds map[string]string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	d, err := openDemo(ctx, DemoOptions{Listen: "127.0.0.1:0"}, demoStart, true, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- d.serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := d.close(); err != nil {
			t.Error(err)
		}
	})
	lines, err := d.cast(ctx)
	if err != nil {
		t.Fatal(err)
	}
	binds = map[string]string{}
	for _, l := range lines {
		binds[strings.Fields(l)[2]] = l
	}
	return d, binds
}

// TestBrowserDemo is the demo as a person tries it: a phone binds, agrees, gets
// the day's card, opens it, answers, subscribes for tomorrow; a patient's phone
// follows and is greeted.
func TestBrowserDemo(t *testing.T) {
	b := newBrowser(t, 1280, 860)
	d, binds := startDemo(t)
	nurse, patient := words.DemoPhones[0], words.DemoPhones[2]
	b.do("open", chromedp.Navigate(d.base+"/"))
	b.do("follow", chromedp.Click(onPhone(nurse, ".profile .follow"), chromedp.NodeVisible))
	b.reads(nurse, "欢迎关注青禾医院")
	b.say(nurse, binds[nurse])
	b.reads(nurse, "绑定成功")
	b.say(nurse, "同意")
	b.reads(nurse, "已订阅日学")
	b.do("follow", chromedp.Click(onPhone(patient, ".profile .follow"), chromedp.NodeVisible))
	b.reads(patient, "欢迎关注青禾医院")
	b.do("to the menu", chromedp.Click(onPhone(nurse, ".tomenu"), chromedp.NodeVisible))
	b.waitFor("the staff's menu", fmt.Sprintf(`document.querySelector(%q).innerText.includes('今日学习')`, string(onPhone(nurse, ".buttons"))))
	b.shot("bound")

	b.do("an hour later", chromedp.Click(chromedp.CSS(`[data-advance="1h"]`), chromedp.NodeVisible))
	b.reads(nurse, "日学十分钟：")
	b.atEnd(nurse)
	b.shot("pushed")
	b.do("open the card", chromedp.Click(onPhone(nurse, ".chat .card button.article"), chromedp.NodeVisible))
	b.pageSays(nurse, "来源：")
	b.shot("topic")
	b.tap(nurse, ".act a.weui-btn")
	for i := range 3 {
		b.pageSays(nurse, fmt.Sprintf("第 %d/3 题", i+1))
		b.answerOnPage(nurse)
		b.shot(fmt.Sprintf("answered-%d", i+1))
		b.tap(nurse, ".act a.weui-btn")
	}
	b.pageSays(nurse, "今日学习已完成")
	b.subscribeOnPage(nurse)
	b.shot("subscribed")
	if n, err := d.stockOf("O-study-reminder"); err != nil || n != 1 {
		t.Errorf("stock %d, %v", n, err)
	}

	b.do("back", chromedp.Click(onPhone(nurse, ".webview .back"), chromedp.NodeVisible))
	b.say(nurse, "我的")
	b.reads(nurse, "今天已完成")
	b.atEnd(nurse)
	b.shot("mine")
}
