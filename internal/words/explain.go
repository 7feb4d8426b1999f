package words

import "strings"

// Explained says in one line what a text was understood as. sure is 0 for the
// contract's own words, 1 for everyday ones, 2 when the person is asked back.
func Explained(act string, args []string, rule string, sure int) string {
	if act == "" {
		act = "unclear"
	}
	s := "动作 " + act
	if len(args) > 0 {
		s += "（" + strings.Join(args, " | ") + "）"
	}
	return s + "，依据 " + rule + "，把握：" + [...]string{"确定", "很可能", "会再问一句"}[sure]
}
