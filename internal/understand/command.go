package understand

import (
	"slices"
	"strings"
)

// word is a command and the other ways in which people write it. exact ones
// cannot be undone and are taken only as they stand.
type word struct {
	text  string
	act   Act
	exact bool
	takes bool // may be followed by arguments
}

// commands is the table of command words.
var commands = []word{
	{text: "帮助", act: Help},
	{text: "帮忙", act: Help},
	{text: "怎么用", act: Help},
	{text: "help", act: Help},
	{text: "退出", act: Quit},
	{text: "取消", act: Quit},
	{text: "算了", act: Quit},
	{text: "算了吧", act: Quit},
	{text: "不绑了", act: Quit},
	{text: "退出绑定", act: Quit},
	{text: "取消绑定", act: Quit},
	{text: "绑定", act: Bind, takes: true},
	{text: "确认解绑", act: ConfirmUnbind, exact: true},
	{text: "解绑", act: Unbind, exact: true},
	{text: "解除绑定", act: Unbind, exact: true},
	{text: "学习", act: Study},
	{text: "今日学习", act: Study},
	{text: "今天学习", act: Study},
	{text: "日学", act: Study},
	{text: "开始学习", act: Study},
	{text: "继续学习", act: Study},
	{text: "继续", act: Study},
	{text: "补学", act: MakeUp},
	{text: "我的", act: Mine},
	{text: "我的学习", act: Mine},
	{text: "不知道", act: DontKnow},
	{text: "不会", act: DontKnow},
	{text: "不清楚", act: DontKnow},
	{text: "跳过", act: Skip},
	{text: "下一题", act: Skip},
}

// What people put before and behind a command without meaning more.
var (
	politeFront = []string{"请", "您好", "你好", "麻烦", "我想要", "我想", "我要", "我"}
	politeBack  = []string{"谢谢", "一下", "吧", "啊", "呀", "了", "哦", "呢"}
)

// quiet is the punctuation that changes nothing: a question mark would.
const quiet = " 。．.!！,，、;；“”\"'‘’「」『』《》()（）"

// command finds the command at the start of a text.
func command(s string) (Reading, bool) {
	b := bare(s)
	text := squeeze(b)
	asked := impolite(text)
	unasked := impolite(strings.TrimSuffix(asked, "吗"))
	plain := squeeze(strings.Trim(s, quiet))
	for _, w := range commands {
		switch {
		case w.exact && plain == w.text, !w.exact && (equalFold(text, w.text) || equalFold(asked, w.text)):
			r := Reading{Act: w.act, Rule: "3 command"}
			if w.takes {
				r.Args = bindArgs("")
			}
			return r, true
		case w.exact && (text == w.text || unasked == w.text):
			return Reading{Act: AskCommand, Args: []string{w.text}, Rule: "3 not exact"}, true
		}
	}
	front := trimAny(b, politeFront, nil)
	for _, w := range commands {
		if !w.takes {
			continue
		}
		if rest, ok := cutWord(front, w.text); ok && !strings.HasPrefix(rest, "码") {
			return Reading{Act: w.act, Args: bindArgs(rest), Rule: "3 command"}, true
		}
	}
	return Reading{}, false
}

func equalFold(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

func impolite(s string) string { return trimAny(s, politeFront, politeBack) }

// trimAny takes words off both ends, and the punctuation between them, as
// often as they are there.
func trimAny(s string, front, back []string) string {
	for {
		was := s
		for _, w := range front {
			if rest, ok := strings.CutPrefix(s, w); ok {
				s = bare(rest)
			}
		}
		for _, w := range back {
			if rest, ok := strings.CutSuffix(s, w); ok {
				s = bare(rest)
			}
		}
		if s == was {
			return s
		}
	}
}

// cutWord takes a word off the front, blanks inside it or not.
func cutWord(s, word string) (rest string, ok bool) {
	for _, r := range word {
		if rest, ok = strings.CutPrefix(strings.TrimLeft(s, " "), string(r)); !ok {
			return "", false
		}
		s = rest
	}
	return s, true
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

// nearly asks back when a text is a slip away from a command. A slip of 绑定
// before all that binding needs is understood.
func nearly(s string) (Reading, bool) {
	b := bare(s)
	text := squeeze(b)
	for _, t := range []string{text, impolite(text)} {
		if want, ok := slips[t]; ok {
			return Reading{Act: AskCommand, Args: []string{want}, Rule: "3 slip"}, true
		}
	}
	for slip, want := range slips {
		if want != "绑定" {
			continue
		}
		if rest, ok := cutWord(b, slip); ok {
			if args := bindArgs(rest); full(args) {
				return Reading{Act: Bind, Args: args, Rule: "3 slip"}, true
			}
			return Reading{Act: AskCommand, Args: []string{want}, Rule: "3 slip"}, true
		}
	}
	return Reading{}, false
}

func full(args []string) bool { return !slices.Contains(args, "") }
