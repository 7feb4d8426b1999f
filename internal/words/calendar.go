package words

import (
	"fmt"
	"time"
)

// Provisional marks a date that rests on a year whose holidays are not loaded.
const Provisional = "暂定"

// LongDate is a day in a sentence: 2026年11月3日, without leading zeros.
func LongDate(year int, month time.Month, day int) string {
	return fmt.Sprintf("%d年%d月%d日", year, month, day)
}

// ShortDate is a day of this year in a sentence: 11月3日.
func ShortDate(month time.Month, day int) string {
	return fmt.Sprintf("%d月%d日", month, day)
}

// Weekday is 周一 to 周日.
func Weekday(w time.Weekday) string {
	return [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}[w%7]
}

// CalendarMissing tells an administrator that the notice of a year is to be
// loaded; urgent when the first of January is near or past.
func CalendarMissing(year int, urgent bool) string {
	if urgent {
		return fmt.Sprintf("%d年的放假安排还没有导入，涉及这一年的日期都只能暂定，请尽快导入。", year)
	}
	return fmt.Sprintf("%d年的放假安排还没有导入，国务院通知发布后请导入。", year)
}

// CalendarLoaded is the doctor's line when nothing is missing.
func CalendarLoaded(year int) string {
	return fmt.Sprintf("%d年的放假安排已导入。", year)
}
