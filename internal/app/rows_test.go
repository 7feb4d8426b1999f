package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rixue/internal/wechat/wechatsim"
)

// B5: a half-finished dialogue survives a restart, and ends with a word of
// what was kept after its time.
func TestB5Dialogue(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().sim.Follower("张三")
		f.Follow()
		f.Say("绑定")
		f.Say("0001")
		s.restart()
		if got := f.Say("张三"); !contains(got.Text, "第三步") {
			t.Fatalf("after a restart: %q", got.Text)
		}
		s.wait(31 * time.Minute)
		if got := f.Say(s.code("0001")); !contains(got.Text, "超过 30 分钟", "没有保存") {
			t.Errorf("after its time: %q", got.Text)
		}
		f.Say("绑定 0001 张三")
		s.wait(29 * time.Minute)
		if got := f.Say(s.code("0001")); !contains(got.Text, "绑定成功") {
			t.Errorf("within its time: %q", got.Text)
		}
	})
}

// B10: roster and one-time code; one person, one openid; five wrong tries lock
// for an hour; leaving unbinds.
func TestB10Binding(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		thief := s.sim.Follower("某人")
		thief.Follow()
		for i := range 5 {
			if got := thief.Say(fmt.Sprintf("绑定 0001 张三 AAAA222%d", i+2)); !contains(got.Text, "绑定失败") {
				t.Errorf("wrong try %d: %q", i+1, got.Text)
			}
		}
		right := "绑定 0001 张三 " + s.code("0001")
		if got := thief.Say(right); contains(got.Text, "绑定成功") {
			t.Error("a locked openid was bound")
		}
		owner := s.sim.Follower("张三")
		owner.Follow()
		if got := owner.Say(right); contains(got.Text, "绑定成功") {
			t.Error("a locked staff number was bound")
		}
		s.wait(61 * time.Minute)
		if got := owner.Say(right); !contains(got.Text, "绑定成功") {
			t.Errorf("an hour later: %q", got.Text)
		}
		if got := thief.Say(right); contains(got.Text, "绑定成功") {
			t.Error("the code worked twice")
		}
		if got := owner.Say("绑定 0002 李四 " + s.code("0002")); contains(got.Text, "绑定成功") {
			t.Error("one openid was bound to two members")
		}
		if got := owner.Say("学习"); !contains(got.Text, "首问负责制") {
			t.Errorf("a member: %q", got.Text)
		}
		if got := thief.Say("学习"); contains(got.Text, "首问负责制") {
			t.Error("a stranger studies")
		}
		s.load("roster", strings.ReplaceAll(testRoster, "0001,张三,内科,,第一支部,支部书记\n", ""), ImportOptions{CloseMissing: true})
		if got := owner.Say("学习"); contains(got.Text, "首问负责制") {
			t.Error("who has left still studies")
		}
	})
}

// Q3: an answer is understood in all the ways in which people write it.
func TestQ3Spellings(t *testing.T) {
	spellings := map[string][]string{
		"单选,B":    {"B", "b", "Ｂ", " b ", "B。", "选B", "我选 b", "2", "２", "答案是B", "B.", "带到或说清楚"},
		"多选,ABC":  {"ABC", "abc", "A B C", "A、B、C", "Ａ，Ｂ，Ｃ", "a,b,c", "A和B和C", "cba", "123", "1 2 3", "选ABC"},
		"判断,错":    {"错", "×", "X", "错误", "不对", "否", "F", "2", "B", "错。"},
		"判断,对":    {"对", "√", "✔", "正确", "是", "T", "1", "A", "对的"},
		"填空,周|一周": {"周", "一周", " 周。", "（周）"},
		"匹配,BA":   {"BA", "1B 2A", "1-B，2-A", "ba", "１Ｂ２Ａ"},
	}
	onBoth(t, func(t *testing.T, s *stage) {
		s.load("roster", testRoster, ImportOptions{})
		day := 0
		for q, list := range spellings {
			kind, answer, _ := strings.Cut(q, ",")
			for _, said := range list {
				day++
				s.ask(day, kind, answer)
				f := s.sim.Follower(fmt.Sprint("答题人", day))
				f.Follow()
				f.Say("绑定 0002 李四 " + s.code("0002"))
				if got := f.Say("学习"); !contains(got.Text, "第 1/1 题") {
					t.Fatalf("%s: %q", q, got.Text)
				}
				if got := f.Say(said); !contains(got.Text, "回答正确", "今日学习已完成") {
					t.Errorf("%s: %q was answered %q", q, said, got.Text)
				}
				s.wait(24 * time.Hour)
			}
		}
	}, "RIXUE_STUDY_SHUFFLE_OPTIONS=false")
}

// ask gives the current day a topic with one question.
func (s *stage) ask(n int, kind, answer string) {
	s.t.Helper()
	day := s.now().Format(time.DateOnly)
	s.load("topics", fmt.Sprintf("日期,标题,正文\n%s,主题%d,正文\n", day, n), ImportOptions{Approve: "0001"})
	options := ",,,"
	if kind == "单选" || kind == "多选" || kind == "匹配" {
		options = "请他去问导诊台,带到或说清楚,说不归自己管,找别人"
	}
	s.load("questions", fmt.Sprintf("日期,题型,题干,选项A,选项B,选项C,选项D,答案\n%s,%s,第%d问,%s,%s\n", day, kind, n, options, answer), ImportOptions{Approve: "0001"})
}

// Q5: mark, right answer, explanation and source come back at once, in the
// reply to the answer.
func TestQ5Feedback(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.withLessons().member("张三", "0001")
		f.Say("学习")
		if got := f.Say("C"); !contains(got.Text, "回答错误", "您选的是 C", "正确答案：B. 带到或说清楚", "解析：首问负责，不推诿。", "出处：医院服务规范", "第 2/3 题") {
			t.Errorf("wrong answer: %q", got.Text)
		}
		f.Say("ABC")
		if got := f.Say("错"); !contains(got.Text, "回答正确", "解析：全体职工都适用。", "出处：医院服务规范", "今日学习已完成，答对 2/3 题") {
			t.Errorf("right answer: %q", got.Text)
		}
	}, "RIXUE_STUDY_SHUFFLE_OPTIONS=false")
}

// N17: the token comes from stable_token, is asked for once, and a refused
// one is renewed once and never in a loop.
func TestN17Token(t *testing.T) {
	const stable, ips = "/cgi-bin/stable_token", "/cgi-bin/getcallbackip"
	s := newStage(t, "sqlite")
	ctx := t.Context()
	for range 3 {
		if red := redLines(Check(ctx, s.app, nil)); red != "" {
			t.Fatal(red)
		}
	}
	if n, plain := s.sim.Calls(stable), s.sim.Calls("/cgi-bin/token"); n != 1 || plain != 0 {
		t.Errorf("three checks asked stable_token %d times and token %d times", n, plain)
	}
	s.sim.KillTokens()
	before := s.sim.Calls(ips)
	if red := redLines(Check(ctx, s.app, nil)); red != "" {
		t.Errorf("after the token was killed: %s", red)
	}
	if n := s.sim.Calls(ips) - before; n != 2 {
		t.Errorf("the refused call was made %d times, want twice", n)
	}
	tokens := s.sim.Calls(stable)
	s.sim.AddFault(wechatsim.Fault{Path: ips, Code: 40001, Times: 1000})
	before = s.sim.Calls(ips)
	for range 5 {
		if red := redLines(Check(ctx, s.app, nil)); red == "" {
			t.Error("a token that is always refused is called good")
		}
	}
	if calls, asked := s.sim.Calls(ips)-before, s.sim.Calls(stable)-tokens; calls > 10 || asked > 5 {
		t.Errorf("five checks under a lasting 40001: %d calls, %d tokens", calls, asked)
	}
}

func redLines(list []Finding) string {
	var red []string
	for _, f := range list {
		if f.Light == Red {
			red = append(red, f.What+"："+f.State)
		}
	}
	return strings.Join(red, "\n")
}
