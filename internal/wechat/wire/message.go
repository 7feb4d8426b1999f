package wire

import (
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"
	"time"
)

// Message is what came in: a message of a follower or an event. Fields that a
// kind does not have are empty.
type Message struct {
	To, From string // our gh_ id; the follower's openid
	Created  int64  // Unix seconds, by WeChat's clock
	Type     string // text image voice video shortvideo location link event
	MsgID    string // decimal; messages only
	Content  string // text
	MenuID   string // bizmsgmenuid: the item of a tapped message menu
	MediaID  string
	Format   string // of voice: amr, speex
	Event    string // as sent: subscribe, SCAN, TEMPLATESENDJOBFINISH …
	EventKey string
	Ticket   string // of a scanned code
	Extra    []Field
}

// Field is an element that Message has no place of its own for, in the order
// in which it came: {"SubscribeMsgPopupEvent/List/TemplateId", "…"}. An element
// that holds elements stands after them, without text.
type Field struct{ Path, Text string }

// ParseMessage reads a message's XML. An element that stands there twice where
// one is meant counts once, with its first text.
func ParseMessage(b []byte) (*Message, error) {
	m := &Message{}
	err := scan(b, m.set)
	if err != nil {
		return nil, err
	}
	if m.To == "" || m.From == "" || m.Type == "" || m.Created <= 0 {
		return nil, ErrXML
	}
	if m.Type == "event" && m.Event == "" || m.Type != "event" && m.MsgID == "" {
		return nil, ErrXML
	}
	return m, nil
}

func (m *Message) set(path, text []byte) error {
	text = clean(text)
	if string(path) == "CreateTime" {
		n, err := strconv.ParseInt(string(text), 10, 64)
		if err != nil {
			return ErrXML
		}
		m.Created = n
		return nil
	}
	field := m.field(string(path))
	if field == nil {
		m.Extra = append(m.Extra, Field{string(path), string(text)})
		return nil
	}
	if *field == "" {
		*field = string(text)
	}
	return nil
}

func (m *Message) field(path string) *string {
	switch path {
	case "ToUserName":
		return &m.To
	case "FromUserName":
		return &m.From
	case "MsgType":
		return &m.Type
	case "MsgId":
		return &m.MsgID
	case "Content":
		return &m.Content
	case "bizmsgmenuid":
		return &m.MenuID
	case "MediaId":
		return &m.MediaID
	case "Format":
		return &m.Format
	case "Event":
		return &m.Event
	case "EventKey":
		return &m.EventKey
	case "Ticket":
		return &m.Ticket
	}
	return nil
}

// Field returns the first text at path, empty if there is none.
func (m *Message) Field(path string) string {
	for _, f := range m.Extra {
		if f.Path == path {
			return f.Text
		}
	}
	return ""
}

// List returns the elements at path, such as SubscribeMsgPopupEvent/List: of
// each the texts of what it holds, by name, the first where a name stands
// twice. What one element lacks is never its neighbour's.
func (m *Message) List(path string) []map[string]string {
	var list []map[string]string
	entry := map[string]string{}
	for _, f := range m.Extra {
		if f.Path == path {
			list = append(list, entry)
			entry = map[string]string{}
			continue
		}
		name, below := strings.CutPrefix(f.Path, path+"/")
		if _, twice := entry[name]; below && !twice {
			entry[name] = f.Text
		}
	}
	return list
}

// Time is when the follower sent it.
func (m *Message) Time() time.Time { return time.Unix(m.Created, 0) }

// Key is the same for each delivery of the same message and different for any
// other. Messages have their MsgId. Most events have none, and the platform's
// advice (sender and second) takes two taps within a second for one, so the
// event and its key are added; events about a job are known by the job's id,
// those about subscriptions by all their templates. Keys of messages grow with
// time, which keeps the inbox's pages together.
func (m *Message) Key() string {
	if m.Type != "event" {
		return "m" + pad(m.MsgID, 20)
	}
	parts := []string{m.From, strconv.FormatInt(m.Created, 10), m.Event, m.EventKey, m.MsgID}
	for _, f := range m.Extra {
		switch f.Path {
		case "MsgID", "SubscribeMsgSentEvent/List/MsgID",
			"SubscribeMsgPopupEvent/List/TemplateId", "SubscribeMsgChangeEvent/List/TemplateId":
			parts = append(parts, f.Text)
		}
	}
	h := sha256.New()
	for _, s := range parts {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	sum := h.Sum(nil)
	return "e" + pad(strconv.FormatInt(m.Created, 10), 12) + base32.HexEncoding.EncodeToString(sum[:10])
}

func pad(s string, n int) string {
	const zeros = "00000000000000000000"
	if len(s) >= n {
		return s
	}
	return zeros[:n-len(s)] + s
}
