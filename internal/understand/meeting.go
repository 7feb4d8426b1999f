package understand

import (
	"strings"
	"unicode/utf8"
)

// Answers to an invitation.
const (
	Attend = "attend"
	Leave  = "leave"
	Late   = "late"
)

// The everyday words of each answer.
var (
	leaveWords  = []string{"请假", "请个假", "请一天假", "请病假", "请事假", "想请假", "不参加", "不能参加", "参加不了", "参加不成", "无法参加", "没法参加", "参不了", "不能出席", "无法出席", "不出席", "来不了", "来不成", "去不了", "去不成", "到不了", "不能来", "不能去", "不能到", "不去", "不来", "没空", "没时间", "没法去", "没法来", "没办法", "无法到", "赶不过来", "赶不回", "赶不上", "缺席", "休假", "值班", "出差", "有手术", "有事", "冲突", "不到了", "走不开", "走不脱", "抽不开身"}
	lateWords   = []string{"不能准时", "不能按时", "没法准时", "无法准时", "晚到", "迟到", "晚点", "晚一点", "晚一会", "晚些", "晚来", "晚去", "迟一点", "迟一会", "稍晚", "稍迟", "会晚", "要晚", "可能晚", "分钟到", "分钟后到", "半小时到", "下了手术再去", "交完班再", "忙完再来", "忙完再去", "忙完就", "下夜班再"}
	attendWords = []string{"参加", "出席", "到会", "到场", "参会", "准时", "按时", "能来", "能去", "能到", "会去", "会来", "会到", "一定到", "一定来", "一定去", "我来", "我去", "我到", "可以来", "可以去", "去的", "来的", "没问题", "照常"}
	unsure      = []string{"可能", "也许", "不确定", "不一定", "看情况", "尽量", "再说", "待定", "争取", "说不准", "还不知道", "或者", "还是"}
	corrections = []string{"不对", "错了", "更正", "改成", "改为", "改参加", "改请假", "改晚到", "还是", "现在可以", "又能", "又可以", "写错", "发错", "打错"}
)

// rsvp reads an answer to an invitation.
func rsvp(s string) (Reading, bool) {
	t := strings.TrimLeft(squeeze(trimAny(bare(s), []string{"您好", "你好", "书记好", "书记", "老师", "收到", "好的", "嗯", "我选择", "我选", "选择", "选", "我回复", "回复", "本人"}, nil)), "+")
	if hasAny(t, "我们科", "同事", "也参加", "他参加", "她参加", "替", "代") {
		return Reading{}, false // another's answer
	}
	if t == "" || utf8.RuneCountInString(t) > 80 || asksBack(s) {
		return Reading{}, false
	}
	if said, ok := rsvpDigit(t); ok {
		return said, true
	}
	if t[0] >= '0' && t[0] <= '9' && !hasAny(t, lateWords...) {
		return Reading{}, false
	}
	for _, w := range corrections {
		if _, after, ok := strings.Cut(t, w); ok && bare(after) != "" && answerOf(bare(after)) != "" {
			t = bare(after)
		} else if ok && hasAnyPrefix(w, "改") {
			t = strings.TrimPrefix(w, "改") + after
		}
	}
	if said, ok := rsvpDigit(t); ok {
		return said, true
	}
	answer := answerOf(t)
	if answer == "" || answer != Leave && utf8.RuneCountInString(t) > 24 {
		return Reading{}, false
	}
	return Reading{Act: RSVP, Args: []string{answer, reasonOf(t, answer)}, Rule: "4 invitation", Sure: Likely}, true
}

// asksBack tells whether a text asks something about the meeting.
func asksBack(s string) bool {
	return hasAny(s, "?", "吗", "谁", "几点", "哪", "什么", "多少", "怎么", "么时候", "能不能", "可不可以", "要不要", "是不是", "行不行")
}

// rsvpDigit reads 1, 2 原因 and 3.
func rsvpDigit(t string) (Reading, bool) {
	d := digitOf(firstRune(t))
	if d < 0 || d > 2 {
		return Reading{}, false
	}
	rest := t[utf8.RuneLen(firstRune(t)):]
	next := firstRune(bare(rest))
	if next >= '0' && next <= '9' || strings.ContainsRune("点分号人个楼小时天月床次.", firstRune(rest)) && rest != "" && rest != "." && rest != "号" {
		return Reading{}, false
	}
	rest = bare(rest)
	other := answerOf(rest)
	answers := [3]string{Attend, Leave, Late}
	switch {
	case other != "" && other != answers[d] && d != 1, d == 1 && other == Attend, d == 0 && hasAny(rest, "不", "但"):
		return Reading{}, false
	}
	return Reading{Act: RSVP, Args: []string{answers[d], reasonOf(rest, answers[d])}, Rule: "4 invitation"}, true
}

// answerOf tells what everyday words answer; "" if they do not, or waver.
func answerOf(t string) string {
	leave, late, attend := hasAny(t, leaveWords...), hasAny(t, lateWords...), hasAny(t, attendWords...)
	begins := hasAnyPrefix(t, "请假", "请个假", "要请假", "我请假", "我要请假", "不参加", "不能参加", "参加不了", "来不了", "去不了", "我来不了", "我去不了")
	switch {
	case hasAny(t, "不请假", "不用请假", "不会迟到", "不迟到", "不晚到", "不会晚"):
		if hasAny(t, "准时", "参加", "按时") && !hasAny(t, "不参加") {
			return Attend
		}
		return ""
	case begins:
		return Leave
	case hasAny(t, unsure...) && !hasAny(t, "可能晚", "可能迟到", "可能会晚", "可能要晚"):
		return ""
	case hasAny(t, "不参加", "不能参加", "参加不了", "无法参加", "不出席", "请假", "来不了", "去不了", "不能来", "不能去"):
		return Leave
	case late:
		return Late
	case leave && !attend:
		return Leave
	case attend && !leave:
		return Attend
	case t == "去" || t == "来" || t == "到":
		return Attend
	}
	return ""
}

// reasonOf takes the reason behind the word of leave or delay.
func reasonOf(t, answer string) string {
	if answer == Attend {
		return ""
	}
	for _, w := range []string{"我要", "我", "想", "要", "请假", "请个假", "晚到", "原因"} {
		t = bare(strings.TrimPrefix(t, w))
	}
	return t
}

// aboutMeeting tells whether a text is about coming, though not an answer.
func aboutMeeting(s string) bool {
	return hasAny(s, leaveWords...) || hasAny(s, lateWords...) || hasAny(s, attendWords...) ||
		digitOf(firstRune(bare(s))) >= 0 && utf8.RuneCountInString(s) < 12
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
