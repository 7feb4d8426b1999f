package understand

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a command and the other ways in which people write it. exact ones
// cannot be undone and are taken only as they stand.
type word struct {
	text  string
	act   Act
	exact bool
	takes bool // may be followed by arguments
}

// commands is the table of command words; the longest that fits wins.
var commands = []word{
	{text: "帮助", act: Help},
	{text: "帮忙", act: Help},
	{text: "怎么用", act: Help},
	{text: "help", act: Help},
	{text: "退出", act: Quit},
	{text: "取消", act: Quit},
	{text: "算了", act: Quit},
	{text: "不绑了", act: Quit},
	{text: "绑定", act: Bind, takes: true},
	{text: "我要绑定", act: Bind, takes: true},
	{text: "确认解绑", act: ConfirmUnbind, exact: true},
	{text: "解绑", act: Unbind, exact: true},
	{text: "解除绑定", act: Unbind, exact: true},
	{text: "学习", act: Study},
	{text: "今日学习", act: Study},
	{text: "日学", act: Study},
	{text: "开始学习", act: Study},
	{text: "继续学习", act: Study},
	{text: "我要学习", act: Study},
	{text: "继续", act: Study},
	{text: "补学", act: MakeUp},
	{text: "我要补学", act: MakeUp},
	{text: "我的", act: Mine},
	{text: "我的学习", act: Mine},
	{text: "不知道", act: DontKnow},
	{text: "不会", act: DontKnow},
	{text: "不清楚", act: DontKnow},
	{text: "跳过", act: Skip},
	{text: "下一题", act: Skip},
}

// polite is what people put before or behind a command without meaning more.
var polite = []string{"请", "您好", "你好", "麻烦", "谢谢", "一下", "吧", "啊", "呀", "了"}

// command finds the command at the start of a text.
func command(s string) (Reading, bool) {
	b := bare(s)
	if r, ok := lookup(b); ok {
		return r, true
	}
	if p := impolite(b); p != b {
		if r, ok := lookup(p); ok {
			return r, true
		}
	}
	for _, w := range commands {
		if rest, ok := strings.CutPrefix(b, w.text); ok && w.takes {
			return Reading{w.act, bindArgs(rest), "3 command"}, true
		}
	}
	return Reading{}, false
}

func lookup(b string) (Reading, bool) {
	for _, w := range commands {
		if b == w.text || !w.exact && equalFold(b, w.text) {
			return Reading{Act: w.act, Rule: "3 command"}, true
		}
	}
	return Reading{}, false
}

func equalFold(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

func impolite(s string) string {
	for {
		was := s
		for _, p := range polite {
			s = bare(strings.TrimSuffix(strings.TrimPrefix(s, p), p))
		}
		if s == was {
			return s
		}
	}
}

// slips are commands as they are often mistyped: other characters of the same
// sound.
var slips = map[string]string{
	"学系": "学习", "学西": "学习", "雪习": "学习", "学息": "学习",
	"不学": "补学", "捕学": "补学", "朴学": "补学",
	"邦定": "绑定", "帮定": "绑定", "绑订": "绑定", "榜定": "绑定",
	"帮住": "帮助", "邦助": "帮助", "我地": "我的", "窝的": "我的",
	"推出": "退出", "解邦": "解绑", "解帮": "解绑", "跳国": "跳过",
}

// nearly asks back when a text is a slip away from a command.
func nearly(s string) (Reading, bool) {
	if want, ok := slips[bare(s)]; ok {
		return Reading{AskCommand, []string{want}, "3 slip"}, true
	}
	return Reading{}, false
}

// bindArgs finds staff number, name and code in what follows 绑定, with or
// without blanks, labels and punctuation between them.
func bindArgs(rest string) []string {
	for _, label := range []string{"我的", "工号", "姓名", "名字", "绑定码", "验证码", "是", "叫"} {
		rest = strings.ReplaceAll(rest, label, " ")
	}
	args := make([]string, 3)
	for _, f := range fields(rest) {
		han := unicode.Is(unicode.Han, firstRune(f))
		switch {
		case han && args[1] == "":
			args[1] = f
		case !han && args[0] == "" && args[1] == "":
			args[0] = f
		case !han && args[2] == "":
			args[2] = f
		default:
			return []string{"", "", ""} // more than three: ask step by step
		}
	}
	return args
}

// fields splits at blanks, punctuation and where Chinese meets Latin.
func fields(s string) []string {
	var out []string
	var last rune
	start := -1
	flush := func(end int) {
		if start >= 0 {
			out = append(out, s[start:end])
			start = -1
		}
	}
	for i, r := range s {
		switch {
		case r == '·' || r == '-':
			// inside names and numbers
		case unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r):
			flush(i)
			last = 0
			continue
		case last != 0 && unicode.Is(unicode.Han, r) != unicode.Is(unicode.Han, last):
			flush(i)
		}
		if start < 0 {
			start = i
		}
		last = r
	}
	flush(len(s))
	return out
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
