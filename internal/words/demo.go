package words

import (
	"fmt"
	"strings"
)

// DemoHospital does not exist.
const DemoHospital = "青禾医院"

// DemoPhones are the people whose phones the demo shows: a nurse, a branch
// secretary, a patient.
var DemoPhones = []string{"肖雨桐", "贺文静", "患者周阿姨"}

// What the demo's cards are called.
const (
	DemoDailyCard    = "每日学习提醒"
	DemoReminderCard = "学习未完成提醒"
)

// DemoLabels are what people see the cards' fields called.
var DemoLabels = map[string]string{"thing1": "学习内容", "time2": "截止时间", "thing3": "温馨提示"}

// DemoReady says where the demo is.
func DemoReady(url string, codes []string) string {
	return "日学演示已就绪，用浏览器打开：\n  " + url + "\n" +
		"手机从左到右是护士、支部书记和患者。先点“关注”，再发下面的话绑定：\n  " + strings.Join(codes, "\n  ") + "\n" +
		"绑定后回复“同意”，把时钟拨到 07:30，就会收到当天的学习。\n按 Ctrl+C 结束。\n"
}

// DemoBind is what a member sends to be bound.
func DemoBind(staffNo, name, code string) string {
	return "绑定 " + staffNo + " " + name + " " + code
}

// PlayTitle begins the play's transcript.
const PlayTitle = "青禾医院，2026年11月：60 名职工，21 个工作日\n"

// PlayDay is a line of the transcript.
func PlayDay(day, weekday string, told, studied, reminded int) string {
	return fmt.Sprintf("%s %s  推送 %d 人，学习 %d 人，提醒 %d 人\n", day, weekday, told, studied, reminded)
}

// PlaySaid and PlayGot show what one person writes and reads.
func PlaySaid(at, name, text string) string { return at + "  " + name + "：" + text + "\n" }

// PlayGot is PlaySaid for what the account answers.
func PlayGot(text string) string {
	return "               " + strings.ReplaceAll(text, "\n", "\n               ") + "\n"
}

// PlayEvent is something that happens in the month.
func PlayEvent(at, text string) string { return at + "  【" + text + "】\n" }

// PlayBound says that people joined.
func PlayBound(n, agreed int) string {
	return fmt.Sprintf("%d 人绑定，%d 人同意每日推送", n, agreed)
}

// PlayStopped says that somebody stopped it.
func PlayStopped(n int) string { return fmt.Sprintf("%d 人发了“退订 日学”", n) }

// PlayLeft says that somebody left.
func PlayLeft(n int) string { return fmt.Sprintf("%d 人取消关注", n) }

// PlayRow is a line of the closing table: what the product counted against what
// the play or the phones counted.
func PlayRow(name string, product, own int, agrees bool) string {
	sign := "一致"
	if !agrees {
		sign = "不一致！"
	}
	return fmt.Sprintf("%s%8d%8d  %s\n", padRight(name, 30), product, own, sign)
}

// padRight fills a text to a width of a terminal's, where a Chinese character
// takes two places.
func padRight(s string, width int) string {
	for _, r := range s {
		width--
		if r >= 0x2e80 {
			width--
		}
	}
	return s + strings.Repeat(" ", max(width, 0))
}

// PlayHead heads the closing table.
const PlayHead = "\n项目                              系统    对照  结果\n"

// The lines of the closing table.
const (
	PlayTold      = "每日推送登记（对照剧本）"
	PlayArrived   = "每日推送送达（对照手机）"
	PlayAnswered  = "答题（对照剧本）"
	PlayRight     = "答对（对照剧本）"
	PlayCompleted = "学完的人次（对照剧本）"
	PlayReminded  = "未完成提醒登记（对照剧本）"
	PlayReminders = "未完成提醒送达（对照手机）"
	PlayOpen      = "还没有着落的消息（应为 0）"
)

// PlayAgrees and PlayDiffers end the play.
const (
	PlayAgrees  = "每一行都对得上。\n"
	PlayDiffers = "有的行对不上，请看上面的表。\n"
)
