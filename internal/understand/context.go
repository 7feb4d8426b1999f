package understand

// Role is what a person is to the hospital; a person may be several.
type Role uint8

// The roles. Without any, only the acts of study and binding are known.
const (
	Patient Role = 1 << iota
	Member
	Secretary
	Handler
	Coordinator
)

// Kind names a thing that can be open to a person, beside a question.
type Kind string

// The things that can be open.
const (
	OpenNotice   Kind = "notice"   // an invitation that wants 1, 2 or 3
	OpenRating   Kind = "rating"   // a closed case that wants stars
	OpenCase     Kind = "case"     // a case that the person opened
	OpenClosed   Kind = "closed"   // such a case after closing
	OpenPledge   Kind = "pledge"   // a pledge that wants to be confirmed
	OpenAssigned Kind = "assigned" // a case that the person handles
	OpenQuestion Kind = "question" // in answers of AskWhich; else Context.Question
)

// Item is an open thing.
type Item struct {
	Kind   Kind
	Number string // by which the person names it
	Ago    int    // minutes since it was shown, or since the last exchange of a case
}

// Context is what the reading depends on beside the text.
type Context struct {
	Staff       bool      // bound to a member
	Step        string    // the guided step that is open, "" if none
	Question    *Question // the question that was shown last and is open, nil if none
	Roles       Role      // 0: the caller knows the acts of study and binding alone
	QuestionAgo int       // minutes since the question was shown
	Open        []Item
}

// BindStep begins the names of the steps of binding.
const BindStep = "bind."

// Names of steps that have a reading of their own.
const (
	StepFeedback = "feedback"
	StepAnnounce = "announce.confirm"
	StepWithdraw = "withdraw"
)

// count tells how many things of a kind are open.
func (c *Context) count(k Kind) int {
	n := 0
	for _, i := range c.Open {
		if i.Kind == k {
			n++
		}
	}
	return n
}

// item is the thing of a kind that was shown last.
func (c *Context) item(k Kind) *Item {
	var last *Item
	for i := range c.Open {
		if x := &c.Open[i]; x.Kind == k && (last == nil || x.Ago < last.Ago) {
			last = x
		}
	}
	return last
}

// member tells whether the person is bound to a member.
func (c *Context) member() bool { return c.Staff || c.Roles&^Patient != 0 }

// free tells whether the step takes any text.
func (c *Context) free() bool {
	switch c.Step {
	case "", StepAnnounce, StepWithdraw, "unbind", "bind.no", "bind.name", "bind.code":
		return false
	}
	return true
}
