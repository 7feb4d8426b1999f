package understand

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// spelled are the commands as they are spelled in pinyin.
var spelled = map[string]string{
	"qiandao": "签到", "xuexi": "学习", "buxue": "补学", "cuoti": "错题", "wode": "我的", "bangzhu": "帮助", "tuichu": "退出", "rengong": "人工", "tongzhi": "通知", "chengnuo": "承诺", "fankui": "反馈", "chaxun": "查询",
	"banjian": "办件", "bangding": "绑定", "jiebang": "解绑", "tiaoguo": "跳过", "queren": "确认", "banjie": "办结", "zhuanban": "转办", "tuihui": "退回", "jieshou": "接收", "huifu": "回复", "yanqi": "延期", "pingjia": "评价", "chehui": "撤回", "dingyue": "订阅", "tuiding": "退订", "tongyi": "同意", "qingjia": "请假", "canjia": "参加", "wandao": "晚到",
}

// alone are the commands that stand alone, whose slips are asked back.
var standing = []struct {
	text  string
	staff bool
}{
	{"学习", true},
	{"补学", true},
	{"错题", true},
	{"我的", true},
	{"帮助", false},
	{"退出", false},
	{"人工", false},
	{"通知", true},
	{"承诺", true},
	{"办件", true},
	{"绑定", false},
	{"解绑", false},
	{"跳过", true},
	{"查询", false},
	{"反馈", false},
	{"评价", false},
	{"发通知", true},
	{"确认发送", true},
	{"确认解绑", true},
	{"确认撤回", false},
	{"撤回同意", false},
	{"订阅", true},
	{"退订", true},
	{"转人工", false},
	{"签到", true},
	{"不知道", true},
	{"同意", true},
	{"参加", true},
	{"请假", true},
	{"晚到", true},
}

// words that sound like a command and mean themselves.
var meant = []string{"同志", "统一", "恢复", "平价", "嗯", "言情", "成果", "不会", "不知", "反悔", "会复", "结束", "借"}

// slip reads a text whose first word sounds like a command, or misses it by
// one character: with arguments that fit it is understood, else asked back.
func (r *Rules) slip(s, text string, c *Context) (Reading, bool) {
	if c.Question != nil && c.Question.Form == Text {
		return nearly(s)
	}
	b := bare(s)
	if said, ok := nearly(s); ok && (c.member() || said.Act == AskCommand && said.Args[0] != "补学" && said.Args[0] != "学习" && said.Args[0] != "我的") {
		return said, true
	}
	b = spell(b)
	t := impolite(squeeze(b))
	if slices.Contains(meant, t) {
		return Reading{}, false
	}
	for _, w := range standing {
		if (!w.staff || c.member()) && (t == w.text || r.sounds(t, w.text) == len(t) && t != "" || r.sounds(b, w.text) > 0 && !strings.HasPrefix(b, w.text) && strings.HasPrefix(b[r.sounds(b, w.text):], " ") && !r.isVerb(w.text)) {
			return Reading{Act: AskCommand, Args: []string{w.text}, Rule: "3 slip", Sure: AskBack}, true
		}
	}
	for _, x := range verbs {
		n := r.sounds(b, x.text)
		if n == 0 || n == len(b) || x.staff && !c.member() {
			continue
		}
		if said, ok := (&parse{x, b[n:], text, c, true, r}).read(); ok && (parted(b[n:]) || unicode.IsDigit(firstRune(b[n:])) || said.Args != nil && said.Sure != AskBack && x.takes != takesWords) {
			return said, true
		}
	}
	return r.typo(b, c)
}

// spell writes a command that stands in pinyin.
func spell(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) || r >= 0x80 })
	if end < 0 {
		end = len(s)
	}
	if w, ok := spelled[strings.ToLower(s[:end])]; ok {
		return w + s[end:]
	}
	return s
}

// sounds is the length of the start of a text that sounds like a word, 0 if
// none does; blanks inside do not count.
func (r *Rules) sounds(s, word string) int {
	at := 0
	for _, want := range word {
		at += len(s[at:]) - len(strings.TrimLeft(s[at:], " "))
		got, size := utf8.DecodeRuneInString(s[at:])
		if size == 0 || !r.han.sameSound(got, want) {
			return 0
		}
		at += size
	}
	return at
}

// typo asks back where one character of two is wrong and a number follows that
// fits, or where a character is missing or twice.
func (r *Rules) typo(b string, c *Context) (Reading, bool) {
	first, n := utf8.DecodeRuneInString(b)
	second, m := utf8.DecodeRuneInString(b[n:])
	if m == 0 {
		return Reading{}, false
	}
	for _, x := range verbs {
		w := []rune(x.text)
		if len(w) != 2 || x.staff && !c.member() || x.takes == takesWords || x.takes == takesStars {
			continue
		}
		for end, miss := range map[int]bool{n: w[0] == first || w[1] == first, n + m: (w[0] == first) != (w[1] == second), 3 * n: w[0] == first && w[0] == second} {
			if !miss || end > len(b) {
				continue
			}
			rest := b[end:]
			_, _, isCase := caseNumber(rest)
			code, _ := digits(rest)
			if isCase && (x.takes == takesCase || x.takes == takesText) || len(code) == 6 && x.takes == takesCode {
				return Reading{Act: AskCommand, Args: []string{x.text}, Rule: "3 slip", Sure: AskBack}, true
			}
		}
	}
	return Reading{}, false
}

// isVerb tells whether a command takes arguments that a slip is judged by.
func (r *Rules) isVerb(w string) bool {
	for _, x := range verbs {
		if x.text == w {
			return true
		}
	}
	return false
}
