package understand

// refuseWords are those of other people's data and acts, and of instructions
// to the machine.
var refuseWords = map[tag]string{
	tProxy: `代签 代我签 代他签 代她签 帮他签 帮她签 替他签 替她签 帮同事签 替同事签 帮…签到 替…签到 给…签到 帮…签个到 替…签个到 帮…打卡 替…打卡 代打卡 代签到 代答 帮他答 帮她答 替他答 替她答 帮…答题 替…答题 帮我答 替我答 帮…学习 替…学习 替…确认 帮…确认 替…请假 帮他请假 帮她请假 帮…请假 替…补学 帮…补学 用…的号 冒充
		帮…绑定 替…绑定 帮…投票 替…投票 代…投 改成绩 改分数 改一下成绩 改我的成绩 刷分 加点分 加分给我`,
	tData:    `谁投诉 哪个病人写 哪个患者写 谁写 叫什么名字 谁举报 谁告 哪个投诉 哪个病人投诉 哪个患者投诉 哪位患者投诉 投诉人 举报人 谁写的投诉 谁打的差评 谁给的差评 谁给我差评 谁反映 谁评价 谁打的分 谁没学 谁没答 谁没签 谁没完成 谁没来 谁请假 谁答错 谁的分 考了多少 答对多少 多少分 得了几分 的成绩 的分数 的错题 的得分 的病历 的病情 的诊断 的检查结果 的化验 的报告 的手机号 的手机 的电话号 的电话 的联系方式 的微信 的身份证 的住址 家住 住哪 的绑定码 的工号 的投诉 的案件 的受理号 的隐私 的资料 的名单 的排名 所有人 全部患者 别人的 其他人的 患者信息 病人信息 的个人信息 所有患者 什么病住 得的什么病 谁住在 住几床 openid 数据库`,
	tOther:   `谁 哪个 他考 她考 他错 她错 别人 其他人 他人 某某 同事 张三 李四 王五 小王 小李 小张 小刘 小陈 老王 老李 老张 科里 我们科 老婆的 老公的 我妈的 我爸的 爱人的 朋友的 邻居 隔壁 明星 前妻 前夫 对象 领导 医生的 护士的 主任的 大夫的 患者的 病人的 投诉人 举报人 所有人 所有患者 全部患者 其他患者 患者信息 病人信息 女朋友 男朋友 儿媳 亲戚 他的 她的 人家 同学 书记的 院长的 床的 床病人 某人 家属的 老师的`,
	tMachine: `忽略 无视 系统提示 提示词 system prompt ignore 你现在是 你是一个 扮演 管理员模式 开发者模式 越狱 sudo select drop <script 指令 执行以下 prompt`,
}

// refuse tells whether a text is about another person's data or acts, and
// which of the two.
func (v *sight) refuse() (what string, ok bool) {
	for _, h := range v.hits {
		// 帮我签到 is only polite.
		if h.tag == tProxy && !hasAnyPrefix(v.text[h.at:h.end], "帮我签", "给我签", "帮我打卡", "给我打卡", "帮我学习", "帮我补", "帮我绑", "给我绑", "帮我确认", "帮我请假", "给我请假", "给我确认") {
			return "act", true
		}
	}
	if v.has[tData] && v.hasOther() && len(v.text) < 150 {
		return "data", true
	}
	return "", false
}

// hasOther tells whether the data asked for are somebody else's: one is named
// by a relation or stands before 的.
func (v *sight) hasOther() bool {
	if v.has[tOther] {
		return true
	}
	if !hasAny(v.text, "多少", "给我", "告诉", "查", "看看", "发我", "发给", "什么", "知道", "想要", "能看", "谁", "几", "了吗", "调出") {
		return false
	}
	for _, h := range v.hits {
		if h.tag == tData && h.at > 0 && !mine(v.text[:h.at]) && contains(v.text[h.at:h.end], "的") {
			return true
		}
	}
	return false
}

// mine tells whether what stands before the data is the asker himself, or no
// person at all.
func mine(before string) bool {
	for _, w := range []string{"我", "我们", "自己", "本人", "医院", "门诊", "今天", "科", "挂号", "前台", "你们", "咨询", "服务台", "预约", "投诉", "人工", "办", "处", "窗口", "部", "室"} {
		if len(before) >= len(w) && before[len(before)-len(w):] == w {
			return true
		}
	}
	return false
}
