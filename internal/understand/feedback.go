package understand

import (
	"strings"
	"unicode/utf8"
)

// Classes of feedback.
const (
	Complaint  = "complaint"
	Suggestion = "suggestion"
	Enquiry    = "question"
	Praise     = "praise"
	RedLine    = "redline"
)

// feedbackWords tell of what a hospital did or should do.
var feedbackWords = map[tag]string{
	tBad: `太挤 花了我 收了三遍 归他管 不归 令人窒息 第五天 又冷又 又咸 横 冲 枪药 弄混 混了 顶了 扎青 青了 扎了五 睬 冇 堵了 湿 投诉 举报 差劲 太差 很差 真差 好差 极差 最差 态度差 态度恶劣 恶劣 态度不好 不好 不耐烦 没好气 凶 吼 骂 训斥 训我 冷漠 冷冰冰 爱理不理 爱搭不理 不理人 不理我 不搭理 没人理 没人管 不管 没人接 没人应 打不通 打不进 不接 推诿 推来推去 踢皮球 扯皮 敷衍 应付 糊弄 忽悠 欺骗 骗 坑 黑心 宰客 乱收费 多收 重复收费 收错 扣错 不合理
		不公平 插队 加塞 走后门 排队 排了 等了 等半天 等那么久 等这么久 等很久 等太久 等不到 等几个小时 等一上午 等一下午 白跑 跑了三趟 跑了两趟 跑来跑去 白等 太慢 很慢 好慢 慢得 慢死 冷得 热得 贵得 吵得 臭得 脏得 等得 拖 拖延 耽误 耽搁 迟迟 一直没 还没 没有人 没给 不给 没有通知 没通知 没说清 没讲清 说不清 不清不楚 看不懂 不解释 没解释 不负责 不专业 不认真 马虎 粗心
		弄错 搞错 开错 发错 打错 拿错 写错 抽错 查错 漏了 漏诊 误诊 弄丢 丢了 不见了 没了 弄疼 扎了 好几针 几针都 没扎 坏了 坏的 坏掉 故障 用不了 不能用 打不开 登不上 死机 瘫痪 漏水 没水 没电 没热水 没纸 没有纸 太脏 很脏 脏 臭 异味 难闻 蟑螂 老鼠 苍蝇 垃圾 乱 吵 噪音 太热 太冷 闷热 没空调 难吃 太贵 好贵 涨价 冷饭 凉的 发霉 不新鲜 头发丝 抽烟 吸烟
		失望 生气 愤怒 气人 气愤 气死 不满 受不了 无语 离谱 过分 岂有此理 什么医院 什么态度 凭什么 讨说法 给个说法 说法 道歉 退钱 退费 退款 赔偿 曝光 告你们 维权 12345 卫健委 差评 垃圾医院 服务差 不舒服的体验 难受 麻烦死 折腾 找不到 找不着 没位置 没有位置 没座位 没车位 停不 停车难 挂不上 挂不到 抢不到 约不上 约不到 看不了 不让 拒绝 拒诊 赶我 赶出 翻白眼 甩脸 白眼 嘲笑 歧视
		泄露 隐私 催我 逼 强迫 强制 过度检查 开一堆 没必要的检查 重复检查 玩手机 聊天 迟到 早退 脱岗 不在岗 空无一人 没人上班 没开门 关门 提前下班 态度 湿滑 滑倒 摔 不方便 太远 太小 太少 太难 不合格 问题很大 没效果 加重 忘了给 忘记给 忘了 反应迟缓 没结果 没回复 没答复 没回音 没人回 石沉大海 不解决 没解决 不处理 没处理 不满意`,
	tNotBad: `爱死了 态度很好 态度好 态度特别好 态度非常好 态度真好 态度也好 态度和蔼 态度温和 态度亲切 态度热情 不好意思 没有不耐烦 不厌其烦 没有骂 没有排队 不用排队 排队很快 不拖 毫不拖 没有拖 拖鞋 拖地 逼真 乱码 不凶 不嫌脏 不怕脏 不怕臭 不推诿 从不推 没有推诿 不舍 好不好 从不不耐烦 没有一点不耐烦 没有丝毫 服务态度一流 乱不乱 不贵 不脏 不吵 不乱 不慢 不麻烦 一点不 再也不用排队 再也不用等 没等多久 不久 没多久 不用等 没有白跑 没有敷衍 从不敷衍 不管多忙 不管多晚 不管什么 不管是 不管问 不管怎 还没开口 没让我们等 没让等 脏活累活 聊天室 不给病人添 不骗人 不坑 不疼 排队多久 要排队吗 需要排队吗 要等多久 退费吗 怎么退费 如何退费 哪里退费 在哪退费 退费流程 迟到的话`,
	tWish:   `能不能调 能不能小 能不能关 能不能早 能不能晚 能不能开 加个 加一个 多加 调暗 关小 学习一下人家 建议 希望 能不能增 能不能多 能不能加 能不能在 能不能改 能不能安排 能不能给 能不能把 能否增 能否在 能否把 能否改 能否安排 能否多 可不可以增 可不可以多 可不可以在 可不可以把 可以增加 可以加 可以考虑 不妨 最好 应该加 应该增 应该多 应该有 应该设 增设 增加 多设 多开 多放 加装 装个 装一个 放几个 放一个 设一个 设个 摆 要是能 要是有 如果能 如果有 就好了 会更好 更方便 提个意见 提点意见 提个建议 提意见 改进 改善 优化 完善 调整一下 延长`,
	tAsks:   `怎么 如何 哪里 哪儿 在哪 哪个 哪天 哪位 几点 几楼 几号 几天 什么时候 什么时间 多少 多久 多长 吗 么? 能不能 可不可以 可以 能否 是否 需要 要不要 有没有 是不是 请问 咨询 问一下 问下 想问 想知道 了解一下 什么 为什么 为何 怎样 ? 呢 谁`,
	tGood:   `人美心善 爱死了 表扬 点赞 夸 赞 感谢信 锦旗 态度好 态度很好 态度特别好 态度非常好 态度真好 态度和蔼 态度温和 态度亲切 态度热情 热情 耐心 细心 贴心 暖心 用心 温柔 亲切 和蔼 负责任 认真负责 很负责 尽责 敬业 专业 医术 医德 妙手 技术好 技术高 水平高 技术真 服务好 服务很好 服务真好 服务周到 服务一流 周到 周全 温暖 感动 了不起 辛苦 及时 很快 真快 高效 方便多 干净 整洁 好医生 好护士 好大夫 白衣天使 天使 救了 救命之恩 救命恩人 康复 治好 恢复得 恢复很好 满意 优秀 真棒 很棒 太棒 太好 真好 很好 非常好 特别好 挺好 不错 给力 最美 一点都不疼 不厌其烦 尽心 体贴 细致 照顾 帮了 帮助了 帮我 为你们`,
	tPlace:  `号 押金 看病 吊水 答复 候诊 短信 药 推床 中医院 护理 账单 感冒 休息 公平 医院 医生 大夫 护士 护工 主任 专家 门诊 急诊 病房 住院 出院 挂号 收费 缴费 药房 取药 窗口 大厅 导诊 导医 前台 服务台 保安 保洁 食堂 停车 厕所 卫生间 电梯 科 检查 化验 抽血 输液 打针 手术 B超 b超 ct 核磁 拍片 放射 体检 报告 病历 发票 医保 预约 公众号 小程序 自助机 叫号 轮椅 病床 床位 床单 空调 楼 产科 麻醉 救护车 志愿者 陪护 探视 处方 复印 电话 系统 诊室 候诊 工作人员 员工 实习`,
	tThanks: `谢谢 谢啦 谢了 感谢 多谢 感恩 感激 辛苦了 3q thanks thank 谢`,
}

// class sorts what a patient tells; "" if it tells of nothing that a hospital
// did or should do. Praise with a complaint in it is a complaint.
func (v *sight) class() string {
	if is, refused := v.redline(); is {
		return RedLine
	} else if refused {
		return Praise
	}
	bad, good := v.bad(), v.any(tGood, tThanks)
	asks, long := v.has[tAsks], utf8.RuneCountInString(v.text) > 40
	switch {
	case (bad || v.has[tPlace] && hasAny(v.text, "不能报销", "为什么晚上", "哪个管")) && long && !strings.HasPrefix(v.text, "建议"):
		return Complaint // a story that also wishes or asks
	case strings.HasPrefix(v.text, "建议"), v.has[tWish] && !v.angry():
		return Suggestion
	case bad && asks && !v.angry() && v.plainQuestion():
		return Enquiry
	case bad:
		return Complaint
	case v.has[tWish]:
		return Suggestion
	case asks && (v.has[tPlace] || v.plainQuestion()) && (!good || !v.has[tThanks] || v.has[tWish] || contains(v.text, "?") || contains(v.text, "吗")):
		return Enquiry
	case v.has[tGood] && (v.has[tPlace] || v.has[tPerson] || v.has[tThanks]), v.has[tThanks] && (v.has[tPlace] && utf8.RuneCountInString(v.text) > 8):
		return Praise
	case v.has[tGood] && utf8.RuneCountInString(v.text) > 4 && contains(v.text, "你们"):
		return Praise
	case v.has[tPlace] && utf8.RuneCountInString(v.text) > 7 && !v.has[tGood] && hasAny(v.text, "没", "不", "错", "堵", "被", "却", "才", "害", "连", "也勿", "换了三", "要五个", "第五天", "一直", "遍", "死了", "死人"):
		return Complaint // told without a word that we know
	}
	return ""
}

// bad tells whether a word of complaint means what it says.
func (v *sight) bad() bool {
	for _, h := range v.hits {
		if h.tag == tBad && !v.covered(h, tNotBad) {
			return true
		}
	}
	return false
}

// angry tells whether a text is a complaint whatever it wishes or asks.
func (v *sight) angry() bool {
	for _, w := range []string{"投诉", "举报", "态度差", "态度恶劣", "恶劣", "骂", "凶", "差劲", "太差", "很差", "乱收费", "多收", "凭什么", "推诿", "踢皮球", "没人管", "失望", "愤怒", "气", "道歉", "说法", "不耐烦", "等了", "过分", "离谱", "什么态度", "白跑", "弄错", "搞错", "开错", "误诊", "怎么还", "怎么都", "怎么这么", "怎么那么", "为什么不", "为什么还", "为什么没", "没人", "受不了", "无语"} {
		if contains(v.text, w) {
			return true
		}
	}
	return false
}

// plainQuestion tells whether a text asks to be told something.
func (v *sight) plainQuestion() bool {
	for _, w := range []string{"吗", "几点", "怎么挂", "怎么预约", "怎么取", "怎么办", "怎么补", "怎么走", "怎么打", "怎么查", "怎么缴", "怎么报", "怎么退", "怎么开", "怎么改", "在哪", "哪里", "哪儿", "多少钱", "什么时候", "请问", "咨询", "问一下", "问下", "想问", "能否", "可以", "如何", "几楼", "需要带", "要带", "多久", "多长"} {
		if contains(v.text, w) {
			return true
		}
	}
	return false
}

func contains(s, w string) bool { return strings.Contains(s, w) }
