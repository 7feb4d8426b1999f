package understand

// The acts. Each has a row in the dialogue's table. Where Args are named, all
// of them are there; "" is one that was not said.
const (
	Unclear       Act = ""              // nothing fits
	Help          Act = "help"          // 帮助
	Quit          Act = "quit"          // 退出
	Human         Act = "human"         // 人工
	Bind          Act = "bind"          // 绑定 工号 姓名 绑定码; Args are those found, in this order, "" for missing
	Unbind        Act = "unbind"        // 解绑
	ConfirmUnbind Act = "confirmUnbind" // 确认解绑

	Study     Act = "study"     // 学习
	MakeUp    Act = "makeUp"    // 补学
	Review    Act = "review"    // 错题
	Mine      Act = "mine"      // 我的
	Answer    Act = "answer"    // to the question shown; Args[0] is the answer in shown letters, or the text
	AskAnswer Act = "askAnswer" // an answer that does not fit the question's form; Args[0] is why
	DontKnow  Act = "dontKnow"  // 不知道
	Skip      Act = "skip"      // 跳过

	CheckIn     Act = "checkIn"  // 签到; Args: code
	Pledges     Act = "pledges"  // 承诺
	Confirm     Act = "confirm"  // 确认; Args: number of the pledge
	Notices     Act = "notices"  // 通知
	RSVP        Act = "rsvp"     // Args: attend, leave or late; reason
	Announce    Act = "announce" // 发通知; Args: what was said with it
	Send        Act = "announceSend"
	Approve     Act = "approveLeave" // 同意 编号; Args: number
	Reject      Act = "rejectLeave"  // 不同意 编号 原因; Args: number, reason
	Agree       Act = "agree"        // 同意
	Subscribe   Act = "subscribe"    // 订阅; Args: kind
	Unsubscribe Act = "unsubscribe"  // 退订; Args: kind, "" lists them

	Feedback        Act = "feedback"        // Args: class, text; both "" where only the word was sent
	Append          Act = "append"          // to the open case; Args: number, text
	Query           Act = "query"           // 查询; Args: number, "" for the only one
	Rate            Act = "rate"            // 评价; Args: stars, text
	WithdrawCase    Act = "withdrawCase"    // 撤回 受理号; Args: number
	ConfirmWithdraw Act = "confirmWithdraw" // 确认撤回
	WithdrawConsent Act = "withdrawConsent" // 撤回同意
	OfferFeedback   Act = "offerFeedback"   // asks whether it is meant as feedback; Args: text
	AskReopen       Act = "askReopen"       // asks: open again or new; Args: text

	Emergency Act = "emergency" // Args: kind of danger, text
	Redline   Act = "redline"   // Args: text
	Medical   Act = "medical"   // fixed words, no advice
	Refuse    Act = "refuse"    // Args: data or act
	SmallTalk Act = "smalltalk" // a short warm reply

	Cases    Act = "cases"    // 办件
	Accept   Act = "accept"   // 接收; Args: number, "" for the only one
	Reply    Act = "reply"    // 回复; Args: number, text
	Transfer Act = "transfer" // 转办; Args: number, department
	Return   Act = "return"   // 退回; Args: number, reason
	Extend   Act = "extend"   // 延期; Args: number, date and reason
	Close    Act = "close"    // 办结; Args: number, result

	StepText   Act = "step"       // the text that the open step asked for; Args[0]
	AskCommand Act = "askCommand" // a command that was nearly typed; Args[0] is the command
	AskPart    Act = "askPart"    // a command that lacks something; Args: the command, what was given
	AskConfirm Act = "askConfirm" // what cannot be undone, not clearly said; Args: the command, number, text
	AskWhich   Act = "askWhich"   // several open things fit; Args: their kinds
)

// irreversible acts need their exact word.
var irreversible = []Act{Confirm, Send, Close, Transfer, Return, Unbind, WithdrawConsent, ConfirmUnbind, ConfirmWithdraw}
