package words

// Numbers are whom to call. Hospital may be empty.
type Numbers struct{ Hospital, Medical, Police, Fire, Crisis string }

// Emergency answers a text that tells of danger. It begins with the way, also
// when little else was understood. kind is one of life, violence, fire, self.
func Emergency(kind string, n Numbers) string {
	here := "在医院里请马上叫身边的医务人员"
	if n.Hospital != "" {
		here += "，或拨打本院急救电话 " + n.Hospital
	}
	here += "。\n这里的消息不一定有人马上看到，请不要只在这里等。"
	call := "请立即拨打" + n.Medical
	switch kind {
	case "violence":
		return call + "或报警" + n.Police + "，先离开危险的地方。\n" + here
	case "fire":
		return call + "或火警" + n.Fire + "，马上离开，不要乘电梯。\n" + here
	case "self":
		return call + "或心理援助热线 " + n.Crisis + "。\n您不必一个人扛着，请让身边的人陪着您。\n" + here
	}
	return call + "。\n" + here
}

// What is said of texts that the product must not act on.
const (
	Medical     = "看病的事这里不能给建议，怕耽误您。\n请到门诊就诊或问问您的医生，急症请拨打120。"
	RefuseData  = "别人的信息这里不能查，请您理解。\n您自己的可以发“我的”。"
	RefuseAct   = "这件事要本人来做，不能代替别人。"
	SmallTalk   = "收到，祝您一切顺利。需要时发“帮助”，看看能做什么。"
	RedlineOff  = "这类情况应当由医院纪检部门处理。\n线上转交还没有开通，您这段话没有转给任何人，请直接向纪检部门反映。"
	FeedbackOff = "线上反馈还没有开通，您这段话没有登记。\n请到医院的投诉管理部门，或打医院电话反映；急症请拨打120。"
	HumanOff    = "这里的人工服务还没有开通，请打医院电话咨询；急症请拨打120。"
)

// NotYet answers a command whose part of the product does not exist yet. name
// is the command; it may be empty.
func NotYet(name string, member bool) string {
	s := "这项功能还没有开通。"
	if name != "" {
		s = "“" + name + "”还没有开通。"
	}
	if member {
		return s + "\n现在可以发“学习”“补学”或“我的”。"
	}
	return s
}

// LeftOver says what of a text was not done.
func LeftOver(rest string) string {
	return "还有“" + rest + "”没有处理，请单独再发一次。"
}

// Commands of parts that do not exist yet, as people know them.
const (
	CmdReview    = "错题"
	CmdCheckIn   = "签到"
	CmdPledges   = "承诺"
	CmdConfirm   = "确认"
	CmdNotices   = "通知"
	CmdAnnounce  = "发通知"
	CmdApprove   = "请假审批"
	CmdSubscribe = "订阅"
	CmdDecline   = "不同意"
	CmdQuery     = "查询"
	CmdRate      = "评价"
	CmdWithdraw  = "撤回"
	CmdConsent   = "撤回同意"
	CmdCases     = "办件"
)

// Commands that exist, as they are written out when asked back.
const (
	CmdStudy         = "学习"
	CmdConfirmUnbind = "确认解绑"
)

// Built lists the commands that are carried out.
var Built = []string{CmdStudy, "补学", "我的", "绑定", "解绑", CmdConfirmUnbind, "帮助", "退出", "不知道", "跳过", "同意", CmdSubscribe, "退订"}
