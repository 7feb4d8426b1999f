package understand

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// implied is a command without number that everyday words ask for.
func implied(act Act, c *Context, k Kind, rule string) Reading {
	if c.count(k) > 1 {
		return Reading{Act: AskWhich, Args: []string{string(k)}, Rule: rule, Sure: AskBack}
	}
	return Reading{Act: act, Args: []string{c.item(k).Number}, Rule: rule, Sure: Likely}
}

// caseAsked reads a text in which a receipt number stands, with nothing but a
// question about it.
func caseAsked(s string, c *Context) (Reading, bool) {
	for i, r := range s {
		if r >= 0x80 || !strings.ContainsRune(caseSigns, unicode.ToUpper(r)) || i > 0 && s[i-1] < 0x80 && s[i-1] > ' ' {
			continue
		}
		n, rest, ok := caseNumber(s[i:])
		if !ok || !looksLikeCase(n) {
			continue
		}
		around := squeeze(s[:i] + rest)
		if hasAny(around, "哪个病人", "谁写", "叫什么", "是谁") {
			return Reading{Act: Refuse, Args: []string{"data"}, Rule: "7 data of others"}, true
		}
		if c.member() && (verbAsked(around) || c.isOpen(OpenAssigned)) {
			return Reading{Act: AskPart, Args: []string{"办件", n}, Rule: "3 not at the start", Sure: AskBack}, true
		}
		plain := trimAny(bare(around), append(slices.Clone(morePolite), fillers...), append(slices.Clone(moreAfter), fillers...))
		if plain == "" && c.member() && c.count(OpenAssigned) > 0 {
			return Reading{Act: AskPart, Args: []string{"办件", n}, Rule: "3 number alone", Sure: AskBack}, true
		}
		if plain == "" || hasAny(around, "查", "怎么样", "进度", "进展", "结果", "到哪", "办好", "处理", "状态", "回复了", "解决") && utf8.RuneCountInString(around) < 20 {
			return Reading{Act: Query, Args: []string{n}, Rule: "3 number of a case", Sure: Likely}, true
		}
		return Reading{}, false
	}
	return Reading{}, false
}

// verbAsked tells whether a verb of case work stands in a text, but not at its
// start.
func verbAsked(s string) bool {
	return hasAny(s, "办结", "转办", "退回", "接收", "延期", "回复", "接", "结案", "转给", "转到")
}

func hasAny(s string, words ...string) bool {
	for _, w := range words {
		if contains(s, w) {
			return true
		}
	}
	return false
}
