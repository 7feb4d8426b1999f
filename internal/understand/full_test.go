package understand_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rixue/internal/understand"
)

// fullContexts are those of callers that know all acts.
func fullContexts() []understand.Context {
	var all []understand.Context
	for _, open := range []string{
		"", "notice@3", "pledge@3", "pledges@3", "assigned@3", "assigned2@3", "case@30", "cases@30", "closed@9 rating@10",
		"question:single:4@2 notice@9", "question:multiple:5@900 rating@900", "question:fill@3", "question:truefalse@4",
		"step:announce.confirm@1", "step:announce.title@1", "step:unbind@1", "step:withdraw@1", "step:bind.code@1", "step:feedback@1",
	} {
		c, err := understand.ParseOpen(open)
		if err != nil {
			panic(err)
		}
		for _, role := range []understand.Role{understand.Patient, understand.Member, understand.Member | understand.Secretary, understand.Member | understand.Handler, understand.Patient | understand.Member} {
			c.Roles = role
			all = append(all, c)
		}
	}
	return all
}

// needs are the exact words of what cannot be undone.
var needs = map[understand.Act][]string{
	understand.Confirm: {"确认", "確認"}, understand.Send: {"确认发送"}, understand.Close: {"办结", "辦結"}, understand.Transfer: {"转办", "轉辦"}, understand.Return: {"退回"},
	understand.Unbind: {"解绑", "解除绑定", "解綁"}, understand.ConfirmUnbind: {"确认解绑"}, understand.WithdrawConsent: {"撤回同意"}, understand.ConfirmWithdraw: {"确认撤回"},
}

// checkFull holds for every text: no panic, the same reading each time, and
// what cannot be undone only with its exact word at the start and not asked.
func checkFull(t interface {
	Helper()
	Errorf(string, ...any)
}, text string,
) {
	t.Helper()
	for _, c := range fullContexts() {
		r := understand.Read(text, c)
		if r.Rule == "" {
			t.Errorf("%q has no rule", text)
		}
		for _, one := range append([]understand.Reading{r}, r.More...) {
			words, ok := needs[one.Act]
			if !ok {
				continue
			}
			plain := letters(text)
			if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(plain, w) }) {
				t.Errorf("%q is taken for %s in %+v", text, one.Act, c)
			}
			if strings.HasSuffix(strings.TrimSpace(text), "?") || strings.HasSuffix(strings.TrimSpace(text), "？") {
				t.Errorf("%q asks and is taken for %s in %+v", text, one.Act, c)
			}
		}
	}
}

// fullPieces make texts that come near to meaning something.
var fullPieces = append([]string{
	"确认", "确认发送", "办结", "转办", "退回", "撤回同意", "确认撤回", "撤回", "同意", "不同意", "签到", "123456", "K7M2QX", "3", "5", "接收", "回复", "延期", "查询", "反馈", "评价",
	"参加", "请假", "晚到", "五星", "红包", "着火了", "晕倒", "没有", "演练", "谢谢", "医生", "态度差", "怎么办", "发烧", "吃药", "然后", "先不", "还没", "可以吗", "人工", "退订", "日学", "第二个", "除了", "[微笑]", "【", "】",
}, pieces...)

func TestEveryTextFull(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(fullPieces), 0, 7).Draw(t, "pieces"), "")
		if rapid.Bool().Draw(t, "wild") {
			text = rapid.String().Draw(t, "text")
		}
		checkFull(t, text)
	})
}

// TestNoiseFull: what changes nothing for a person does not change the act.
func TestNoiseFull(t *testing.T) {
	plain := []string{
		"学习", "错题", "通知", "承诺", "办件", "人工", "签到 123456", "查询 K7M2QX", "接收 K7M2QX", "回复 K7M2QX 您好", "办结 K7M2QX 已退费", "确认 3", "参加", "请假 值班", "晚到",
		"退订 日学", "五星", "救命", "有人在三楼要跳楼", "主任收红包", "谢谢", "医生态度差", "血压150严重吗",
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(plain).Draw(t, "text")
		c := rapid.SampledFrom(fullContexts()).Draw(t, "context")
		noisy := addNoise(t, text)
		if got, want := understand.Read(noisy, c), understand.Read(text, c); got.Act != want.Act {
			t.Fatalf("%q is %+v, %q is %+v in %+v", text, want, noisy, got, c)
		}
	})
}

// TestPolite: politeness around a safe command does not change it.
func TestPolite(t *testing.T) {
	c := understand.Context{Roles: understand.Member}
	for _, text := range []string{"学习", "补学", "错题", "我的", "通知", "承诺", "签到 123456", "查询 K7M2QX", "人工", "帮助"} {
		want := understand.Read(text, c)
		for _, noisy := range []string{"请" + text, "你好，" + text, text + "，谢谢", "麻烦" + text + "谢谢"} {
			if got := understand.Read(noisy, c); got.Act != want.Act {
				t.Errorf("%q is %+v, %q is %+v", text, want, noisy, got)
			}
		}
	}
}

// TestLongTextsFull: what a text costs does not run away with its length.
func TestLongTextsFull(t *testing.T) {
	for _, p := range []string{"请", "拿刀", "签到", "确认", "谢谢", "[", "对不对，", "胸口", "A 参加 ", "红包", "K7M2QX", "不", "第一个"} {
		text := strings.Repeat(p, 40000/len(p))
		for _, c := range fullContexts() {
			start := time.Now()
			understand.Read(text, c)
			if d := time.Since(start); d > 200*time.Millisecond {
				t.Errorf("%q: %v", p, d)
			}
		}
	}
}

func TestParseOpen(t *testing.T) {
	c, err := understand.ParseOpen("question:single:4@20 question:multiple:5@2 pledges step:bind.no@40 notice:7@3")
	if err != nil || c.Question.Form != understand.Multiple || len(c.Question.Options) != 5 || len(c.Open) != 3 || c.Step != "" {
		t.Errorf("%+v, %v", c, err)
	}
	for _, bad := range []string{"question", "question:essay", "question:single:0", "case@x", "step", "nothing"} {
		if _, err := understand.ParseOpen(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if _, err := understand.ParseRole("king"); err == nil {
		t.Error("king is a role")
	}
}

func FuzzReadFull(f *testing.F) {
	for _, s := range []string{"确认 3", "办结 K7M2QX 已退费", "签道 123456", "A不对选C", "2 值班", "五星", "救命", "[微笑", "除了B都选"} {
		f.Add(s)
	}
	// As the callback's reader gives it out: broken bytes are gone.
	f.Fuzz(func(t *testing.T, text string) { checkFull(t, strings.ToValidUTF8(text, "")) })
}

func BenchmarkReadFull(b *testing.B) {
	member, patient := understand.Context{Roles: understand.Member, Question: single}, understand.Context{Roles: understand.Patient}
	hundred := "本人上周三在贵院体检中心做了检查，报告说好三个工作日就能出来，今天已经是第六天了还没有结果，打电话过去前台说还在审核，再打就没有人接了，单位等着交报告，请你们尽快处理并给我一个答复，谢谢。"
	for name, c := range map[string]struct {
		text string
		c    understand.Context
	}{
		"letter": {"B", member}, "command": {"签到 123456", member}, "hundred": {hundred, patient}, "danger": {"我爸突然倒地，叫不醒了", patient},
		"long": {strings.Repeat(hundred, 20), patient}, "essay": {hundred, understand.Context{Roles: understand.Member, Question: essay}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				understand.Read(c.text, c.c)
			}
		})
	}
}

func BenchmarkNewRules(b *testing.B) {
	for b.Loop() {
		understand.NewRules(nil)
	}
}
