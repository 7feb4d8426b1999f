package wechatsim

import (
	"strconv"
	"strings"
	"time"
)

const (
	maxCardURL  = 1024             // bytes
	dedupeLife  = 10 * time.Minute // of a client_msg_id
	firstCardID = int64(3_400_000_000_000_000_000)
)

// cardRequest is a template message or a subscription notice as the API takes
// it.
type cardRequest struct {
	ToUser      string               `json:"touser"`
	TemplateID  string               `json:"template_id"`
	URL         string               `json:"url"`  // of a template message
	Page        string               `json:"page"` // of a notice
	ClientMsgID string               `json:"client_msg_id"`
	Data        map[string]cardValue `json:"data"`
}

type cardValue struct {
	Value string `json:"value"`
}

// CardField is one line of a card.
type CardField struct {
	Name  string `json:"name"`            // as in the template, thing1
	Label string `json:"label,omitempty"` // what people see it called
	Value string `json:"value"`
}

// templateSend is POST /cgi-bin/message/template/send.
func (s *Sim) templateSend(c *apiCall) (any, *refusal) {
	var in cardRequest
	if r := c.into(&in); r != nil {
		return nil, r
	}
	f, known := s.followers[in.ToUser]
	switch {
	case !known:
		return nil, refuse(40003, "invalid openid")
	case !f.following:
		return nil, refuse(43004, "require subscribe")
	}
	t, r := s.template(in.TemplateID, KindTemplate)
	if r != nil {
		return nil, r
	}
	if r := checkCard(t, in.Data, in.URL); r != nil {
		return nil, r
	}
	id, sent := s.sent.find(f.openID, in.ClientMsgID, c.now)
	if !sent {
		id = s.newCardID()
		s.sent.add(f.openID, in.ClientMsgID, id, c.now)
		_, status := c.show(f, t.card(c.now, in.Data, in.URL))
		s.promise(c, receipt{f, "TEMPLATESENDJOBFINISH", element("MsgID", cardID(id)) + cdata("Status", status)})
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "msgid": id}, nil
}

// bizSend is POST /cgi-bin/message/subscribe/bizsend. Who does not follow may
// have subscribed on a page all the same.
func (s *Sim) bizSend(c *apiCall) (any, *refusal) {
	var in cardRequest
	if r := c.into(&in); r != nil {
		return nil, r
	}
	f, known := s.followers[in.ToUser]
	if !known {
		return nil, refuse(40003, "invalid openid")
	}
	t, r := s.template(in.TemplateID, KindOnce, KindLong)
	if r != nil {
		return nil, r
	}
	if f.accepted[t.ID] == 0 {
		return nil, refuse(43101, "user refuse to accept the msg")
	}
	if r := checkCard(t, in.Data, in.Page); r != nil {
		return nil, r
	}
	if t.Kind == KindOnce {
		f.accepted[t.ID]--
	}
	code, status := c.show(f, t.card(c.now, in.Data, in.Page))
	s.promise(c, receipt{f, "subscribe_msg_sent_event", subscribeList("SubscribeMsgSentEvent",
		cdata("TemplateId", t.ID)+element("MsgID", cardID(s.newCardID()))+
			element("ErrorCode", strconv.Itoa(code))+cdata("ErrorStatus", status))})
	return ok(), nil
}

func checkCard(t Template, data map[string]cardValue, url string) *refusal {
	if r := t.check(data); r != nil {
		return r
	}
	if len(url) > maxCardURL {
		return refuse(40039, "invalid url size")
	}
	return nil
}

// card is what a phone shows. A template message loses its emoji.
func (t Template) card(now time.Time, data map[string]cardValue, url string) Message {
	m := Message{At: now, Via: ViaSubscription, Kind: "card", TemplateID: t.ID, Title: t.Title, URL: url}
	lines := []string{t.Title}
	for _, field := range t.Fields {
		v := data[field].Value
		if t.Kind == KindTemplate {
			m.Via = ViaTemplate
			v = withoutEmoji(v)
		}
		m.Fields = append(m.Fields, CardField{field, t.Labels[field], v})
		lines = append(lines, v)
	}
	m.Text = strings.Join(lines, "\n")
	return m
}

// show puts a card on the phone unless something keeps it away, and returns
// what the receipt says of it. The caller holds Sim.mu.
func (c *apiCall) show(f *Follower, m Message) (code int, status string) {
	switch {
	case c.fault.Undelivered:
		return -1, "failed: system failed"
	case f.blocked:
		return 48002, "failed:user block"
	}
	f.receive(m)
	return 0, "success"
}

// newCardID makes an id that rises and, like the platform's, is too large for
// a floating-point number. The caller holds mu.
func (s *Sim) newCardID() int64 { return firstCardID + s.next() }

func cardID(id int64) string { return strconv.FormatInt(id, 10) }

// sentLog remembers for ten minutes which client_msg_ids were sent.
type sentLog struct {
	ids   map[sentKey]int64
	order []sentMark // oldest first
}

type sentKey struct{ openID, key string }

type sentMark struct {
	sentKey
	at time.Time
}

func (l *sentLog) find(openID, key string, now time.Time) (id int64, sent bool) {
	for len(l.order) > 0 && now.Sub(l.order[0].at) >= dedupeLife {
		delete(l.ids, l.order[0].sentKey)
		l.order = l.order[1:]
	}
	id, sent = l.ids[sentKey{openID, key}]
	return id, sent
}

func (l *sentLog) add(openID, key string, id int64, now time.Time) {
	if key == "" {
		return
	}
	mark := sentMark{sentKey{openID, key}, now}
	l.ids[mark.sentKey] = id
	l.order = append(l.order, mark)
}
