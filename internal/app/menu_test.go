package app

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"rixue/internal/wechat"
	"rixue/internal/wechat/wechatsim"
)

// applyMenu is `rixue menu --apply`.
func (s *stage) applyMenu() (printed string, err error) {
	out := &safeBuffer{}
	err = ApplyMenu(context.Background(), s.app, out)
	return out.String(), err
}

// diffMenu is `rixue menu --diff`.
func (s *stage) diffMenu() (printed string, same bool) {
	s.t.Helper()
	out := &safeBuffer{}
	same, err := DiffMenu(context.Background(), s.app, out)
	if err != nil {
		s.t.Fatal(err)
	}
	return out.String(), same
}

// withMenus publishes the menus.
func (s *stage) withMenus() *stage {
	s.t.Helper()
	if printed, err := s.applyMenu(); err != nil {
		s.t.Fatal(err, printed)
	}
	return s
}

// sees tells which menu a phone shows: patients, staff, none or something else.
func sees(f *wechatsim.Follower) string {
	var names []string
	for _, b := range f.Menu() {
		names = append(names, b.Name)
	}
	switch got := strings.Join(names, " "); got {
	case "职工绑定 帮助":
		return "patients"
	case "今日学习 学习 帮助":
		return "staff"
	case "":
		return "none"
	default:
		return got
	}
}

func menuWrites(s *stage) (n int) {
	for _, path := range []string{"create", "addconditional", "delconditional", "delete"} {
		n += s.sim.Calls("/cgi-bin/menu/" + path)
	}
	return n
}

// What is missing is said, then published once, and once only.
func TestMenuIsPublishedOnce(t *testing.T) {
	s := newStage(t, "sqlite")
	if printed, same := s.diffMenu(); same || !contains(printed, "（没有菜单）", "还没有默认菜单", "还没有职工菜单", "还没有“职工”标签",
		"学习 / 补学：点击 STUDY_MAKEUP", "职工绑定：点击 BIND", "rixue menu --apply") {
		t.Errorf("before: %v\n%s", same, printed)
	}
	if menuWrites(s)+s.sim.Calls("/cgi-bin/tags/create") != 0 {
		t.Error("looking changed something")
	}
	printed, err := s.applyMenu()
	if err != nil || !contains(printed, "已建“职工”标签", "已发布默认菜单", "已发布职工菜单", "已核对") {
		t.Fatalf("%v\n%s", err, printed)
	}
	if printed, same := s.diffMenu(); !same || !contains(printed, "与应有的一致") || contains(printed, "差别") {
		t.Errorf("after: %v\n%s", same, printed)
	}
	n := menuWrites(s)
	if printed, err := s.applyMenu(); err != nil || !contains(printed, "没有改动") || menuWrites(s) != n || s.sim.Calls("/cgi-bin/tags/create") != 1 {
		t.Errorf("a second time: %v, %d calls\n%s", err, menuWrites(s)-n, printed)
	}
}

// Whatever else is there is named, and goes; what is right stays. At no moment
// anybody is without a menu.
func TestMenuIsMadeRight(t *testing.T) {
	s := newStage(t, "sqlite").withLessons().withMenus()
	patient, member := s.sim.Follower("某人"), s.member("张三", "0001")
	patient.Follow()
	s.expectMenu("staff", member)
	s.spy(func(path string, _ []string, call func()) {
		call()
		if len(patient.Menu()) == 0 || len(member.Menu()) == 0 {
			t.Errorf("after %s: a patient sees %s, a member %s", path, sees(patient), sees(member))
		}
	})
	ctx, c := context.Background(), s.app.WeChat
	if err := c.CreateMenu(ctx, []wechat.Button{click("帮助", "HELP"), click("职工绑定", "BIND"), {Name: "官网", Type: "view", URL: "https://a.b/c"}}); err != nil {
		t.Fatal(err)
	}
	tag, err := c.CreateTag(ctx, "志愿者")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.AddConditionalMenu(ctx, tag.ID, staffMenu("https://a.b")); err != nil {
		t.Fatal(err)
	}
	staff, err := findStaffTag(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	// A newer one for the staff, which hides the right one.
	if _, err := c.AddConditionalMenu(ctx, staff, []wechat.Button{click("学习", "STUDY_TODAY")}); err != nil {
		t.Fatal(err)
	}
	if printed, same := s.diffMenu(); same || !contains(printed, "默认菜单多了「官网：打开 https://a.b/c」",
		"多了其他个性化菜单（标签“志愿者”）", "多了其他个性化菜单（标签“职工”）") || contains(printed, "还没有") {
		t.Errorf("%v\n%s", same, printed)
	}
	if printed, err := s.applyMenu(); err != nil || !contains(printed, "已发布默认菜单", "已删去其他个性化菜单（标签“志愿者”）") || contains(printed, "已发布职工菜单") {
		t.Errorf("%v\n%s", err, printed)
	}
	if printed, same := s.diffMenu(); !same || sees(patient) != "patients" || sees(member) != "staff" {
		t.Errorf("a patient sees %s, a member %s\n%s", sees(patient), sees(member), printed)
	}
	if err := c.CreateMenu(ctx, []wechat.Button{click("帮助", "HELP"), click("职工绑定", "BIND")}); err != nil {
		t.Fatal(err)
	}
	if printed, same := s.diffMenu(); same || !contains(printed, "默认菜单按钮的顺序或层次不同") {
		t.Errorf("another order: %v\n%s", same, printed)
	}
}

// Publishing that breaks off says what the account has; nobody is without a
// menu meanwhile, and doing it again ends right.
func TestMenuBreaksOff(t *testing.T) {
	for path, c := range map[string]struct {
		fault wechatsim.Fault
		says  []string // of the account, besides the step
		sees  string   // a member
	}{
		"tags/create":         {wechatsim.Fault{Code: 45056}, []string{"（没有菜单）", "还没有默认菜单", "还没有“职工”标签"}, "none"},
		"menu/create":         {wechatsim.Fault{Code: -1}, []string{"（没有菜单）", "还没有默认菜单", "还没有职工菜单"}, "none"},
		"menu/addconditional": {wechatsim.Fault{Code: -1}, []string{"  默认菜单\n    职工绑定：点击 BIND\n", "还没有职工菜单"}, "patients"},
	} {
		t.Run(path, func(t *testing.T) {
			s := newStage(t, "sqlite").withLessons()
			f := s.member("张三", "0001")
			s.tag()
			c.fault.Path, c.fault.Times = "/cgi-bin/"+path, 1
			if path == "tags/create" { // the worker has made it
				s.deleteTag()
			}
			s.sim.AddFault(c.fault)
			printed, err := s.applyMenu()
			if err == nil || !contains(err.Error(), "没有成功", "rixue menu --apply") || !contains(printed, c.says...) {
				t.Errorf("%v\n%s", err, printed)
			}
			if got := sees(f); got != c.sees {
				t.Errorf("sees %s", got)
			}
			s.withMenus()
			s.tag()
			if printed, same := s.diffMenu(); !same || sees(f) != "staff" {
				t.Errorf("again: %v, sees %s\n%s", same, sees(f), printed)
			}
		})
	}
	t.Run("an answer is lost", func(t *testing.T) {
		s := newStage(t, "sqlite")
		s.sim.AddFault(wechatsim.Fault{Path: "/cgi-bin/menu/addconditional", Times: 1, Reset: true})
		printed, err := s.applyMenu()
		if err == nil || !contains(printed, "  职工菜单\n    今日学习：点击 STUDY_TODAY\n") || contains(printed, "还没有职工菜单") {
			t.Errorf("%v\n%s", err, printed)
		}
	})
	t.Run("nothing can be read", func(t *testing.T) {
		s := newStage(t, "sqlite")
		s.sim.AddFault(wechatsim.Fault{Path: "/cgi-bin/menu/create", Times: 1, Code: 48001})
		s.sim.AddFault(wechatsim.Fault{Path: "/cgi-bin/menu/get", Times: 1, Code: 46003})
		s.sim.AddFault(wechatsim.Fault{Path: "/cgi-bin/menu/get", Code: -1})
		if printed, err := s.applyMenu(); err == nil || !contains(printed, "也读不到", "rixue menu --diff") {
			t.Errorf("%v\n%s", err, printed)
		}
		var e *wechat.Error
		if _, err := s.applyMenu(); !errors.As(err, &e) || !contains(err.Error(), "读不到", "rixue check") {
			t.Error(err)
		}
	})
}

// Each button does something, for those who see it.
func TestEveryButtonDoesSomething(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons().withMenus()
		patient, member := s.sim.Follower("某人"), s.member("张三", "0001")
		patient.Follow()
		s.tag()
		for f, buttons := range map[*wechatsim.Follower]map[string]string{
			patient: {"职工绑定": "请发您的工号", "帮助": "医院服务号"},
			member:  {"今日学习": "首问负责制", "补学": "11月", "我的": "11月已学", "学习网页": "首问负责制", "帮助": "您可以发"},
		} {
			if n := len(buttonLines(shownTo(f))); n != len(buttons) {
				t.Errorf("%s sees %d buttons", f.Name(), n)
			}
			for name, want := range buttons {
				seen, url := f.TapButton(name)
				if url != "" {
					seen.Text = opened(t, f, url)
				}
				if !contains(seen.Text, want) {
					t.Errorf("%s taps %s: %q %s", f.Name(), name, seen.Text, seen.Reason)
				}
			}
		}
	})
}

// opened is the page that a phone shows at an address.
func opened(t *testing.T, f *wechatsim.Follower, url string) string {
	t.Helper()
	resp, err := f.Browse().Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("%s: %s %v", url, resp.Status, err)
	}
	return string(b)
}

func shownTo(f *wechatsim.Follower) []wechat.Button { return fromSim(f.Menu()) }

func fromSim(buttons []wechatsim.Button) (out []wechat.Button) {
	for _, b := range buttons {
		out = append(out, wechat.Button{Name: b.Name, Type: b.Type, Key: b.Key, URL: b.URL, Sub: fromSim(b.Sub)})
	}
	return out
}

// The doctor's line.
func TestCheckLooksAtTheMenu(t *testing.T) {
	s := newStage(t, "sqlite")
	line := func() string {
		out := &safeBuffer{}
		WriteFindings(out, Check(t.Context(), s.app, nil))
		for l := range strings.Lines(out.String()) {
			if strings.Contains(l, "自定义菜单") {
				return l
			}
		}
		return ""
	}
	if got := line(); !contains(got, "[留意]", "rixue menu --apply") {
		t.Error(got)
	}
	s.withMenus()
	if got := line(); !contains(got, "[正常]", "一致") {
		t.Error(got)
	}
	s.sim.AddFault(wechatsim.Fault{Path: "/cgi-bin/menu/get", Code: 48001})
	if got := line(); !contains(got, "[留意]", "48001") {
		t.Error(got)
	}
}
