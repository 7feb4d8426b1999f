package app

import (
	"bytes"
	"context"
	"encoding/json"
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

	"rixue/internal/wechat/wechatsim"
)

// tag does what the belt's line would do now.
func (s *stage) tag() {
	s.t.Helper()
	s.app.Tags.real = s.now
	for _, l := range s.app.belt().lines {
		if l.name != "tags" {
			continue
		}
		if _, err := l.work(context.Background()); err != nil {
			s.t.Fatal(err)
		}
		return
	}
	s.t.Fatal("the belt has no such line")
}

// left counts what the line has to do now.
func (s *stage) left() int {
	s.t.Helper()
	n, _, err := s.app.Tags.due(context.Background(), 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// expectMenu does that and looks at phones.
func (s *stage) expectMenu(want string, people ...*wechatsim.Follower) {
	s.t.Helper()
	s.tag()
	for _, f := range people {
		if got := sees(f); got != want {
			s.t.Errorf("%s sees %s, want %s", f.Name(), got, want)
		}
	}
	if n := s.left(); n != 0 {
		s.t.Errorf("%d are left to be done", n)
	}
}

const (
	tagCall   = "/cgi-bin/tags/members/batchtagging"
	untagCall = "/cgi-bin/tags/members/batchuntagging"
)

// The staff's menu comes with the binding and goes with it, whichever way.
func TestStaffMenuFollowsTheBinding(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons().withMenus()
		s.tag()
		if n := s.sim.Calls(tagCall); n != 0 || s.left() != 0 {
			t.Errorf("nobody is bound, and %d calls were made", n)
		}
		f := s.member("张三", "0001")
		if got := sees(f); got != "patients" {
			t.Errorf("the callback itself told WeChat: %s", got)
		}
		if s.left() != 1 {
			t.Errorf("%d are due", s.left())
		}
		s.expectMenu("staff", f)
		s.tag()
		if n := s.sim.Calls(tagCall); n != 1 {
			t.Errorf("%d calls for one person", n)
		}
		t.Run("unbound", func(t *testing.T) {
			s.wait(time.Second)
			f.Say("解绑")
			f.Say("确认解绑")
			s.expectMenu("patients", f)
		})
		t.Run("bound again", func(t *testing.T) {
			s.wait(time.Second)
			f.Say("绑定 0001 张三 " + s.code("0001"))
			s.expectMenu("staff", f)
		})
		t.Run("unbound and bound before anybody looked", func(t *testing.T) {
			s.wait(time.Second)
			f.Say("解绑")
			f.Say("确认解绑")
			s.wait(time.Second)
			f.Say("绑定 0001 张三 " + s.code("0001"))
			s.expectMenu("staff", f)
		})
		t.Run("left", func(t *testing.T) {
			n := s.sim.Calls(untagCall)
			s.wait(time.Second)
			f.Unfollow()
			s.expectMenu("none", f)
			f.Follow()
			s.expectMenu("patients", f)
			if s.sim.Calls(untagCall) != n {
				t.Error("WeChat was told what it does itself")
			}
		})
		t.Run("left and bound before anybody looked", func(t *testing.T) {
			s.wait(time.Second)
			f.Say("绑定 0001 张三 " + s.code("0001"))
			s.expectMenu("staff", f)
			// In the same moment, even: the binding has the same time as before.
			f.Unfollow()
			f.Follow()
			f.Say("绑定 0001 张三 " + s.code("0001"))
			s.expectMenu("staff", f)
		})
		t.Run("another phone", func(t *testing.T) {
			s.wait(time.Second)
			other := s.sim.Follower("张三的新手机")
			other.Follow()
			other.Say("绑定 0001 张三 " + s.code("0001")) // a renewed one
			s.expectMenu("staff", other)
			if got := sees(f); got != "patients" {
				t.Errorf("the old phone sees %s", got)
			}
			f = other
		})
		t.Run("no longer in the roster", func(t *testing.T) {
			stays := s.member("李四", "0002")
			s.expectMenu("staff", f, stays)
			s.load("roster", strings.Replace(testRoster, "0001,张三,内科,,第一支部,支部书记\n", "", 1), ImportOptions{CloseMissing: true})
			s.expectMenu("patients", f)
			s.expectMenu("staff", stays)
			// Coming back to the roster restores nothing unasked.
			s.load("roster", testRoster, ImportOptions{})
			s.expectMenu("patients", f)
			s.wait(time.Second)
			f.Say("绑定 0001 张三 " + s.code("0001"))
			s.expectMenu("staff", f, stays)
		})
	})
}

// A scan binds, and the tag is made by the worker where there is none yet; the
// menu that comes later finds it.
func TestTagIsMadeByTheWorker(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		f := s.sim.Follower("李四")
		f.FollowByScene("bind_" + s.code("0002"))
		s.expectMenu("none", f)
		s.withMenus()
		s.expectMenu("staff", f)
		if n := s.sim.Calls("/cgi-bin/tags/create"); n != 1 {
			t.Errorf("%d tags", n)
		}
		// A menu that is published again gives nobody his tag again.
		s.withMenus()
		if n := s.left(); n != 0 {
			t.Errorf("%d are to be tagged", n)
		}
	})
}

// Two processes find that there is no tag, and make it at the same moment.
func TestTagIsMadeTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		s.spy(func(path string, _ []string, call func()) {
			if path == "/cgi-bin/tags/create" {
				s.api(path, map[string]any{"tag": map[string]string{"name": "职工"}})
			}
			call()
		})
		s.tag()
		if n := s.tagged(); n != 1 {
			t.Errorf("%d are tagged", n)
		}
		s.withMenus()
		s.expectMenu("staff", f)
	})
}

// Whatever goes wrong between us and WeChat, it is tried again and ends right.
func TestTaggingThroughFaults(t *testing.T) {
	faults := map[string]wechatsim.Fault{
		"busy":             {Code: -1},
		"busy for long":    {Code: -1, Times: 6},
		"token refused":    {Code: 40001, Times: 2},
		"quota of the day": {Code: 45009, Times: 3},
		"too fast":         {Code: 45011},
		"address refused":  {Code: 40164, Times: 2},
		"bad tag":          {Code: 45159, Times: 3},
		"unknown code":     {Code: 12345},
		"answer lost":      {Reset: true},
		"nonsense":         {BadJSON: true},
		"HTTP 502":         {Status: 502, Times: 3},
	}
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons().withMenus()
		for name, fault := range faults {
			f := s.member("张三", "0001")
			for _, want := range []string{"staff", "patients"} {
				fault.Path, fault.Times = tagCall, max(fault.Times, 1)
				if want == "patients" {
					fault.Path = untagCall
					f.Say("解绑")
					f.Say("确认解绑")
				}
				s.sim.AddFault(fault)
				before := s.sim.Calls(fault.Path)
				s.tag()
				if n := s.sim.Calls(fault.Path) - before; n > 2 { // a refused token is tried twice
					t.Errorf("%s: %d calls without a pause", name, n)
				}
				if s.left() != 0 {
					t.Errorf("%s: at once again", name)
				}
				for range fault.Times {
					s.wait(time.Hour)
					s.tag()
				}
				s.expectMenu(want, f)
				s.sim.ClearFaults()
			}
			s.wait(time.Second)
			f.Unfollow()
		}
	})
}

// The pauses grow with the failures, and end with the first success.
func TestTaggingPauses(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons().withMenus()
		f := s.member("张三", "0001")
		s.sim.AddFault(wechatsim.Fault{Path: tagCall, Times: 5, Code: -1})
		s.tag()
		for _, pause := range []time.Duration{time.Second, 5 * time.Second, 15 * time.Second, time.Minute, time.Minute} {
			s.wait(pause - time.Millisecond)
			if s.left() != 0 {
				t.Errorf("due before %v were over", pause)
			}
			s.wait(time.Millisecond)
			if s.left() != 1 {
				t.Errorf("not due after %v", pause)
			}
			s.tag()
		}
		s.expectMenu("staff", f)
		s.sim.AddFault(wechatsim.Fault{Path: tagCall, Times: 1, Code: -1})
		g := s.member("李四", "0002")
		s.tag()
		s.wait(time.Second)
		s.expectMenu("staff", f, g)
	})
}

// deleteTag is the administrator deleting the staff's tag on the account's page.
func (s *stage) deleteTag() {
	s.t.Helper()
	ctx := context.Background()
	id, err := findStaffTag(ctx, s.app.WeChat)
	if err != nil || id == 0 {
		s.t.Fatal(id, err)
	}
	s.api("/cgi-bin/tags/delete", map[string]any{"tag": map[string]int{"id": id}})
}

// tagged counts who carries the staff's tag.
func (s *stage) tagged() int {
	s.t.Helper()
	all, err := s.app.WeChat.Tags(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, tag := range all {
		if tag.Name == "职工" {
			return tag.Count
		}
	}
	return 0
}

// api calls the platform as its own page would.
func (s *stage) api(path string, in any) {
	s.t.Helper()
	token, err := s.app.WeChat.AccessToken(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	b, err := json.Marshal(in)
	if err != nil {
		s.t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.sim.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path+"?access_token="+token, bytes.NewReader(b)))
	if code := w.Body.String(); strings.Contains(code, "errcode") && !strings.Contains(code, `"errcode":0`) {
		s.t.Error(path, code)
	}
}

// Somebody deletes the tag, and with it takes it off everybody: the next call
// shows it, a new one is made, and all members get it.
func TestTagIsDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons().withMenus()
		f, g := s.member("张三", "0001"), s.member("李四", "0002")
		s.expectMenu("staff", f, g)
		s.deleteTag()
		if got := sees(f); got != "patients" {
			t.Errorf("sees %s", got)
		}
		h := s.member("王五", "0003")
		s.tag()
		if n := s.tagged(); n != 3 {
			t.Errorf("%d are tagged", n)
		}
		if printed, same := s.diffMenu(); same || !contains(printed, "还没有职工菜单", "多了其他个性化菜单") {
			t.Errorf("%v\n%s", same, printed)
		}
		s.withMenus()
		s.expectMenu("staff", f, g, h)
		// The menu's command finds it gone as well, and has all tagged.
		s.deleteTag()
		s.withMenus()
		s.expectMenu("staff", f, g, h)
	})
}

// One openid that WeChat does not take spoils the call for all; the others get
// their tag, and the one is not tried for ever.
func TestOneBadOpenID(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons().withMenus()
		f, g := s.member("张三", "0001"), s.member("李四", "0002")
		if status, _ := s.post(s.sealed("oNobodyThatWeChatKnows00001", "绑定 0003 王五 "+s.code("0003"))); status != 200 {
			t.Fatal(status)
		}
		s.expectMenu("staff", f, g)
		n := s.sim.Calls(tagCall)
		if n != 4 { // all, and each
			t.Errorf("%d calls", n)
		}
		s.wait(48 * time.Hour)
		s.tag()
		if s.sim.Calls(tagCall) != n {
			t.Error("it is tried again and again")
		}
		if !contains(s.logs.String(), "tagging given up", "40003") {
			t.Error("nobody is told")
		}
	})
}

// WeChat's word that somebody left is lost: he is refused a few times, each
// time later, and left alone. When he comes back he gets the menu.
func TestLeavingUnnoticed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons().withMenus()
		unnoticed := func(f *wechatsim.Follower) {
			s.wait(time.Second)
			s.sim.SetCallback("http://127.0.0.1:1/")
			f.Unfollow()
			s.sim.SetCallback(s.server.URL + "/wechat")
		}
		f, g := s.member("张三", "0001"), s.member("李四", "0002")
		unnoticed(f)
		s.tag()
		if got := sees(g); got != "staff" {
			t.Errorf("who was in the call with him sees %s", got)
		}
		if n := s.sim.Calls(tagCall); n != 2 {
			t.Errorf("%d calls, want one for both and one for him alone", n)
		}
		var tries []int
		for range 8 {
			before := s.sim.Calls(tagCall)
			s.wait(100 * time.Minute)
			s.tag()
			tries = append(tries, s.sim.Calls(tagCall)-before)
		}
		if !slices.Equal(tries, []int{1, 1, 0, 0, 0, 0, 0, 0}) {
			t.Errorf("further tries: %v", tries)
		}
		f.Follow()
		s.expectMenu("staff", f, g)
		// The same to one who had the tag.
		unnoticed(f)
		f.Follow()
		s.expectMenu("staff", f, g)
	})
}

// spy puts something between the product and the platform: it is given each
// call's path and openids, and the call.
func (s *stage) spy(around func(path string, openIDs []string, call func())) {
	s.t.Helper()
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			s.t.Error(err)
		}
		var in struct {
			OpenIDs []string `json:"openid_list"`
		}
		_ = json.Unmarshal(b, &in) // other calls have other bodies
		r.Body = io.NopCloser(bytes.NewReader(b))
		around(r.URL.Path, in.OpenIDs, func() { s.sim.ServeHTTP(w, r) })
	}))
	s.t.Cleanup(api.Close)
	s.env = append(s.env, "RIXUE_WECHAT_API_BASE="+api.URL)
	s.restart()
}

// Who leaves while he is being tagged is not told about once more: WeChat has
// taken the tag off.
func TestLeavingWhileBeingTagged(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons().withMenus()
		f := s.member("张三", "0001")
		s.spy(func(path string, _ []string, call func()) {
			call()
			if path == tagCall {
				f.Unfollow()
			}
		})
		s.tag()
		s.expectMenu("none", f)
		if n := s.sim.Calls(untagCall); n != 0 {
			t.Errorf("%d calls for who has left", n)
		}
		s.wait(time.Second)
		f.Follow()
		s.expectMenu("patients", f)
	})
}

// Two processes that see the same work tell WeChat once.
func TestTwoProcessesTagOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		const people = 120
		var roster strings.Builder
		roster.WriteString("工号,姓名,科室,所在支部\n")
		for i := range people {
			fmt.Fprintf(&roster, "%04d,职工,内科,第一支部\n", i+1)
		}
		s.load("roster", roster.String(), ImportOptions{})
		s.withMenus()
		var all []*wechatsim.Follower
		for i := range people {
			no := fmt.Sprintf("%04d", i+1)
			f := s.sim.Follower(no)
			f.Follow()
			if got := f.Say("绑定 " + no + " 职工 " + s.code(no)); !contains(got.Text, "绑定成功") {
				t.Fatal(got)
			}
			all = append(all, f)
		}
		// The first call waits until the other process has done what it finds.
		var mu sync.Mutex
		told := map[string]int{}
		var sizes []int
		first, other := make(chan struct{}), make(chan struct{})
		s.spy(func(path string, openIDs []string, call func()) {
			defer call()
			if path != tagCall {
				return
			}
			mu.Lock()
			sizes = append(sizes, len(openIDs))
			for _, id := range openIDs {
				told[id]++
			}
			waits := len(sizes) == 1
			mu.Unlock()
			if waits {
				close(first)
				<-other
			}
		})
		one := s.app
		s.start()
		two := s.app
		defer one.Close()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := one.Tags.work(context.Background()); err != nil {
				t.Error(err)
			}
		})
		<-first
		if n, err := two.Tags.work(context.Background()); err != nil || n != people-tagBatch {
			t.Errorf("the other took %d: %v", n, err)
		}
		close(other)
		wg.Wait()
		if len(told) != people {
			t.Errorf("%d people were tagged", len(told))
		}
		for id, n := range told {
			if n != 1 {
				t.Errorf("%s %d times", id, n)
			}
		}
		if slices.Max(sizes) > 50 || len(sizes) != 3 {
			t.Errorf("calls of %v", sizes)
		}
		for _, f := range all {
			if got := sees(f); got != "staff" {
				t.Errorf("%s sees %s", f.Name(), got)
			}
		}
	})
}

// A process that hangs in its call loses its claim to another, and what it
// writes down afterwards spoils nothing.
func TestTaggingLate(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons().withMenus()
		f := s.member("张三", "0001")
		s.sim.AddFault(wechatsim.Fault{Path: tagCall, Code: -1, Times: 1})
		called, goOn := make(chan struct{}), make(chan struct{})
		var calls atomic.Int32
		s.spy(func(path string, _ []string, call func()) {
			if path == tagCall && calls.Add(1) == 1 {
				close(called)
				<-goOn
			}
			call()
		})
		one := s.app
		one.Tags.real = s.now
		defer one.Close()
		s.start()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := one.Tags.work(context.Background()); err != nil {
				t.Error(err)
			}
		})
		<-called
		s.tag()
		if s.sim.Calls(tagCall) != 0 {
			t.Error("the claim did not hold")
		}
		s.wait(tagLease)
		f.Say("解绑")
		f.Say("确认解绑")
		s.sim.ClearFaults()
		s.tag() // tells WeChat that he has none
		close(goOn)
		wg.Wait()
		s.tag()
		s.expectMenu("patients", f)
	})
}
