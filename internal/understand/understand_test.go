package understand_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rixue/internal/understand"
)

var (
	single   = &understand.Question{Form: understand.Single, Options: []string{"首问负责制", "三级查房", "学习", "以上都是"}}
	multiple = &understand.Question{Form: understand.Multiple, Options: []string{"洗手", "戴口罩", "量体温", "登记"}}
	judge    = &understand.Question{Form: understand.TrueFalse}
	blank    = &understand.Question{Form: understand.Text, Options: []string{"帮助", "5个工作日"}}
	essay    = &understand.Question{Form: understand.Text}
	match    = &understand.Question{Form: understand.Match, Options: []string{"急诊", "内科", "外科"}, Lefts: 2}
)

// say writes a reading in one line.
func say(r understand.Reading) string {
	return strings.TrimSpace(string(r.Act) + " " + strings.Join(r.Args, "|"))
}

func staff(q *understand.Question) understand.Context {
	return understand.Context{Staff: true, Question: q}
}

// expect reads every text in the context and compares.
func expect(t *testing.T, c understand.Context, want string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if got := understand.Read(text, c); say(got) != want {
			t.Errorf("%q: %q by rule %q, want %q", text, say(got), got.Rule, want)
		}
	}
}

func TestSingle(t *testing.T) {
	c := staff(single)
	expect(t, c, "answer A", "A", "a", "Ａ", "ａ", " A ", "\u3000A\u3000", "A。", "A！", "(A)", "（A）", "“A”", "A\u200b", "Ⓐ",
		"1", "１", "①", "1、", "1\ufe0f\u20e3", "A A", "选A", "选 A", "我选A", "我选a。", "我选择A", "答案是A", "答案：A", "我的答案是A",
		"应该是A吧", "我觉得选A", "是A", "选A项", "A选项", "A吧", "A，谢谢", "首问负责制", "首问 负责制。", "A.首问负责制", "Ａ、首问负责制")
	expect(t, c, "answer C", "C", "3", "学习", "选C", "C 学习")
	expect(t, c, "askAnswer one", "AC", "A C", "A、C", "a,c", "13", "A和B")
	expect(t, c, "askAnswer letter", "E", "选E", "5", "9", "AE")
	expect(t, c, "askAnswer none", "对", "√", "不选A", "除了A", "是不是A", "选A吗", "A或C", "什么意思", "K", "10", "？", "谢谢", "A.三级查房", "1.三级查房", "1%")
}

func TestMultiple(t *testing.T) {
	c := staff(multiple)
	expect(t, c, "answer AC", "AC", "ac", "CA", "ＡＣ", "A C", "A\u3000C", "A、C", "A，C", "A,C", "a.c", "A/C", "A+C", "A和C", "A与C",
		"A；C。", "AAC", "13", "1 3", "1、3", "①③", "选AC", "我选A、C", "答案是AC", "应该选A和C吧", "AC项",
		"洗手、量体温", "洗手，量体温", "洗手 量体温")
	expect(t, c, "answer ABCD", "abcd", "DCBA", "1234")
	expect(t, c, "answer B", "B", "戴口罩", "B. 戴口罩", "2")
	expect(t, c, "askAnswer letter", "ABE", "F")
	expect(t, c, "askAnswer none", "不选A", "洗手、睡觉", "对")
}

func TestTrueFalse(t *testing.T) {
	c := staff(judge)
	expect(t, c, "answer A", "对", "对的", "正确", "正确。", "√", "√。", "✓", "✔", "✔\ufe0f", "✔\ufe0e", "☑", "✅", "⭕", "是", "是的", "是的。", "是对的",
		"T", "true", "Y", "yes", "A", "a", "Ａ", "1", "１", "没错", "对 ", " 对", "对！", "我选对", "我觉得对", "答案是对", "答案：√", "选A", "对吧")
	expect(t, c, "answer B", "错", "错的", "错误", "×", "Ｘ", "x", "✗", "✘", "✖", "✕", "❌", "❌。", "否", "不对", "不对。", "不正确", "不是", "F", "False", "N", "no",
		"B", "b", "2", "0", "我选错", "答案是错误")
	expect(t, c, "askAnswer none", "C", "对吗", "不错", "也许", "AB", "对错")
}

func TestFillAndShort(t *testing.T) {
	expect(t, staff(blank), "answer 帮助", "帮助")
	expect(t, staff(blank), "answer 5个工作日", "5个工作日", "５个工作日")
	expect(t, staff(blank), "answer A", "A")
	expect(t, staff(blank), "answer 5%", "5%")
	expect(t, staff(essay), "help", "帮助", "帮助。")
	expect(t, staff(essay), "skip", "跳过")
	expect(t, staff(essay), "dontKnow", "不知道", "我不知道")
	expect(t, staff(essay), "askCommand 退出", "推出") // a slip is asked back before it is taken for an answer
	text := "我认为，应该“首问负责”（见制度）。\n第二，限时办结！"
	expect(t, staff(essay), "answer "+text, text, "  "+text+"\u200b\n")
}

func TestMatch(t *testing.T) {
	c := staff(match)
	expect(t, c, "answer BA", "1B 2A", "1b2a", "１Ｂ　２Ａ", "1-B，2-A", "1→B；2→A", "BA", "B A", "b、a", "2A 1B", "①B②A", "1.B 2.A")
	expect(t, c, "answer AA", "1A 2A")
	expect(t, c, "askAnswer none", "B", "1B", "12", "1B 2", "1B 1A", "1B 2A 1C", "1B 2A 2", "1 2A", "随便", "？？")
	expect(t, c, "askAnswer letter", "1D 2A", "3A", "1A 2B 3C", "ABC")
}

// TestNumbersAsOptions: a digit means the order shown, unless it is the text of
// another option; a figure of several signs is an option's text.
func TestNumbersAsOptions(t *testing.T) {
	days := staff(&understand.Question{Form: understand.Single, Options: []string{"3", "５", "7", "10"}})
	expect(t, days, "askAnswer none", "3", "7", "5", "5。")
	expect(t, days, "answer A", "1", "A")
	expect(t, days, "answer D", "10", "4", "D", "D. 10")
	hours := staff(&understand.Question{Form: understand.Single, Options: []string{"15小时", "1.5小时", "5%", "5‰", "-5℃", "5℃"}})
	expect(t, hours, "answer B", "1.5小时", "１．５小时", "1.5 小时")
	expect(t, hours, "answer A", "15小时")
	expect(t, hours, "answer C", "5%", "5％")
	expect(t, hours, "answer D", "5‰")
	expect(t, hours, "answer E", "-5℃", "－5℃", "−5℃")
	blood := staff(&understand.Question{Form: understand.Single, Options: []string{"B型", "A型", "AB型", "O型"}})
	expect(t, blood, "answer C", "AB型", "C", "C、AB型")
	expect(t, blood, "answer B", "A型", "b")
	expect(t, blood, "answer A", "A、B型", "A. B型")
	sex := staff(&understand.Question{Form: understand.Single, Options: []string{"女", "男"}})
	expect(t, sex, "answer B", "男", "男。", "2", "b")
	marks := staff(&understand.Question{Form: understand.Single, Options: []string{"！", "……"}})
	expect(t, marks, "askAnswer none", "？？", "。。")
	expect(t, marks, "answer B", "……")
}

func TestCommands(t *testing.T) {
	for want, texts := range map[string][]string{
		"help":     {"帮助", "帮助。", "请帮助", "帮 助", "HELP", "ｈｅｌｐ", "Help!", "怎么用", "怎么用？", "麻烦帮助一下，谢谢"},
		"quit":     {"退出", "退出。", "我要退出", "算了", "算了吧", "取消", "不绑了", "退出绑定"},
		"study":    {"学习", " 学习 ", "学　习", "学习！", "“学习”", "【学习】", "学习吧", "你好，学习", "我要学习", "我想学习", "今日学习", "日学", "继续", "请开始学习", "学习👍"},
		"makeUp":   {"补学", "我要补学", "补学一下", "补 学。"},
		"mine":     {"我的", "我的学习", "我的。"},
		"dontKnow": {"不知道", "不知道啊", "我不知道", "不会", "我不会", "不清楚。"},
		"skip":     {"跳过", "跳过吧", "下一题", "跳过！"},
		"":         {"", " ", "\u3000", "\u200b", "？", "今天天气不错", "学习强国", "不学习", "别跳过", "请", "谢谢", "确认", "知道"},
	} {
		expect(t, understand.Context{Staff: true}, want, texts...)
		expect(t, understand.Context{}, want, texts...)
	}
	for _, q := range []*understand.Question{multiple, judge, match, essay} {
		expect(t, staff(q), "help", "帮助", "帮助！")
		expect(t, staff(q), "study", "学习", "我要学习")
		expect(t, staff(q), "dontKnow", "不知道")
		expect(t, staff(q), "skip", "跳过")
		expect(t, staff(q), "unbind", "解绑")
	}
}

// TestNothingOpen: staff who answer without a question are told so; others are
// not understood.
func TestNothingOpen(t *testing.T) {
	for _, text := range []string{"A", "AC", "对", "√", "选B", "1"} {
		if got := understand.Read(text, understand.Context{Staff: true}).Act; got != understand.Answer {
			t.Errorf("staff: %q is %q", text, got)
		}
	}
	expect(t, understand.Context{}, "", "A", "AC", "对", "√", "选B", "1")
	expect(t, understand.Context{Staff: true}, "", "K", "10086", "ABCDEFGH")
}

// TestExact: what cannot be undone needs the word, and nothing that negates or
// asks.
func TestExact(t *testing.T) {
	for _, c := range []understand.Context{{}, {Staff: true}, staff(single), {Staff: true, Step: "unbind"}, {Step: "bind.name"}} {
		expect(t, c, "unbind", "解绑", "解绑。", " 解　绑 ", "“解绑”", "解绑！", "解除绑定")
		expect(t, c, "confirmUnbind", "确认解绑", "确认 解绑", "确认解绑。", "“确认解绑”", "　确认解绑　")
		expect(t, c, "askCommand 解绑", "解绑?", "解绑？", "解绑吗", "解绑吗？", "请解绑", "解绑吧", "我要解绑", "解绑了吗", "解邦")
		expect(t, c, "askCommand 确认解绑", "确认解绑？", "确认解绑吗", "确认解绑吗？", "确认解绑吧", "我确认解绑")
	}
	expect(t, understand.Context{Staff: true}, "", "先不解绑", "不要解绑", "不解绑", "别解绑", "不确认解绑", "先不确认解绑", "确认不解绑",
		"怎么解绑", "解绑 1001", "确认", "确认发送", "解绑确认解绑", "确认解绑可以吗")
}

func TestSlips(t *testing.T) {
	c := understand.Context{Staff: true}
	expect(t, c, "askCommand 学习", "学系", "学西。", "请学息")
	expect(t, c, "askCommand 补学", "捕学", "不学")
	expect(t, c, "askCommand 绑定", "邦定", "帮定一下", "邦定 1001")
	expect(t, c, "bind 1001|张三|ABCD2345", "邦定 1001 张三 ABCD2345")
	expect(t, staff(single), "askCommand 跳过", "跳国")
	expect(t, understand.Context{Step: "bind.no"}, "askCommand 帮助", "帮住")
	expect(t, understand.Context{Step: "bind.name"}, "askCommand 退出", "推出")
}

func TestSteps(t *testing.T) {
	for _, step := range []string{"bind.no", "bind.name", "bind.code", "unbind"} {
		for _, q := range []*understand.Question{nil, single, judge, essay} {
			c := understand.Context{Step: step, Question: q}
			expect(t, c, "help", "帮助", "帮助。", "请帮助")
			expect(t, c, "quit", "退出", "退出！", "算了", "不绑了")
			expect(t, c, "step 1001", "1001", " 1001 ")
			expect(t, c, "step A", "A") // not the question's answer
			expect(t, c, "step 张三", "张三", "\u200b张三")
		}
	}
	number := understand.Context{Step: "bind.no"}
	expect(t, number, "step 1001", "1001。", "１００１", "工号1001", "工号：1001", "我的工号是1001", "我的工号是 1001")
	expect(t, number, "step KS-01", "KS-01", "工号 KS-01")
	expect(t, number, "step 护1001", "护1001")
	expect(t, number, "bind 1001|张三|ABCD2345", "1001 张三 ABCD2345", "工号1001，姓名张三，绑定码ABCD2345")
	who := understand.Context{Step: "bind.name"}
	expect(t, who, "step 张三", "我叫张三", "姓名：张三", "我是张三", "姓名是张三", "张三。")
	expect(t, who, "step 阿依古丽·买买提", "阿依古丽·买买提", "我叫阿依古丽·买买提")
	expect(t, who, "step Anna Li", "Anna Li")
	expect(t, who, "step 张 三", "张 三")
	code := understand.Context{Step: "bind.code"}
	expect(t, code, "step ABCD2345", "ABCD2345", "绑定码ABCD2345", "绑定码是 ABCD2345", "验证码：ABCD2345")
	expect(t, code, "step abcd-2345", "abcd-2345")
	expect(t, code, "step ABCD 2345", "ABCD 2345")
	// Another kind of step keeps what was written.
	expect(t, understand.Context{Step: "other"}, "step 姓名：张三（男）", "姓名：张三（男）")
}

func TestBind(t *testing.T) {
	for _, c := range []understand.Context{{}, {Staff: true}, staff(single), staff(essay), {Step: "bind.code"}} {
		expect(t, c, "bind ||", "绑定", "绑定。", "我要绑定", "请绑定", "绑定一下", "绑 定")
		expect(t, c, "bind 1001|张三|ABCD2345",
			"绑定 1001 张三 ABCD2345", "绑定　１００１　张三　ＡＢＣＤ２３４５", "绑定1001张三ABCD2345", "绑定 1001张三ABCD2345",
			"绑定，1001，张三，ABCD2345", "绑定：1001/张三/ABCD2345", "绑定1001-张三-ABCD2345", "绑定+1001+张三+ABCD2345", "绑定_1001_张三_ABCD2345",
			"绑定 工号1001 姓名张三 绑定码ABCD2345", "绑定工号1001姓名张三绑定码ABCD2345", "绑定 工号：1001，姓名：张三，绑定码：ABCD2345",
			"绑定 我的工号是1001，姓名是张三，绑定码是ABCD2345", "绑定 1001 我叫张三 ABCD2345", "绑定 职工号1001张三验证码ABCD2345",
			"绑定 姓名张三 工号1001 绑定码ABCD2345", "绑定 绑定码ABCD2345 工号1001 姓名张三", "绑定 张三 1001 ABCD2345", "绑定 张三 职工号1001 ABCD2345",
			"绑定\n1001\n张三\nABCD2345", "绑定【1001】【张三】【ABCD2345】", "绑定 1001 张三 ABCD 2345", "绑定 10 01 张三 ABCD2345", "请绑定 1001 张三 ABCD2345",
			"我要绑定 1001 张三 ABCD2345", "你好，绑定 1001 张三 ABCD2345 谢谢", "绑 定 1001 张三 ABCD2345", "绑定 1001\u200b 张三 ABCD2345。")
	}
	c := understand.Context{}
	expect(t, c, "bind 1001||", "绑定 1001", "绑定 工号 1001", "绑定1001")
	expect(t, c, "bind 1001|张三|", "绑定 1001 张三", "绑定 张三 1001", "绑定 我叫张三，工号1001")
	expect(t, c, "bind |张三|", "绑定 张三", "绑定 我是张三")
	expect(t, c, "bind |张三|ABCD2345", "绑定 张三 ABCD2345", "绑定 姓名张三 绑定码ABCD2345")
	expect(t, c, "bind ||ABCD2345", "绑定 绑定码ABCD2345")
	expect(t, c, "", "绑定码ABCD2345", "绑定码丢了")
	expect(t, c, "bind KS-01|张三|abcd-2345", "绑定 KS-01 张三 abcd-2345")
	expect(t, c, "bind A_1/2.3|张三|ABCD2345", "绑定 A_1/2.3 张三 ABCD2345")
	expect(t, c, "bind N0012a|欧阳若是|ABCD2345", "绑定 N0012a 欧阳若是 ABCD2345")
	expect(t, c, "bind 1001|阿依古丽·买买提|ABCD2345", "绑定 1001 阿依古丽·买买提 ABCD2345", "绑定1001阿依古丽·买买提ABCD2345")
	expect(t, c, "bind 1001|阿依古丽•买买提|ABCD2345", "绑定 1001 阿依古丽•买买提 ABCD2345")
	expect(t, c, "bind 1001|Anna Li|ABCD2345", "绑定 1001 Anna Li ABCD2345")
	expect(t, c, "bind ||", "绑定 张三 李四 1001", "绑定 护 1001 张三 ABCD2345") // cannot be told apart
	if got := understand.Read("不绑定", c); got.Act != understand.Unclear {
		t.Errorf("不绑定: %+v", got)
	}
}

func TestFold(t *testing.T) {
	for _, same := range [][]string{
		{"首问负责制", " 首问，负责制。", "首问　负责制！", "首问\u200b负责制"},
		{"COVID-19", "covid19", "ＣＯＶＩＤ－１９"},
		{"10-15分钟", "10—15分钟", "10～15 分钟", "10~15分钟"},
		{"8:00", "8：00", "８：００"},
		{"1000", "1,000", "1，000"},
		{"√", "√。"},
		{"5%", "5％"},
	} {
		for _, s := range same {
			if !understand.Same(same[0], s) {
				t.Errorf("%q and %q differ: %q, %q", same[0], s, understand.Fold(same[0]), understand.Fold(s))
			}
		}
	}
	different := []string{"1.5", "15", "1/5", "-15", "15%", "15‰", "1-5", "8:00", "800", "√", "×", "+", "-", "?", "!", "", "10-15", "1015"}
	for i, a := range different {
		for _, b := range different[i+1:] {
			if understand.Same(a, b) {
				t.Errorf("%q and %q are the same", a, b)
			}
		}
	}
}

// TestRule: every reading says by which rule it came about, and an answer or a
// step's text always comes with its argument.
func TestRule(t *testing.T) {
	for _, text := range []string{"", "A", "学习", "学系", "天气", "解绑?", "1B 2A", "首问负责制", "E", "绑定 1"} {
		for _, c := range contexts() {
			r := understand.Read(text, c)
			if r.Rule == "" {
				t.Errorf("%q in %+v has no rule", text, c)
			}
			wants := []understand.Act{understand.Answer, understand.AskAnswer, understand.StepText, understand.AskCommand}
			if slices.Contains(wants, r.Act) != (len(r.Args) == 1) || (r.Act == understand.Bind) != (len(r.Args) == 3) {
				t.Errorf("%q in %+v: %+v", text, c, r)
			}
		}
	}
	if diff := cmp.Diff(understand.Reading{Rule: "empty"}, understand.Read(" ", staff(single))); diff != "" {
		t.Error(diff)
	}
}
