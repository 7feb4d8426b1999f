package words

import (
	"fmt"
	"strconv"
	"strings"
)

// QuestionCard is a question as the chat shows it. kind is a study.Kind. It is
// part of every reply to an answer and therefore put together by hand.
func QuestionCard(place, total int, kind, stem string, options []string) string {
	b := make([]byte, 0, 512)
	b = append(b, "第 "...)
	b = strconv.AppendInt(b, int64(place), 10)
	b = append(b, '/')
	b = strconv.AppendInt(b, int64(total), 10)
	b = append(append(append(b, " 题（"...), kindNames[kind]...), "）\n"...)
	b = append(b, stem...)
	for i, o := range options {
		b = append(append(b, '\n', byte('A'+i), '.', ' '), o...)
	}
	b = append(append(b, '\n'), HowToAnswer(kind)...)
	return string(b)
}

var kindNames = map[string]string{
	"single": "单选", "multiple": "多选", "truefalse": "判断", "fill": "填空", "short": "简答", "match": "匹配",
}

// HowToAnswer says what answer a kind of question wants.
func HowToAnswer(kind string) string {
	switch kind {
	case "single":
		return "请回复一个选项字母"
	case "multiple":
		return "请回复全部正确选项的字母，如 AC（全对才算对）"
	case "truefalse":
		return "请回复“对”或“错”"
	case "match":
		return "请按 1B 2A 这样回复"
	}
	return "请直接回复答案"
}

// TopicCard is the day's topic.
func TopicCard(label, title, body, source, link string) string {
	var b strings.Builder
	b.WriteString(label + title + "\n\n" + body)
	if source != "" {
		b.WriteString("\n（来源：" + source + "）")
	}
	if link != "" {
		b.WriteString("\n全文：" + link)
	}
	return b.String()
}

// TodayLabel and MakeUpLabel stand before a topic's title.
const TodayLabel = "今日学习："

// MakeUpLabel names the day that is made up, in the form 11月23日.
func MakeUpLabel(day string) string { return day + "补学：" }

// MonthDay writes a local day 2026-11-23 as 11月23日.
func MonthDay(day string) string {
	p := strings.Split(day, "-")
	if len(p) != 3 {
		return day
	}
	return strings.TrimPrefix(p[1], "0") + "月" + strings.TrimPrefix(p[2], "0") + "日"
}

// Marked says what an answer was worth. reading is what was understood, key
// the right answer, both as shown; either may be empty.
func Marked(right bool, reading, key, explanation, source string) string {
	var b strings.Builder
	if right {
		b.WriteString("回答正确")
		if reading != "" {
			b.WriteString("，您选的是 " + reading)
		}
		b.WriteString("。")
	} else {
		b.WriteString("回答错误")
		if reading != "" {
			b.WriteString("，您选的是 " + reading)
		}
		b.WriteString("。\n正确答案：" + key)
	}
	b.WriteString(grounds(explanation, source))
	return b.String()
}

// grounds says why an answer is right and where that stands.
func grounds(explanation, source string) string {
	var s string
	if explanation != "" {
		s = "\n解析：" + explanation
	}
	if source != "" {
		s += "\n出处：" + source
	}
	return s
}

// Revealed answers 不知道: the key and the explanation.
func Revealed(key, explanation, source string) string {
	s := "没关系，记下来就好。\n正确答案：" + key + grounds(explanation, source)
	return s + "\n这道题会留着供以后复习。"
}

// Submitted answers a short answer, which a person marks.
const Submitted = "已提交，等老师批阅。"

// AnsweredBefore says that the first answer counts.
const AnsweredBefore = "这道题您已经答过，以第一次为准。"

// Skipped says that a question was left for later.
const Skipped = "先跳过这一题。"

// OnlyOneLeft answers 跳过 when no other question is open.
const OnlyOneLeft = "只剩这一题了，答完就完成；不会可回“不知道”。"

// TodayDone says that today is finished. marked is 0 if nothing was marked.
func TodayDone(right, marked int) string {
	return "今日学习已完成" + score(right, marked) + "，辛苦了。"
}

// TodayDoneBefore answers 学习 when it was finished before.
func TodayDoneBefore(right, marked int) string {
	return "今日学习已完成" + score(right, marked) + "。"
}

// MakeUpDone says that a missed day is made up, and how many are left.
func MakeUpDone(day string, right, marked, left int) string {
	s := MonthDay(day) + "补学已完成" + score(right, marked) + "。"
	if left > 0 {
		return s + fmt.Sprintf("\n还有 %d 天可以补学，发“补学”继续。", left)
	}
	return s + "\n近一个月已全部学完。"
}

func score(right, marked int) string {
	if marked == 0 {
		return ""
	}
	return fmt.Sprintf("，答对 %d/%d 题", right, marked)
}

// What is said when there is nothing to study.
const (
	NoTopicToday  = "今天没有安排学习主题。\n想补上以前的，发“补学”。"
	NoQuiz        = "今天没有题目，读完就好。"
	NothingMissed = "近一个月没有落下的学习，很好。"
	NoQuestion    = "现在没有待答的题。发“学习”开始今天的学习。"
)

// MissedDays goes before a topic that is made up.
func MissedDays(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf("近一个月有 %d 天可以补学，从最近的一天开始。\n", n)
}

// AskOneLetter and its neighbours ask back about an answer that does not fit.
const (
	AskOneLetter = "这是单选题，请只回复一个字母。"
	AskLetter    = "题目里没有这个选项，请看看选项再回复。"
)

// AskAnswer asks back when a text is no answer to the question shown.
func AskAnswer(kind string) string {
	return "这一题" + HowToAnswer(kind) + "。\n不会可回“不知道”，先放着可回“跳过”，其他请发“帮助”。"
}

// Mine is a member's own month.
type Mine struct {
	Name, Unit     string
	Month          string // 2026-11
	Complete, Days int
	Right, Marked  int
	Missed         int
	Today          string // a sentence
}

// The sentences of Mine.Today.
const (
	TodayNone     = "今天没有安排学习。"
	TodayNotBegun = "今天还没开始，发“学习”即可。"
	TodayBegun    = "今天学到一半，发“学习”继续。"
	TodayComplete = "今天已完成。"
)

// MineCard shows a member's own month. Nobody else sees it.
func MineCard(m Mine) string {
	var b strings.Builder
	b.WriteString(m.Name)
	if m.Unit != "" {
		b.WriteString("（" + m.Unit + "）")
	}
	month := strings.TrimPrefix(m.Month[len("2006-"):len("2006-01")], "0")
	fmt.Fprintf(&b, "\n%s月已学 %d/%d 天", month, m.Complete, m.Days)
	if m.Marked > 0 {
		fmt.Fprintf(&b, "，答对 %d/%d 题", m.Right, m.Marked)
	}
	b.WriteString("\n" + m.Today)
	if m.Missed > 0 {
		fmt.Fprintf(&b, "\n还有 %d 天可以补学，发“补学”。", m.Missed)
	}
	b.WriteString("\n这些只有您自己看得到。")
	return b.String()
}

// TrueFalse writes the answer of 判断: A is 对.
func TrueFalse(letter string) string {
	if letter == "A" {
		return "对"
	}
	return "错"
}

// Or stands between answers that are both accepted.
const Or = " 或 "
