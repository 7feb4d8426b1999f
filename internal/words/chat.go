package words

import "fmt"

// Welcome greets a new follower. hospital may be empty.
func Welcome(hospital string) string {
	name := "我们"
	if hospital != "" {
		name = hospital
	}
	return "欢迎关注" + name + "。\n" +
		"患者朋友：这里不能代替就诊，急症请直接来院或拨打120。\n" +
		"本院职工：发“绑定”，按提示完成后就能学习。\n" +
		"想看能做什么，发“帮助”。"
}

// WelcomeBack greets a member whose binding is in force.
func WelcomeBack(name string) string {
	return name + "，欢迎回来。发“学习”开始今天的十分钟。"
}

// HelpStaff lists what a member can do.
const HelpStaff = "您可以发：\n" +
	"“学习”看今天的主题并答题\n" +
	"“补学”补上错过的日子\n" +
	"“我的”看自己的学习情况\n" +
	"“订阅 日学”“退订 日学”管每日推送\n" +
	"“解绑”解除微信绑定\n" +
	"答题时回选项字母即可，不会可回“不知道”，先放着可回“跳过”。"

// HelpStranger is for people who are bound to nobody.
const HelpStranger = "您好，这里是医院服务号。\n" +
	"本院职工请发“绑定”，按提示完成绑定后即可学习。\n" +
	"看病、急症请直接到医院或拨打120，这里不能代替就诊。"

// NotUnderstood is for a member's text that fits nothing.
const NotUnderstood = "这句话我没看懂。\n您可以发“学习”“补学”或“我的”，更多请发“帮助”。"

// OnlyText answers what cannot be read: voice, pictures, stickers.
const OnlyText = "暂时只能看懂文字，请打字告诉我，或发“帮助”看看能做什么。"

// Apology is said when our side failed.
const Apology = "抱歉，刚才这一条没有处理成功，我们已记录下来。请稍后再发一次。"

// NothingOpen answers 退出 when nothing was begun.
const NothingOpen = "现在没有进行到一半的事。发“帮助”看看能做什么。"

// DidYouMean asks back about a command that was nearly typed.
func DidYouMean(command string) string {
	return "您是想“" + command + "”吗？是的话请发“" + command + "”。"
}

// StaffOnly answers a command for staff from somebody who is not bound.
const StaffOnly = "这项功能供本院职工使用。请先发“绑定”完成绑定。"

// The guided binding.
const (
	AskStaffNo  = "好的，我们来绑定，共三步。\n第一步：请发您的工号。\n不想继续可发“退出”。"
	AskName     = "第二步：请发您的姓名。"
	AskBindCode = "第三步：请发绑定码（8 位字母和数字，由管理员发给您）。"
	BindQuit    = "已退出绑定，没有保存任何内容。需要时再发“绑定”。"
	BindExpired = "刚才的绑定超过 30 分钟没有完成，已结束，没有保存任何内容。需要时请再发“绑定”。"
)

// What a step waits for, in half a sentence.
const (
	WantStaffNo = "请发您的工号"
	WantName    = "请发您的姓名"
	WantCode    = "请发 8 位绑定码"
	WantUnbind  = "确定解绑请回复“确认解绑”"
)

// StillOpen reminds of the step that is open.
func StillOpen(want string) string {
	return "刚才的事还在进行：" + want + "，不继续请发“退出”。"
}

// Unbinding.
const (
	AskUnbind     = "解绑后将不能在这里学习，已有的学习记录会保留。\n确定请回复“确认解绑”，不解绑请回复“退出”。"
	UnbindQuit    = "好的，没有解绑。"
	UnbindExpired = "刚才的解绑超过 30 分钟没有确认，已取消，绑定不变。"
	NotBound      = "您还没有绑定，无需解绑。"
	UnbindFirst   = "请先发“解绑”，看过说明后再确认。"
)

// AlreadyBoundTo answers 绑定 from a person who is bound.
func AlreadyBoundTo(name, staffNo string) string {
	return fmt.Sprintf("您已绑定为%s（工号 %s）。如需更换，请先发“解绑”。", name, staffNo)
}
