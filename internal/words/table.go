package words

import (
	"fmt"
	"strings"
)

// Why a cell of a table that somebody brought cannot be taken.
const (
	FaultEmpty      = "不能为空"
	FaultLostDigits = "位数不全，请把这一列设为“文本”格式后重新填写"
	FaultLostZeros  = "像是丢了前导零，请把这一列设为“文本”格式后补上"
	FaultIsDate     = "被表格软件改成了日期，请把这一列设为“文本”格式后重新填写"
	FaultTooLong    = "文字太长；如果是 csv，请检查引号是否成对"
	FaultDay        = "日期看不懂，请写到日，例如 2026-01-05"
)

// Why a whole table cannot be read.
const (
	FileEmpty    = "文件是空的，请检查后重新选择。"
	FileBroken   = "文件打不开，可能没有保存完整，请重新另存为 xlsx 再试。"
	FileOldExcel = "这是旧版 xls 或加了密码的文件，请去掉密码，另存为 xlsx 再试。"
	FileEncoding = "文字编码看不懂，请另存为 xlsx，或 UTF-8 编码的 csv 再试。"
	FileNotTable = "这不是表格文件，请提供 xlsx 或 csv。"
)

// Nothing lists what people write into a cell that has nothing to say.
var Nothing = []string{"无", "暂无", "没有", "-", "--", "—", "——", "/"}

// The marks of a written day, in their order.
const (
	DayYear   = "年"
	DayMonth  = "月"
	DayDay    = "日"
	DayNumber = "号"
)

// FileTooBig refuses a file by its size.
func FileTooBig(megabytes int) string {
	return fmt.Sprintf("文件太大，最多 %d MB，请拆成几份再试。", megabytes)
}

// FileTooManyRows refuses a file by its length.
func FileTooManyRows(rows int) string {
	return fmt.Sprintf("行数太多，最多 %d 行，请拆成几份再试。", rows)
}

// FileTooManyCells refuses a file by the number of its cells.
func FileTooManyCells(cells int) string {
	return fmt.Sprintf("格子太多，最多 %d 万格，请删去用不到的列再试。", cells/10_000)
}

// FileMissingColumns says which headers were looked for and what was there.
func FileMissingColumns(missing, seen []string) string {
	text := "表头里少了" + quoted(missing) + "。"
	if len(seen) == 0 {
		return text + "前几行没有找到表头。"
	}
	return text + "看到的是：" + strings.Join(seen, "、") + "。"
}

// FileDuplicateColumn says that two headers mean the same column.
func FileDuplicateColumn(title string, seen []string) string {
	return "表头" + quoted(seen) + "都是「" + title + "」，请只留一列。"
}

// FaultFormula says that a cell holds a formula's error.
func FaultFormula(code string) string {
	return "公式出错（" + code + "），请改成文字"
}

// FaultLine names a bad place of a table and what is wrong with it; row 0 is
// the table as a whole.
func FaultLine(row int, column, value, reason string) string {
	var b strings.Builder
	if row > 0 {
		fmt.Fprintf(&b, "第 %d 行", row)
	}
	if column != "" {
		b.WriteString("「" + column + "」")
	}
	if b.Len() > 0 {
		b.WriteString("：")
	}
	b.WriteString(reason)
	if value != "" {
		b.WriteString("（写的是“" + value + "”）")
	}
	return b.String()
}

func quoted(names []string) string {
	return "「" + strings.Join(names, "」「") + "」"
}

// FileExists refuses to write over a file.
func FileExists(name string) string {
	return "文件 " + name + " 已经存在，请换个名字，以免盖掉原来的内容。"
}
