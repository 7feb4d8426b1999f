// Package words holds every sentence that people read: chat replies, command
// output in Chinese, column names of the files that people bring. Nothing
// here decides anything.
//
// Style: like a good colleague at the front desk. Say what was understood,
// what happens next and how to go on, in at most five short lines. 您, never
// 你; no exclamation marks, no emoji, no officialese (敬请, 予以, 该用户). Commands
// in a sentence stand in “”. Dates as 11月23日 or 2026年11月23日, times 07:30.
// Each text is read aloud before it is kept.
package words
