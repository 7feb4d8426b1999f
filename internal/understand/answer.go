package understand

import (
	"strings"
	"unicode/utf8"
)

// say reads a text as the answer to the question, in everyday words as well.
// What does not fit is an AskAnswer.
func (q *Question) say(s, text string) Reading {
	if q.Form == Text {
		return Reading{Act: Answer, Args: []string{clean(text)}, Rule: "4 text"}
	}
	s = strings.ReplaceAll(pictures(s), "还有", "、")
	if s == "" {
		return Reading{Act: AskAnswer, Args: []string{NoAnswer}, Rule: "4 no answer", Sure: AskBack}
	}
	if q.Form == Match {
		s = matchWords.Replace(s)
	}
	if r, ok := q.optionText(s); ok {
		return r
	}
	if r, ok := q.read(s); ok {
		return r
	}
	for _, t := range []string{corrected(s), spokenChoice(s, len(q.Options))} {
		if t == "" || t == s {
			continue
		}
		if r, ok := q.everyday(t); ok {
			return r
		}
	}
	if r, ok := q.everyday(s); ok {
		return r
	}
	return Reading{Act: AskAnswer, Args: []string{NoAnswer}, Rule: "4 no answer", Sure: AskBack}
}

// What people put around an answer beside aroundFront and aroundBack.
var (
	sayFront = []string{"我觉得", "我认为", "我猜", "我想", "我蒙", "蒙一个", "蒙", "猜", "瞎猜", "选项", "选择", "选", "肯定", "必须", "果断", "当然", "那就", "那", "就", "还是", "应该", "可能", "大概", "估计", "答", "答案", "是", "为", "嗯", "好的", "老师", "本题", "这题", "这道题", "此题", "题目", "这句话", "这个说法", "该说法", "说法", "我", "的", "只有", "只", "一定", "个", "打", "判断", "全", "改成", "改为", "改选", "改", "更正", "第一题", "第二题", "第三题", "第四题", "第五题", "呃", "额", "em", "emm", "哦", "啊", "你好", "您好", "回复", "提交", "填", "确定", "大家", "都"}
	sayBack  = []string{"选项", "项", "吧", "啊", "呢", "谢谢", "老师", "哦", "啦", "哈", "咯", "呗", "嘛", "了", "的", "呀", "正确", "没错", "我确定", "确定", "是正确答案", "是对的", "是正确的", "对的", "都选", "都对", "都要", "都是", "不知道对不对", "猜的", "蒙的", "瞎猜的", "我猜的", "对不对", "肯定", "不太确定", "不确定", "没把握", "谢谢老师", "这个", "一个", "几个", "两个", "三个", "无误", "绝对", "应该", "我觉得", "我认为", "答案", "选", "辛苦", "好了", "吧应该", "无疑", "哈哈", "哈哈哈", "嘿嘿"}
)

// everyday takes the words around an answer off and reads what is left.
func (q *Question) everyday(s string) (Reading, bool) {
	if doubtful(s) {
		return Reading{}, false
	}
	if set, ok := q.except(s); ok {
		return set, true
	}
	t := bare(s)
	for {
		if r, ok := q.optionText(t); ok {
			return r, true
		}
		if r, ok := q.read(t); ok {
			return r, true
		}
		next := trimOnce(t)
		if next == t || next == "" {
			return Reading{}, false
		}
		t = next
	}
}

// trimOnce takes one word off, the longest that fits, the front first.
func trimOnce(t string) string {
	front, back := "", ""
	for _, w := range sayFront {
		if len(w) > len(front) && strings.HasPrefix(t, w) {
			front = w
		}
	}
	for _, w := range sayBack {
		if len(w) > len(back) && strings.HasSuffix(t, w) {
			back = w
		}
	}
	if front != "" {
		return bare(t[len(front):])
	}
	return bare(t[:len(t)-len(back)])
}

// doubtful tells whether a text negates, asks or wavers: it is asked back.
func doubtful(s string) bool {
	if strings.ContainsAny(s, "?") || strings.HasSuffix(bare(s), "吗") {
		return true
	}
	return hasAny(s, "不选", "不是", "还是选", "或", "除了", "别选", "是不是", "要么", "也可能") && !hasAny(s, "除了") || betweenLetters(s, "还是")
}

// betweenLetters tells whether a word stands between two letters: A还是B.
func betweenLetters(s, word string) bool {
	before, after, ok := strings.Cut(squeeze(s), word)
	if !ok || before == "" || after == "" {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(before)
	return optionOf(last) >= 0 && optionOf(firstRune(after)) >= 0
}

// except reads 除了B都选 of a multiple choice, and 全选.
func (q *Question) except(s string) (Reading, bool) {
	if q.Form != Multiple {
		return Reading{}, false
	}
	every := uint16(1)<<len(q.Options) - 1
	t := squeeze(bare(s))
	switch trimAny(t, []string{"我", "选", "应该", "答案", "是"}, []string{"吧", "了", "的", "啊"}) {
	case "全选", "都选", "全部", "全都选", "全部选", "全要", "都对", "全对", "全都对", "全部都对", "都是", "全是", "以上都对", "以上都是", "全部正确", "都正确", "四个都选", "全部都选", "所有", "所有选项", "每个都选", "通通选", "四个都对", "都要":
		return Reading{Act: Answer, Args: []string{letters(every)}, Rule: "4 all of them", Sure: Likely}, true
	}
	rest, ok := strings.CutPrefix(t, "除了")
	if !ok {
		return Reading{}, false
	}
	for _, w := range []string{"其他都选", "其它都选", "其余都选", "都选", "其他全选", "其余全选", "全选", "都对", "其他都对", "其余都对", "以外都选", "外都选", "之外都选", "其他都是", "都是"} {
		out, cut := strings.CutSuffix(rest, w)
		if set, ok := lettersOf(out); cut && ok && set&^every == 0 && set != every {
			return Reading{Act: Answer, Args: []string{letters(every &^ set)}, Rule: "4 all but some", Sure: Likely}, true
		}
	}
	return Reading{}, false
}

// corrected is what is left of a text behind the last word that corrects it:
// A不对选C says C. "" if none does.
func corrected(s string) string {
	at := -1
	for _, w := range []string{"不对,", "不对", "错了,", "错了", "更正为", "更正", "改成", "改为", "改选", "改", "应该是", "应该选", "我选错了", "写错了", "打错了", "按错了", "点错了", "选错了", "手滑了", "手滑", "还是选", "不不不", "算了", "哦不", "啊不", "不是A是", "不选A选", "不是,", "不,"} {
		if i := strings.LastIndex(s, w); i >= 0 && i+len(w) > at && bare(s[i+len(w):]) != "" {
			at = i + len(w)
		}
	}
	for _, w := range []string{"不是", "不选"} { // 不是A，是C
		i := strings.LastIndex(s, w)
		if i < 0 {
			continue
		}
		after := s[i+len(w):]
		for _, but := range []string{"是", "选", "而是"} {
			if j := strings.LastIndex(after, but); j > 0 && bare(after[j+len(but):]) != "" && i+len(w)+j+len(but) > at {
				at = i + len(w) + j + len(but)
			}
		}
	}
	if at < 0 {
		return ""
	}
	return bare(s[at:])
}

// ordinals name an option by its place.
var ordinals = map[rune]rune{'一': 'A', '二': 'B', '三': 'C', '四': 'D', '五': 'E', '六': 'F', '1': 'A', '2': 'B', '3': 'C', '4': 'D', '5': 'E', '6': 'F'}

// spokenChoice writes 第二个, 最后一个 and 一、三 with letters; "" if none is there.
func spokenChoice(s string, options int) string {
	t := squeeze(bare(s))
	if options > 0 {
		last := string(rune('A' + options - 1))
		for _, w := range []string{"最后一个选项", "最后一个", "最后那个", "最后一项", "倒数第一个"} {
			t = strings.ReplaceAll(t, w, last)
		}
	}
	var b strings.Builder
	changed := t != squeeze(bare(s))
	runes := []rune(t)
	onlyHan := onlyNumerals(runes)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		if r == '第' && i+1 < len(runes) && ordinals[runes[i+1]] != 0 && (i+2 == len(runes) || runes[i+2] != '题') {
			b.WriteRune(ordinals[runes[i+1]])
			i++
			for i+1 < len(runes) && strings.ContainsRune("个项条选", runes[i+1]) {
				i++
			}
			changed = true
			continue
		}
		if onlyHan && ordinals[r] != 0 {
			r, changed = ordinals[r], true
		}
		b.WriteRune(r)
	}
	if !changed {
		return ""
	}
	return b.String()
}

// onlyNumerals tells whether a text is nothing but Chinese numerals.
func onlyNumerals(runes []rune) bool {
	for _, r := range runes {
		if (ordinals[r] == 0 || r < 0x80) && !isMark(r) && !strings.ContainsRune("和与及选", r) {
			return false
		}
	}
	return len(runes) > 0
}

// matchWords are what people write between the two of a pair.
var matchWords = strings.NewReplacer("对应", "-", "对", "-", "配", "-", "选", "-", "连", "-", "是", "-")

// clauses parts a text where a person would pause.
func clauses(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,。;!、\n", r) })
}
