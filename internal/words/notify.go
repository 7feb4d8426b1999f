package words

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// PushTitle is the title of the day's card.
func PushTitle(topic string) string { return "日学十分钟：" + topic }

// PushText is what stands under it: how the topic begins, and what to do.
func PushText(body string) string {
	const room = 54
	first, _, _ := strings.Cut(strings.TrimSpace(body), "\n")
	if utf8.RuneCountInString(first) > room {
		first = string([]rune(first)[:room-1]) + "…"
	}
	if first != "" {
		first += "\n"
	}
	return first + "点开阅读并答题，也可以直接回复“学习”。"
}

// What cards say beside the title.
const (
	PushRemark = "读完答几道题，约十分钟"
	PushState  = "待学习"
)

// RemindTitle and RemindText remind a member who has begun.
func RemindTitle(topic string) string { return "还差一点：" + topic }

// RemindText is what stands under RemindTitle.
const RemindText = "今天的学习您已经开了头，回复“学习”接着来。\n不想收提醒，发“退订 日学”。"

// CardTime writes a time as the fields of cards take it.
func CardTime(t time.Time) string {
	t = t.In(time.FixedZone("CST", 8*60*60))
	return fmt.Sprintf("%d年%d月%d日 %s", t.Year(), t.Month(), t.Day(), t.Format("15:04"))
}

// ConsentVersion names the words of AskConsent; it is kept with each consent.
const ConsentVersion = "study-1"

// AskConsent asks a member who has just been bound for his consent to 日学.
const AskConsent = "要不要每个工作日早上收到当天的学习内容？自愿参加，不排名，不计时。\n想收请回复“同意”，以后随时可以发“退订 日学”。"

// SubscribedStudy answers 同意 and 订阅 日学. at is when it comes, 07:30.
func SubscribedStudy(at string) string {
	return "已订阅日学：工作日 " + at + " 左右送到。\n现在就想学，发“学习”；不想收了，发“退订 日学”。"
}

// SubscribedBefore answers 订阅 日学 when it is on.
const SubscribedBefore = "您已订阅日学，不用再订。不想收了，发“退订 日学”。"

// UnsubscribedStudy says that it was stopped, and what stays.
const UnsubscribedStudy = "已退订日学，不再给您推送和提醒。\n想学时还可以发“学习”；想再收，发“订阅 日学”。"

// Declined answers 不同意 to the question whether the push is wanted.
const Declined = "好的，不给您推送。想学的时候发“学习”，改主意了发“同意”。"

// DeclinedLate answers 不同意 while the push is on.
const DeclinedLate = "您现在订着日学。不想收了，请发“退订 日学”。"

// NotSubscribed answers 退订 日学 when it is off.
const NotSubscribed = "您没有订阅日学，不会收到推送。想收请发“订阅 日学”。"

// CanStop lists what a member can stop, and what not.
func CanStop(study bool) string {
	state := "未订阅，想收请发“订阅 日学”"
	if study {
		state = "已订阅，停收请发“退订 日学”"
	}
	return "可以停收的：\n日学（每日推送和提醒）：" + state + "\n本支部会议、您经办的事项是工作通知，不能停收。"
}

// CanStopNothing answers 退订 from somebody who gets nothing.
const CanStopNothing = "现在没有给您推送的消息，不需要退订。"

// TopicStudy is the daily push as people call it.
const TopicStudy = "日学"

// Held introduces what waited for the person's next visit.
func Held(lines []string) string { return "待您查看：\n" + strings.Join(lines, "\n") }

// HeldLine is one of them; url may be empty.
func HeldLine(title, url string) string {
	if url == "" {
		return "· " + title
	}
	return `· <a href="` + url + `">` + title + "</a>"
}

// HeldReply is a reply that did not reach the person at its time.
func HeldReply(text string) string { return "· 刚才没能及时回复您：\n" + text }

// deliveryReasons explain a delivery's state. See notify.Reason.
var deliveryReasons = map[string]string{
	"new":           "刚登记，等待发送",
	"window":        "对方刚来过，用客服消息发出",
	"window_over":   "对方 48 小时内没来过，改用卡片",
	"count_used":    "客服消息条数已用完，改用卡片",
	"kept_for_duty": "客服消息留给工作通知，改用卡片",
	"never_wrote":   "对方还没来过，用卡片发出",
	"service_shut":  "客服消息暂不可用，改用卡片",
	"urgent":        "紧急，免打扰时段也发出",
	"shown":         "对方来访时已随回复给出",
	"quiet_hours":   "免打扰时段，到点再发",
	"quota":         "今天的发送额度用完，明天再发",
	"paused":        "微信侧暂停了这种发送，稍后再试",
	"no_channel":    "没有可用的渠道，等对方来访时给出，或由秘书联系",
	"too_late":      "错过了推送时间，等对方来访时给出",
	"unbound":       "对方没有绑定，或取消了关注，需要电话联系",
	"taken":         "微信已受理",
	"receipt":       "微信回执：已送达",
	"overdue":       "过了有效时间",
	"opted_out":     "对方已退订",
	"unfollowed":    "对方已取消关注",
	"seen":          "对方已自己看过",
	"blocked":       "对方拒收了公众号消息",
	"system_failed": "微信系统原因没有送达",
	"content":       "内容不合微信的格式要求",
	"refused":       "微信不允许发给对方",
	"answer_lost":   "已发出，但没收到微信的答复，不再重发以免重复",
	"sealed":        "收件人的身份信息打不开，请检查密钥",
	"busy":          "微信繁忙，稍后重试",
	"too_fast":      "发得太密，稍后重试",
	"orphan":        "发送中断，接着发送",
}

// DeliveryReason explains why a delivery is in its state; code may carry what
// the platform said, after a colon.
func DeliveryReason(code string) string {
	reason, detail, _ := strings.Cut(code, ":")
	text, known := deliveryReasons[reason]
	if !known {
		text = reason
	}
	if detail != "" {
		text += "（" + detail + "）"
	}
	return text
}
