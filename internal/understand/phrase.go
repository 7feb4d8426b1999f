package understand

import "strings"

// phrases are whole texts that mean an act without arguments, beside those of
// commands. They are looked for without blanks, punctuation and politeness.
var phrases = phraseTable(map[Act]string{
	Help:     `菜单 功能 说明 使用说明 帮助菜单 有什么功能 怎么操作 怎么使用 怎么弄 能做什么 你能做什么 可以做什么 你会什么 指令 命令 有哪些命令 有哪些功能 使用帮助 怎么绑定 如何绑定 绑定怎么弄 怎么答题 怎么签到 如何使用 怎么反馈 ? ??`,
	Quit:     `返回 结束 不弄了 不填了 取消吧 取消操作 退出吧 不写了 不发了 退出反馈 取消反馈 取消发送 先不发了 不解绑了 不撤回了 取消解绑`,
	Human:    `人工 转人工 人工服务 人工客服 找人工 接人工 要人工 真人 真人客服 客服 找客服 转接人工 转人工服务 转人工客服 联系人工 我要人工 人工人工 有真人吗 有人工吗 人工在吗 能转人工吗 可以转人工吗 和真人说 跟真人说 不要机器人 不想跟机器人说 不想和机器人说 不想跟机器人聊 叫个人来 找个人 换个人 找真人 联系客服 人工台 有客服吗`,
	Study:    `今日学习 今天学习 今天学什么 今天学啥 今天的学习 今天的题 今天的题目 今日题目 今日答题 今天的日学 答题 开始答题 做题 去学习 要学习 开始今天的学习 每日一学 每日学习 学习内容 今天学习内容 今日学习内容 看今天的学习 来学习 继续答题 接着学 接着学习 接着答 发今天的题 发题 出题 来题 题目 今日主题 今天主题 今天的主题 进入学习 打开学习 学习今天的 今天有题吗 还没学今天的 学习日学 再看一遍题目 看题 再发一遍题目 题呢 重新发题`,
	MakeUp:   `补学习 补昨天的 补昨天 补昨天的学习 补学昨天 补学昨天的 补课 补一下昨天 昨天没学 昨天忘了学 昨天的没学 补前天的 补落下的 漏学 补答 补题 补答题 补以前的 补上 补上昨天的 补之前的 没学的补一下 补学一天 补一补 补做 补欠的 漏了一天 昨天漏了`,
	Review:   `错题 错题本 我的错题 错题集 看错题 看看错题 错题回顾 复习错题 错题复习 复习 重做错题 做错题 看看我的错题 查看错题 再做错题 我错了哪些 错了哪些 错了哪些题 哪些题错了 练错题 错题练习 错题库 我做错的题 做错的题`,
	Mine:     `我的 我的学习情况 我的成绩 我的积分 我的情况 我的记录 我的学习记录 我的分数 我的进度 学习情况 学习进度 看看我的 我学了几天 我学了多少天 我学了多少 我的得分 我的统计 我的信息 我的概况 个人中心 查看我的 我这个月学了几天 我这个月学了多少天 连续学了几天 我连续学了几天 我的本月 这个月我学得怎么样 我的学习进度`,
	Pledges:  `承诺 我的承诺 承诺书 承诺事项 公开承诺 查看承诺 看承诺 看看我的承诺 承诺列表 我的公开承诺 我承诺了什么 有哪些承诺 我有哪些承诺 看看承诺 我的承诺书 承诺清单 查看我的承诺 待确认的承诺 待确认承诺`,
	Notices:  `通知 通知列表 我的通知 会议通知 有什么通知 有通知吗 有啥通知 看通知 查看通知 看看通知 新通知 有新通知吗 通知呢 最近通知 最近有什么会 有什么会 有会吗 今天有会吗 今天开会吗 开会通知 最近的会 会议 我的会议 有哪些通知 未读通知 有没有通知 有没有会 最近有会吗 近期会议 有什么新通知 明天有会吗 这周有什么会`,
	Cases:    `办件 我的办件 待办 待办件 办件列表 有哪些办件 我的案件 待处理 待办事项 我的待办 查看办件 看办件 看看办件 待办列表 有没有办件 有办件吗 未办件 在办件 有什么办件 待办理 有没有新办件 手里的办件 我手上的办件 还有几件没办 有几件没办 今天的办件 新办件`,
	Announce: `发通知 发个通知 发布通知 发会议通知 发一个通知 发一条通知 发条通知 要发通知 发开会通知 发个会议通知 发布会议通知 通知开会 新建通知 拟通知 发起通知 写通知 开会发通知`,
	DontKnow: `不懂 不太懂 没学过 不晓得 不太清楚 不太会 不太知道 答不上来 答不出 答不出来 看答案 看看答案 答案是什么 答案是啥 公布答案 看解析 直接看解析 不知道选什么 不知道选哪个 不知道该选什么 不会做 这题不会 这题不会做 这题我不会 这道题不会 太难了不会 忘了 忘记了 不记得 不记得了 记不得了 想不起来 想不起来了 真不知道 不道 没看懂 看不懂题 告诉我答案 求答案 答案 实在不知道 不知 母鸡 bzd`,
	Skip:     `跳过 跳过这题 跳过本题 跳过这道题 这题跳过 先跳过 过 pass 下一个 下题 换一题 换题 下一道 下一道题 next skip 先跳过这题 跳 这题先跳过 略过 先过 看下一题 做下一题 换下一题 来下一题 先放着`,
	Agree:    `同意 我同意 同意参加 同意的 同意并开始 我已阅读并同意 已阅读并同意 同意学习 同意加入 完全同意 同意开通 同意接收`,
})

func phraseTable(lists map[Act]string) map[string]Act {
	all := map[string]Act{}
	for act, list := range lists {
		for p := range strings.FieldsSeq(list) {
			all[p] = act
		}
	}
	return all
}

// morePolite is what everyday words have around them beside politeFront and
// politeBack.
var (
	morePolite = []string{"请问", "请", "您好", "你好", "麻烦你", "麻烦您", "麻烦", "劳驾", "帮我", "给我", "帮忙", "我想要", "我想", "我要", "想要", "找", "接", "想", "我", "好的", "嗯", "那", "那就", "看一下", "看下", "看看", "查看", "打开", "进入", "老师", "谢谢", "能不能", "可以", "可不可以", "能", "小助手", "开始", "来", "亲"}
	moreAfter  = []string{"谢谢", "一下", "吧", "啊", "呀", "了", "哦", "呢", "哈", "啦", "嘛", "吗", "么", "呗", "咯", "可以吗", "行吗", "好吗", "好不好", "老师", "哟", "喽", "您", "你", "辛苦"}
)

// terse is the length in bytes of the longest text that is only a phrase with
// politeness around it.
const terse = 120

// phraseOf finds a text that is a phrase as a whole.
func phraseOf(s string) (Reading, bool) {
	if len(s) > terse {
		return Reading{}, false
	}
	t := lower(squeeze(bare(s)))
	if t == "" {
		t = lower(squeeze(s))
	}
	for i, x := range [4]string{t, "", "", ""} {
		switch i {
		case 3:
			x = trimAny(t, []string{"请", "你好", "您好", "麻烦"}, []string{"谢谢", "一下"})
		case 1:
			x = impolite(t)
		case 2:
			x = trimAny(t, morePolite, moreAfter)
		}
		if act, ok := phrases[x]; ok {
			sure := Certain
			if i == 2 {
				sure = Likely
			}
			if act == Agree && asked(s) { // consent is never guessed
				return Reading{Act: AskCommand, Args: []string{"同意"}, Rule: "3 asked", Sure: AskBack}, true
			}
			return Reading{Act: act, Rule: "3 command", Sure: sure}, true
		}
	}
	return Reading{}, false
}

// kinds are the optional kinds of messages and the other ways to name them.
var kinds = []struct{ name, words string }{
	{"日学", "日学 每日学习 学习推送 学习提醒 每天的题 每日一学 学习题 每天学习 今日学习 学习"},
	{"微课", "微课 微党课 微型党课 讲课"},
	{"汇总", "汇总 月报 总结 月度 简报"},
	{"调查", "调查 问卷 满意度"},
}

// kindOf finds the optional kind that a text names.
func kindOf(s string) string {
	for _, k := range kinds {
		for w := range strings.FieldsSeq(k.words) {
			if contains(s, w) {
				return k.name
			}
		}
	}
	return ""
}

// subscription reads 订阅 and 退订 with what they are about.
func subscription(s string) (Reading, bool) {
	if len(s) > terse {
		return Reading{}, false
	}
	t := trimAny(lower(squeeze(bare(s))), morePolite, moreAfter)
	if t == "不想收" || t == "不收" {
		return Reading{Act: Unsubscribe, Args: []string{""}, Rule: "3 command", Sure: Likely}, true
	}
	switch {
	case strings.HasSuffix(strings.TrimSpace(s), "?") && !hasAnyPrefix(t, "td"):
		return Reading{}, false
	case hasAnyPrefix(t, "退订", "td", "取消订阅", "不订阅"), hasAnyPrefix(t, "不想再收", "不想收", "不要再推", "别再推", "别推", "不要推", "不要再发", "别再发", "停止推送", "关闭推送", "取消推送", "关掉推送", "不再接收", "关闭", "停止", "取消") && (kindOf(t) != "" || contains(t, "推送") || contains(t, "消息")):
		if hasAnyPrefix(t, "td") && len(t) > 2 && kindOf(t) == "" {
			return Reading{}, false
		}
		if hasAnyPrefix(t, "取消学习", "关闭学习", "停止学习") {
			return Reading{}, false
		}
		return Reading{Act: Unsubscribe, Args: []string{kindOf(t)}, Rule: "3 command"}, true
	case hasAnyPrefix(t, "订阅"):
		k := kindOf(t)
		if k == "" {
			return Reading{Act: AskPart, Args: []string{"订阅", ""}, Rule: "3 lacks the kind", Sure: AskBack}, true
		}
		return Reading{Act: Subscribe, Args: []string{k}, Rule: "3 command"}, true
	}
	return Reading{}, false
}
