package understand

import (
	"strings"
	"unicode/utf8"
)

// patientWords are what people say about a case of theirs.
var patientWords = map[tag]string{
	tTakeBack: `不投诉了 不投诉 撤诉 撤销投诉 取消投诉 撤回投诉 投诉撤 不告了 不追究 不反映了 不用处理了 不用管了 当我没说 就这样算了 不计较了 不想投诉`,
	tProgress: `处理得怎么样 处理的怎么样 处理怎么样 怎么样了 办到哪 办得怎么样 处理到哪 进度 进展 有结果 结果呢 出结果了 处理好了吗 处理了吗 处理完了吗 解决了吗 办好了吗 办完了吗 什么时候有结果 什么时候能处理 什么时候处理 多久能处理 到哪一步 到哪步 有消息 有没有消息 状态 回复了吗 有回复吗 有没有回复`,
}

// freshCase is how old the last exchange of a case may be for a free text to
// belong to it, in minutes.
const freshCase = 48 * 60

// freeText reads what is neither command nor answer from somebody who is no
// member, or tells of the hospital.
func (r *Rules) freeText(v *sight, text string, c *Context) Reading {
	if v.has[tTakeBack] && !v.mightContinue() {
		return r.takeBack(c)
	}
	if hasAny(v.text, "怎么绑定", "如何绑定", "绑定不了", "绑定失败") {
		return Reading{Act: Help, Rule: "3 asks how", Sure: Likely}
	}
	if v.medical() && !v.harmed() && (len(v.text) <= 180 || !v.has[tPlace]) {
		return Reading{Act: Medical, Rule: "7 medical question"}
	}
	if small(v.text, r) || v.has[tThanks] && !v.any(tGood, tAsks, tWish, tPlace) && !v.bad() && utf8.RuneCountInString(v.text) < 13 {
		return Reading{Act: SmallTalk, Rule: "6 small talk"}
	}
	class := v.class()
	if v.has[tMachine] {
		class = ""
	}
	mine := c.count(OpenCase)
	if v.has[tProgress] && mine > 0 && !v.angry() {
		return implied(Query, c, OpenCase, "6 asks for its state")
	}
	return r.file(v, class, text, c)
}

// file finds the case to which a text belongs.
func (r *Rules) file(v *sight, class, text string, c *Context) Reading {
	open := c.count(OpenCase)
	switch {
	case open > 1:
		return Reading{Act: AskWhich, Args: []string{string(OpenCase)}, Rule: "6 several cases", Sure: AskBack}
	case open == 1 && c.item(OpenCase).Ago <= freshCase:
		return Reading{Act: Append, Args: []string{c.item(OpenCase).Number, clean(text)}, Rule: "8 added to the open case", Sure: Likely}
	case open == 0 && c.count(OpenClosed)+c.count(OpenRating) > 0 && class != Praise && (class != "" || utf8.RuneCountInString(bare(v.text)) > 2):
		return Reading{Act: AskReopen, Args: []string{clean(text)}, Rule: "6 after closing", Sure: AskBack}
	case class != "":
		return Reading{Act: Feedback, Args: []string{class, clean(text)}, Rule: "6 " + class, Sure: Likely}
	}
	return Reading{Act: OfferFeedback, Args: []string{clean(text)}, Rule: "6 unclear", Sure: AskBack}
}

// takeBack asks before a case is taken back.
func (r *Rules) takeBack(c *Context) Reading {
	if c.count(OpenCase) > 1 {
		return Reading{Act: AskWhich, Args: []string{string(OpenCase)}, Rule: "6 takes back, several cases", Sure: AskBack}
	}
	number := ""
	if c.count(OpenCase) == 1 {
		number = c.item(OpenCase).Number
	}
	return Reading{Act: WithdrawCase, Args: []string{number}, Rule: "6 takes back", Sure: Likely}
}

// mightContinue tells whether who says that he does not complain does so.
func (v *sight) mightContinue() bool {
	return contains(v.text, "不投诉不") || contains(v.text, "不投诉你们") || contains(v.text, "能不投诉") || contains(v.text, "但") || contains(v.text, "要不要投诉")
}

// harmed tells whether a text with a symptom in it complains of the hospital.
func (v *sight) harmed() bool {
	return v.bad() && (v.angry() || contains(v.text, "护士") || contains(v.text, "没人")) && !strings.HasSuffix(v.text, "吃什么药")
}

// smallWords are thanks, greetings and the like; a text of nothing else is
// small talk.
var smallWords = []string{
	"费心了", "费心", "麻烦你们", "麻烦了", "晓得了", "晓得", "咯", "平安", "喜乐", "平安喜乐", "谢谢", "谢谢你", "谢谢您", "谢谢你们", "谢谢啦", "谢谢医生", "谢谢大夫", "谢谢护士", "谢谢老师", "谢谢了", "谢啦", "谢了", "多谢", "感谢", "感谢你们", "万分", "非常", "十分", "太", "真的", "真是", "很", "特别", "衷心",
	"感恩", "辛苦了", "辛苦", "你们辛苦了", "大家辛苦了", "你好", "您好", "你们好", "大家好", "嗨", "hi", "hello", "哈喽", "哈罗", "早", "早安", "早上好", "上午好", "中午好", "下午好", "晚上好", "晚安", "再见", "拜拜", "bye", "在吗", "在么", "在不在", "有人吗", "好", "好的", "好滴", "好嘞", "好吧", "好哒", "行", "可以", "嗯", "嗯嗯", "恩", "哦", "噢", "喔", "ok", "okay", "okk", "收到", "知道了", "明白", "明白了", "了解", "了解了", "没事", "没事了", "没关系", "不客气", "不用谢", "不用了",
	"哈哈", "哈", "呵呵", "呵", "嘻嘻", "嘿嘿", "嘿", "新年快乐", "节日快乐", "中秋快乐", "国庆快乐", "春节快乐", "元旦快乐", "快乐", "护士节", "医师节", "祝", "你们", "大家", "医生", "护士", "老师", "大夫", "祝你们", "祝大家", "工作顺利", "身体健康", "周末愉快", "愉快", "新年好", "过年好", "恭喜发财", "加油", "赞", "棒", "棒棒", "厉害", "点赞", "真棒", "thanks", "thank", "you", "thx", "3q", "3ks", "么么哒", "爱你们", "啊", "呀", "啦", "了", "的", "哟", "哎", "唉", "喂", "吧", "呢", "哇", "耶", "亲", "亲爱的", "亲们", "都", "也", "对", "先", "那", "同志", "小姐姐", "姐", "哥", "笑死我了", "笑死", "吓死我了", "吓死宝宝了", "忙死了", "忙死我了", "累死了", "累死我了", "热死了", "热死我了", "今天", "天气", "不错", "真好", "天气真好", "没问题", "想死你们了", "想死你了", "好久不见", "吃了吗", "吃饭了吗", "你是谁", "你是机器人吗", "机器人", "你是人吗",
}

// small tells whether a text holds nothing but small words.
func small(s string, r *Rules) bool {
	if len(s) > wordy {
		return false
	}
	s = pictures(s)
	if s == "" {
		return true
	}
	said := false
	for s != "" {
		n := r.smallAt(s)
		if n == 0 {
			return false
		}
		said = true
		s = bare(s[n:])
	}
	return said
}

// smallAt is the length of the longest small word at the start.
func (r *Rules) smallAt(s string) int {
	longest := 0
	first, _ := utf8.DecodeRuneInString(s)
	for _, w := range r.small[first] {
		if len(w) > longest && strings.HasPrefix(s, w) {
			longest = len(w)
		}
	}
	return longest
}

// pictures drops the names of WeChat's faces ([微笑]) and what stands around.
func pictures(s string) string {
	for range 20 {
		from := strings.IndexByte(s, '[')
		if from < 0 {
			break
		}
		to := strings.IndexByte(s[from:], ']')
		if to < 0 || utf8.RuneCountInString(s[from:from+to]) > 6 {
			break
		}
		s = s[:from] + s[from+to+1:]
	}
	return bare(s)
}
