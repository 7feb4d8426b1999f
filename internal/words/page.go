package words

import (
	"fmt"
	"strings"
)

// What pages say instead of what was wanted. The first line is the title.
const (
	PageOnlyWeChat  = "请在微信里打开\n这个页面要在微信里看。请打开微信，从公众号的消息或菜单进来。"
	PageBind        = "先绑定，再学习\n请回到公众号发“绑定”，按提示做。\n绑定好了，再打开这个页面。"
	PageFollow      = "请先关注公众号\n关注以后发“绑定”，按提示做。\n绑定好了，再打开这个页面。"
	PageSnapshot    = "还差一步\n现在看到的是微信的快照页，不知道您是谁。\n请按微信的提示使用完整服务，再打开一次。"
	PageLoginLost   = "没有认出您\n这个链接用过了，或者放得太久。请从公众号的消息或菜单重新进来。"
	PageLoginFailed = "没有认出您\n微信没有说清您是谁。请过一会儿，从公众号重新进来。"
	PageWeChatAway  = "请稍后再试\n微信暂时没有回应，请过一两分钟再打开。"
	PageExpired     = "离开得久了\n为了安全，请重新打开这一题，再答一次。"
	PageForeign     = "没有提交\n这次提交不是从我们的页面来的。请回到公众号，从消息或菜单重新进来。"
	PageInvalid     = "没有看懂\n这次提交的内容不对，请返回再试一次。"
	PageNotFound    = "没有这个页面\n链接可能不完整，或者内容还没到开放的日子。"
	PageFault       = "抱歉，页面出了问题\n我们已经记录下来，请稍后再试。"
)

// Where such a page leads to.
const (
	PageAgain   = "再试一次"
	PageToStudy = "看今天的学习"
)

// PageWhen stands over a topic: 今日学习 · 11月23日 周一.
func PageWhen(today bool, day, weekday string) string {
	label := "补学"
	if today {
		label = "今日学习"
	}
	return label + " · " + MonthDay(day) + " " + weekday
}

// The button under a topic.
const (
	PageBegin    = "开始答题"
	PageContinue = "继续答题"
	PageResult   = "看看答题结果"
)

// PageQuestions says how many questions a topic has and how many of them are
// answered.
func PageQuestions(answered, total int) string {
	switch answered {
	case 0:
		return fmt.Sprintf("共 %d 题，不计时，不排名", total)
	case total:
		return fmt.Sprintf("%d 题都答过了", total)
	}
	return fmt.Sprintf("共 %d 题，已答 %d 题", total, answered)
}

// PageKind names a kind of question.
func PageKind(kind string) string { return kindNames[kind] }

// PageHow says how a kind of question is answered; empty if that is plain.
func PageHow(kind string) string {
	switch kind {
	case "multiple":
		return "可以选多个，全对才算对"
	case "match":
		return "给每一项选一个对应的选项"
	case "short":
		return "用自己的话写就好，由老师批阅"
	}
	return ""
}

// What is said over a question that comes again.
const (
	PageAnswered = "这道题您已经答过，以第一次为准。"
	PageChanged  = "题目刚刚更新过，请看清再答。"
)

// PageChoose asks for an answer where none was given.
func PageChoose(kind string) string {
	switch kind {
	case "multiple":
		return "请至少选一个；不会可以点“不知道”。"
	case "match":
		return "每一项都要选；不会可以点“不知道”。"
	case "fill", "short":
		return "请先写答案；不会可以点“不知道”。"
	}
	return "请先选一个；不会可以点“不知道”。"
}

// PageTooLong refuses a text that no answer needs.
func PageTooLong(most int) string {
	return fmt.Sprintf("答案太长\n请写在 %d 个字以内，返回改一改再交。", most)
}

// PageMarked is the title over a question that was answered.
func PageMarked(right, wrong, known bool) string {
	switch {
	case right:
		return "回答正确"
	case !known:
		return "没关系，记下来就好"
	case wrong:
		return "回答错误"
	}
	return "已提交，等老师批阅"
}

// PageDone is the title over a topic that was finished; see TodayDone.
func PageDone(today bool, day string, right, marked int) string {
	if today {
		return "今日学习已完成" + score(right, marked)
	}
	return MonthDay(day) + "补学已完成" + score(right, marked)
}

// PageMark is a mark in a list.
func PageMark(right, wrong bool) string {
	switch {
	case right:
		return "对"
	case wrong:
		return "错"
	}
	return "待批阅"
}

// Where one goes from a question.
const (
	PageNext   = "下一题"
	PageFinish = "看结果"
)

// PageNoTopic is shown on a day without a topic, missed if days can be made up.
func PageNoTopic(missed int) (title, text string) {
	if missed > 0 {
		return "今天没有学习安排", fmt.Sprintf("近一个月还有 %d 天可以补学。", missed)
	}
	return "今天没有学习安排", "歇一歇。有新的内容，工作日早上见。"
}

// PageMakeUp leads to the latest missed day.
func PageMakeUp(day string) string { return "补学 " + MonthDay(day) }

// Alternatives writes answers that are all accepted, one a line, as a sentence.
func Alternatives(lines string) string { return strings.ReplaceAll(lines, "\n", Or) }

// Pairs writes the letters of a match, BA, as 1 对 B，2 对 A.
func Pairs(letters string) string {
	var parts []string
	for i, l := range letters {
		parts = append(parts, fmt.Sprintf("%d 对 %c", i+1, l))
	}
	return strings.Join(parts, "，")
}
