package wechatsim

import (
	"fmt"
	"strings"
	"time"
)

// maxText is the length of a text, in bytes of UTF-8.
const maxText = 2048

// customMessage is a customer-service message as the API takes it.
type customMessage struct {
	ToUser  string `json:"touser"`
	MsgType string `json:"msgtype"`
	Text    struct {
		Content string `json:"content"`
	} `json:"text"`
	Image mediaRef `json:"image"`
	Voice mediaRef `json:"voice"`
	Video mediaRef `json:"video"`
	News  struct {
		Articles []Article `json:"articles"`
	} `json:"news"`
	Msgmenu *Msgmenu `json:"msgmenu"`
}

type mediaRef struct {
	MediaID string `json:"media_id"`
}

// Article is a card that opens a page.
type Article struct {
	Title       string `json:"title" xml:"Title"`
	Description string `json:"description" xml:"Description"`
	URL         string `json:"url" xml:"Url"`
}

// Msgmenu is a message with entries to be tapped, see Follower.Choose.
type Msgmenu struct {
	Head string     `json:"head_content"`
	List []MenuItem `json:"list"`
	Tail string     `json:"tail_content"`
}

// MenuItem is an entry of a Msgmenu.
type MenuItem struct {
	ID      string `json:"id"`
	Content string `json:"content"`
}

// customSend is POST /cgi-bin/message/custom/send.
func (s *Sim) customSend(c *apiCall) (any, *refusal) {
	var in customMessage
	if r := c.into(&in); r != nil {
		return nil, r
	}
	f, r := s.receiver(in.ToUser)
	if r != nil {
		return nil, r
	}
	if f.blocked {
		return nil, refuse(48002, "user block receive message")
	}
	text, r := s.checkCustom(in)
	if r != nil {
		return nil, r
	}
	if r := f.windows.take(c.now); r != nil {
		return nil, r
	}
	f.typingUntil = time.Time{}
	f.receive(Message{At: c.now, Via: Service, Kind: in.MsgType, Text: text, Articles: in.News.Articles, Menu: in.Msgmenu})
	return ok(), nil
}

// receiver finds the follower that an openid names.
func (s *Sim) receiver(openID string) (*Follower, *refusal) {
	f, known := s.followers[openID]
	switch {
	case !known:
		return nil, refuse(40003, "invalid openid")
	case f.everFollowed && !f.following:
		return nil, refuse(45015, "response out of time limit or subscription is canceled")
	case !f.following:
		return nil, refuse(43004, "require subscribe")
	}
	return f, nil
}

// checkCustom refuses a message that breaks a rule, and returns what a phone
// shows of it.
func (s *Sim) checkCustom(in customMessage) (string, *refusal) {
	switch in.MsgType {
	case "text":
		return in.Text.Content, checkText(in.Text.Content)
	case "image":
		return "[image]", s.checkMedia(in.Image.MediaID)
	case "voice":
		return "[voice]", s.checkMedia(in.Voice.MediaID)
	case "video":
		return "[video]", s.checkMedia(in.Video.MediaID)
	case "news":
		switch n := len(in.News.Articles); {
		case n == 0:
			return "", refuse(44003, "empty news data")
		case n > 1:
			return "", refuse(45008, "article size out of limit")
		}
		return showArticle(in.News.Articles[0]), nil
	case "msgmenu":
		if in.Msgmenu == nil || len(in.Msgmenu.List) == 0 {
			return "", refuse(47001, "data format error")
		}
		return showMenu(*in.Msgmenu), nil
	}
	return "", refuse(40008, "invalid message type")
}

func checkText(text string) *refusal {
	switch {
	case text == "":
		return refuse(44004, "empty content")
	case len(text) > maxText:
		return refuse(45002, "content size out of limit")
	}
	return nil
}

// mediaLife is how long what people sent can be used.
const mediaLife = 3 * 24 * time.Hour

func (s *Sim) checkMedia(id string) *refusal {
	born, known := s.media[id]
	if !known || s.opt.Now().Sub(born) >= mediaLife {
		return refuse(40007, "invalid media_id")
	}
	return nil
}

func showArticle(a Article) string {
	return strings.Join([]string{a.Title, a.Description, a.URL}, "\n")
}

func showMenu(m Msgmenu) string {
	var b strings.Builder
	fmt.Fprintln(&b, m.Head)
	for _, item := range m.List {
		fmt.Fprintf(&b, "[%s] %s\n", item.ID, item.Content)
	}
	b.WriteString(m.Tail)
	return b.String()
}

// customTyping is POST /cgi-bin/message/custom/typing.
func (s *Sim) customTyping(c *apiCall) (any, *refusal) {
	var in struct {
		ToUser  string `json:"touser"`
		Command string `json:"command"`
	}
	if r := c.into(&in); r != nil {
		return nil, r
	}
	f, r := s.receiver(in.ToUser)
	if r != nil {
		return nil, r
	}
	switch {
	case in.Command == "CancelTyping":
		f.typingUntil = time.Time{}
	case in.Command != "Typing":
		return nil, refuse(45072, "invalid command")
	case c.now.Sub(f.lastExchange) > 30*time.Second:
		return nil, refuse(45080, "need sending message to user or recving message from user in the last 30 seconds before typing")
	case c.now.Before(f.typingUntil):
		return nil, refuse(45081, "you are already typing")
	default:
		f.typingUntil = c.now.Add(15 * time.Second)
	}
	return ok(), nil
}
