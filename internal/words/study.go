package words

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The columns of topics and questions, the proper title first.
var (
	TopicDay            = []string{"日期", "学习日期", "推送日期", "主题日期"}
	TopicTitle          = []string{"标题", "主题", "题目", "学习主题"}
	TopicBody           = []string{"正文", "内容", "学习内容"}
	TopicLink           = []string{"链接", "网址", "原文链接", "全文链接"}
	TopicSource         = []string{"来源", "出处"}
	TopicAudience       = []string{"范围", "学习范围", "对象", "推送范围"}
	QuestionKind        = []string{"题型", "题目类型", "类型"}
	QuestionStem        = []string{"题干", "题目", "试题", "问题"}
	QuestionAnswer      = []string{"答案", "正确答案", "标准答案", "参考答案"}
	QuestionExplanation = []string{"解析", "答案解析", "说明", "讲解"}
	QuestionCategory    = []string{"分类", "类别", "知识点"}
	QuestionDifficulty  = []string{"难度", "难易程度"}
)

// QuestionOption titles the column of an option.
func QuestionOption(letter string) []string {
	return []string{"选项" + letter, letter, letter + "选项", letter + "项"}
}

// QuestionKinds are the kinds of questions as people write them.
var QuestionKinds = map[string]string{
	"单选": "single", "单选题": "single", "单项选择": "single", "单项选择题": "single", "选择题": "single",
	"多选": "multiple", "多选题": "multiple", "多项选择": "multiple", "多项选择题": "multiple", "不定项": "multiple", "不定项选择题": "multiple",
	"判断": "truefalse", "判断题": "truefalse", "是非": "truefalse", "是非题": "truefalse", "对错题": "truefalse",
	"填空": "fill", "填空题": "fill",
	"简答": "short", "简答题": "short", "问答题": "short",
	"匹配": "match", "匹配题": "match", "连线题": "match",
}

// TrueFalseAnswers are the answers of 判断 as people write them.
var TrueFalseAnswers = map[string]string{
	"对": "A", "正确": "A", "√": "A", "✓": "A", "✔": "A", "是": "A", "T": "A", "TRUE": "A", "A": "A", "1": "A", "Y": "A",
	"错": "B", "错误": "B", "×": "B", "✗": "B", "✘": "B", "否": "B", "F": "B", "FALSE": "B", "B": "B", "0": "B", "N": "B", "X": "B",
}

var everybody = []string{"全体", "全院", "全员", "所有人", "全体职工", "全院职工", "全体人员"}

// SplitAudience reads a topic's audience: the names of units, in an order of
// their own and each once, so that the same units are the same audience; none
// for everybody. A slash belongs to a name: 一支部/第一党小组.
func SplitAudience(s string) []string {
	names := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、，,；; \t\n　", r) })
	if slices.ContainsFunc(names, func(n string) bool { return slices.Contains(everybody, n) }) {
		return nil
	}
	slices.Sort(names)
	return slices.Compact(names)
}

var ofOthers = regexp.MustCompile(`^(以上|以下|上述|前面|上面|前[0-9一二两三四五]|[均皆都][是为对错正不可无有]|全[部都对错是选]|[二两三四五]者?[都均皆])|以上(都|均|全|选项)|(其他|其它|其余|所有|没有正确)选项`)

// SpeaksOfOthers tells whether an option speaks of the ones above it.
func SpeaksOfOthers(option string) bool { return ofOthers.MatchString(option) }

// Why a row of topics or questions cannot be taken.
const (
	FaultTitleLong     = "标题太长，最多 60 个字"
	FaultLink          = "链接要以 http:// 或 https:// 开头"
	FaultKind          = "题型看不懂，可以写：单选、多选、判断、填空、简答、匹配"
	FaultOptionGap     = "选项中间空了一格，请依次填写"
	FaultOptionTwice   = "和前面的选项重复"
	FaultOptionsFew    = "至少要有两个选项"
	FaultTrueFalse     = "判断题的答案请写“对”或“错”"
	FaultAnswerLetters = "答案请写选项字母，例如 A，多选写 A、C，匹配写 1B 2A"
	FaultAnswerOption  = "答案里的字母没有对应的选项"
	FaultAnswerOne     = "单选题只能有一个答案"
	FaultAnswerMatch   = "匹配题至少要有两组，例如 1B 2A"
	FaultQuestionLong  = "题目太长，一条消息放不下，请缩短题干或选项"
	FaultNoTopic       = "这一天还没有学习主题，请先导入主题"
)

// FaultTopicTwice says that a day has another topic for the same people.
func FaultTopicTwice(row int) string {
	return fmt.Sprintf("这一天同一范围已有主题（第 %d 行）", row)
}

// FaultQuestionTwice says that a question stands in the file twice.
func FaultQuestionTwice(row int) string { return fmt.Sprintf("和第 %d 行是同一道题", row) }

// FaultQuestionDiffers says that a file has a question twice and contradicts
// itself: one of the two answers must be wrong.
func FaultQuestionDiffers(row int) string {
	return fmt.Sprintf("和第 %d 行是同一道题，但答案或解析不同，请统一", row)
}

// FaultTooManyQuestions says that a day has too many.
func FaultTooManyQuestions(most int) string { return fmt.Sprintf("一天最多 %d 道题", most) }

// FaultUnits names units that the roster does not have.
func FaultUnits(names []string) string {
	return "花名册里没有“" + strings.Join(names, "”“") + "”，请核对支部或科室的名称"
}

// NoSuchStaffNo says that nobody has the number.
func NoSuchStaffNo(no string) string {
	return "花名册里没有工号 " + no + "，请核对后再试。"
}

// Imported reports an import of topics (what = 主题) or questions (题目).
func Imported(what string, added, changed, same int, waiting []string, dry bool) string {
	var b strings.Builder
	if dry {
		b.WriteString("试运行，没有保存。\n")
	}
	fmt.Fprintf(&b, "%s：新增 %d，修改 %d，没有变化 %d。\n", what, added, changed, same)
	if len(waiting) > 0 {
		shown := waiting[:min(len(waiting), 5)]
		more := ""
		if len(waiting) > len(shown) {
			more = fmt.Sprintf(" 等 %d 天", len(waiting))
		}
		fmt.Fprintf(&b, "待另一人审批后才能学习：%s%s。\n负责人可以带上 --approve 工号 再导入一次，表示由本人负责。\n", strings.Join(shown, "、"), more)
	}
	return b.String()
}

// TopicDays remarks on days of topics: those that are off, and those of years
// whose holidays are not loaded. Nothing to remark is empty.
func TopicDays(off, unsure []string) string {
	var s string
	if len(off) > 0 {
		s += "留意：" + someDays(off) + " 是休息日，当天不推送，职工可以自己发“学习”。\n"
	}
	if len(unsure) > 0 {
		s += "留意：" + someDays(unsure) + " 的放假安排还没有导入，是否上班暂定。\n"
	}
	return s
}

func someDays(days []string) string {
	if len(days) > 5 {
		return strings.Join(days[:5], "、") + fmt.Sprintf(" 等 %d 天", len(days))
	}
	return strings.Join(days, "、")
}

// The nouns of Imported.
const (
	Topics    = "主题"
	Questions = "题目"
)
