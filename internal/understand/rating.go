package understand

import (
	"strings"
	"unicode/utf8"
)

// starWords are ways to write a number of stars.
var starWords = map[rune]string{'1': "1", '2': "2", '3': "3", '4': "4", '5': "5", '一': "1", '二': "2", '两': "2", '三': "3", '四': "4", '五': "5", '①': "1", '②': "2", '③': "3", '④': "4", '⑤': "5"}

// starFront is what people put before the stars.
var starFront = []string{"我打", "我给", "我评", "评价", "评分", "评", "打", "给你们", "给个", "给", "满", "就", "服务", "总体", "选", "我", "必须", "好的", "当然", "您好", "你好", "回复", "态度", "综合"}

// rating reads an answer to the question for stars.
func rating(s string) (Reading, bool) {
	if _, after, ok := strings.Cut(s, "本来"); ok {
		if i := strings.LastIndex(after, "给"); i > 0 {
			s = after[i:]
		}
	}
	n, words, ok := stars(s)
	if !ok {
		return Reading{}, false
	}
	return Reading{Act: Rate, Args: []string{n, words}, Rule: "5 rating"}, true
}

// stars reads stars and the words behind them.
func stars(s string) (n, words string, ok bool) {
	if strings.ContainsAny(s, "?") || strings.HasSuffix(s, "吗") {
		return "", "", false
	}
	if n = drawn(s); n != "" {
		return n, "", true
	}
	t := trimAny(bare(s), starFront, nil)
	first := firstRune(t)
	n, ok = starWords[first]
	if !ok {
		return behind(t)
	}
	rest := strings.TrimPrefix(strings.TrimLeft(t[utf8.RuneLen(first):], " "), "颗")
	unit := false
	for _, u := range []string{"星好评", "星级", "星", "分", "★", "⭐"} {
		if after, cut := strings.CutPrefix(rest, u); cut {
			rest, unit = after, true
			break
		}
	}
	han := first >= 0x80 && first > 0x3000
	switch {
	case han && !unit, hasAnyPrefix(rest, "半", "钟", "之"):
		return "", "", false
	case !unit && rest != "" && !isMark(firstRune(rest)) && (firstRune(rest) < 0x80 || hasAnyPrefix(rest, "个", "点", "次", "天", "楼", "号", "床", "小时", "月", "块", "元", "人", "位", "岁", "年")):
		return "", "", false
	}
	words = bare(rest)
	if other := firstRune(words); !unit && other < 0x80 && other >= '0' && other <= '9' || hasAnyPrefix(words, "还是", "或", "到") {
		return "", "", false
	}
	return n, words, true
}

// behind reads stars at the end: 很满意，五星.
func behind(t string) (n, words string, ok bool) {
	for _, u := range []string{"星好评", "颗星", "星", "分"} {
		before, cut := strings.CutSuffix(t, u)
		if !cut {
			continue
		}
		last, size := utf8.DecodeLastRuneInString(before)
		if n, ok = starWords[last]; ok {
			prev, _ := utf8.DecodeLastRuneInString(before[:len(before)-size])
			if prev >= '0' && prev <= '9' || prev == '十' || strings.HasSuffix(before[:len(before)-size], "不") || utf8.RuneCountInString(t) > 30 || hasAny(before, "不给", "不到", "想给", "本来") {
				return "", "", false
			}
			return n, trimAny(bare(before[:len(before)-size]), nil, starFront), true
		}
	}
	return "", "", false
}

// drawn counts stars that are drawn: ★★★.
func drawn(s string) string {
	n := 0
	for _, r := range s {
		switch r {
		case '★', '⭐', '🌟':
			n++
		case '☆', ' ', '。', '!':
		default:
			return ""
		}
	}
	if n < 1 || n > 5 {
		return ""
	}
	return "12345"[n-1 : n]
}

// aboutRating tells whether a short text judges, though without stars.
func aboutRating(v *sight, s string) bool {
	if utf8.RuneCountInString(v.text) > 14 || v.has[tAsks] {
		return false
	}
	t := squeeze(bare(s))
	if hasAny(t, "满意", "差评", "好评", "一般", "还行", "还可以", "凑合", "星", "分", "很好", "非常好", "不错", "太差", "很差", "差劲", "赞", "点赞", "中评", "可以") {
		return true
	}
	return t != "" && strings.Trim(t, "0123456789.") == ""
}
