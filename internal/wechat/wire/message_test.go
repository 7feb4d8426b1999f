package wire

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func event(inner string) string {
	return "<xml><ToUserName>gh</ToUserName><FromUserName>o1</FromUserName><CreateTime>100</CreateTime><MsgType>event</MsgType>" + inner + "</xml>"
}

func TestParseMessage(t *testing.T) {
	cases := map[string]struct {
		in   string
		want Message
	}{
		"text, other order, unknown elements, blanks": {
			`<?xml version="1.0"?><xml a="1>2"> <MsgType><![CDATA[text]]></MsgType>
			<URL>x</URL><Content><![CDATA[a]]]]><![CDATA[>b]]></Content><FromUserName>o1</FromUserName>
			<ToUserName>gh</ToUserName><CreateTime>100</CreateTime><MsgId>7</MsgId><bizmsgmenuid>101</bizmsgmenuid></xml> `,
			Message{To: "gh", From: "o1", Created: 100, Type: "text", MsgID: "7", Content: "a]]>b", MenuID: "101", Extra: []Field{{"URL", "x"}}},
		},
		"references and control characters": {
			`<xml><ToUserName>gh</ToUserName><FromUserName>o1</FromUserName><CreateTime>100</CreateTime><MsgType>text</MsgType><Content>1 &lt; 2 &#x4f60;&amp;` + "\x01\x00\b" + `好😀</Content><MsgId>7</MsgId></xml>`,
			Message{To: "gh", From: "o1", Created: 100, Type: "text", MsgID: "7", Content: "1 < 2 你&好😀"},
		},
		"scan": {
			event(`<Event>SCAN</Event><EventKey>bind_x</EventKey><Ticket>T+/=</Ticket>`),
			Message{To: "gh", From: "o1", Created: 100, Type: "event", Event: "SCAN", EventKey: "bind_x", Ticket: "T+/="},
		},
		"event without a key, list with several items": {
			event(`<Event>subscribe_msg_popup_event</Event><EventKey/><SubscribeMsgPopupEvent><List><TemplateId>A</TemplateId></List><List><TemplateId>B</TemplateId></List></SubscribeMsgPopupEvent>`),
			Message{
				To: "gh", From: "o1", Created: 100, Type: "event", Event: "subscribe_msg_popup_event",
				Extra: []Field{
					{"SubscribeMsgPopupEvent/List/TemplateId", "A"},
					{"SubscribeMsgPopupEvent/List", ""},
					{"SubscribeMsgPopupEvent/List/TemplateId", "B"},
					{"SubscribeMsgPopupEvent/List", ""},
					{"SubscribeMsgPopupEvent", ""},
				},
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := ParseMessage([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(&c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestParseMessageRefuses(t *testing.T) {
	deep := strings.Repeat("<a>", 20) + strings.Repeat("</a>", 20)
	wide := strings.Repeat("<a/>", 600)
	text := func(inner string) string {
		return "<xml><ToUserName>gh</ToUserName><FromUserName>o</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><MsgId>1</MsgId>" + inner + "</xml>"
	}
	for name, in := range map[string]string{
		"empty":               "",
		"json":                `{"ToUserName":"gh"}`,
		"document type":       `<!DOCTYPE xml [<!ENTITY a "b">]>` + text(""),
		"type inside":         text(`<!DOCTYPE a>`),
		"entity":              text(`<Content>&a;</Content>`),
		"open reference":      text(`<Content>&#x;</Content>`),
		"instruction":         text(`<?php ?>`),
		"too deep":            text(deep),
		"too many":            text(wide),
		"not closed":          "<xml><ToUserName>gh</ToUserName>",
		"crossed":             text(`<a><b></a></b>`),
		"two roots":           text("") + text(""),
		"other root":          "<html></html>",
		"no sender":           event("<Event>x</Event>")[:30] + "</xml>",
		"message without id":  strings.Replace(text(""), "<MsgId>1</MsgId>", "", 1),
		"event without name":  event(""),
		"time is no number":   strings.Replace(text(""), ">1<", ">soon<", 1),
		"cdata not closed":    text("<Content><![CDATA[x</Content>"),
		"comment not closed":  text("<!-- x"),
		"attribute not ended": text(`<a b="c></a>`),
	} {
		t.Run(name, func(t *testing.T) {
			if m, err := ParseMessage([]byte(in)); !errors.Is(err, ErrXML) {
				t.Errorf("got %+v, %v", m, err)
			}
		})
	}
}

func TestKey(t *testing.T) {
	parse := func(s string) *Message {
		m, err := ParseMessage([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	base := event(`<Event>CLICK</Event><EventKey>A</EventKey>`)
	same := parse(base).Key()
	if parse(base).Key() != same {
		t.Error("one event, two keys")
	}
	for name, other := range map[string]string{
		"another button in the same second": event(`<Event>CLICK</Event><EventKey>B</EventKey>`),
		"another event":                     event(`<Event>VIEW</Event><EventKey>A</EventKey>`),
		"another person":                    strings.Replace(base, "o1", "o2", 1),
		"a second later":                    strings.Replace(base, ">100<", ">101<", 1),
	} {
		if parse(other).Key() == same {
			t.Errorf("%s has the same key", name)
		}
	}
	one := event(`<Event>TEMPLATESENDJOBFINISH</Event><MsgID>1</MsgID><Status>success</Status>`)
	if parse(one).Key() == parse(strings.Replace(one, ">1<", ">2<", 1)).Key() {
		t.Error("two receipts have one key")
	}
	a, b := &Message{Type: "text", MsgID: "99"}, &Message{Type: "text", MsgID: "100"}
	if a.Key() >= b.Key() {
		t.Error("keys of messages do not grow")
	}
}

// What we write must be read by another reader to the same text.
func TestTextReply(t *testing.T) {
	for _, text := range []string{"您好", "a]]>b]]]>", "<a href=\"x\">&amp;</a>", "两\n行", strings.Repeat("长", 900)} {
		b := TextReply(&Message{To: "gh_1", From: "o1"}, 1700000000, text)
		var got struct {
			ToUserName, FromUserName, MsgType, Content string
			CreateTime                                 int64
		}
		if err := xml.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		want := Cut(text, MaxText)
		if got.ToUserName != "o1" || got.FromUserName != "gh_1" || got.MsgType != "text" || got.Content != want || got.CreateTime != 1700000000 {
			t.Errorf("%+v", got)
		}
		if len(want) > MaxText || len(text) > MaxText && !strings.HasSuffix(want, "长…") {
			t.Errorf("cut to %d bytes: %q", len(want), want[len(want)-12:])
		}
	}
}

func TestParseQuery(t *testing.T) {
	q, err := ParseQuery("signature=s&echostr=a%2Bb&timestamp=1&nonce=n&openid=o&encrypt_type=aes&msg_signature=m")
	want := Query{Signature: "s", MsgSignature: "m", Timestamp: "1", Nonce: "n", EncryptType: "aes", Echo: "a+b"}
	if err != nil || q != want {
		t.Errorf("%+v, %v", q, err)
	}
	for _, raw := range []string{"signature=a&signature=b", "nonce=%zz"} {
		if _, err := ParseQuery(raw); !errors.Is(err, ErrQuery) {
			t.Errorf("%s: %v", raw, err)
		}
	}
	if _, err := (Query{Timestamp: "soon"}).Time(); !errors.Is(err, ErrQuery) {
		t.Error(err)
	}
}

func BenchmarkCallback(b *testing.B) {
	v := vectors(b)["V10"]
	a := v.account(b)
	q, body := v.query(), v.body()
	buf := make([]byte, len(body))
	b.ReportAllocs()
	for b.Loop() {
		copy(buf, body)
		e, err := a.Open(q, buf)
		if err != nil {
			b.Fatal(err)
		}
		m, err := ParseMessage(e.XML)
		if err != nil {
			b.Fatal(err)
		}
		a.Seal(e, q.Nonce, 1, TextReply(m, 1, "回答正确"))
	}
}

func FuzzOpen(f *testing.F) {
	for _, v := range vectors(f) {
		if v.AESKey != "" {
			f.Add(string(v.body()), v.Encrypt)
		}
	}
	f.Add("<xml><Encrypt>a</Encrypt></xml>", "AAAA")
	v := vectors(f)["V10"]
	a := v.account(f)
	f.Fuzz(func(t *testing.T, body, box string) {
		q := v.query()
		q.MsgSignature = Sign(v.Token, q.Timestamp, q.Nonce, box)
		if e, err := a.Open(q, []byte(body)); err == nil && !strings.HasSuffix(string(e.XML), "</xml>") && box == v.Encrypt {
			t.Errorf("opened %q", e.XML)
		}
		if e, err := a.decrypt([]byte(box)); err == nil {
			again := a.encrypt(nil, 0, [16]byte{}, e.XML)
			if back, err := a.decrypt(again); err != nil || string(back.XML) != string(e.XML) {
				t.Errorf("round trip: %v", err)
			}
		}
	})
}

// Whatever is read is clean, and is read the same when written again.
func FuzzParseMessage(f *testing.F) {
	f.Add(event("<Event>CLICK</Event><EventKey>k</EventKey><A><B>&lt;</B></A>"))
	f.Add(event(popups("<TemplateId>A</TemplateId>", "<PopupScene>1</PopupScene>", "", "<a><b/></a>")))
	f.Add(event("<Event>e</Event><L/><L>x</L><L><T>1</T><T>2</T></L>"))
	f.Add("<xml><ToUserName>g</ToUserName><FromUserName>o</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><MsgId>1</MsgId><Content><![CDATA[x]]]]><![CDATA[>]]></Content></xml>")
	f.Fuzz(func(t *testing.T, in string) {
		m, err := ParseMessage([]byte(in))
		if err != nil {
			return
		}
		if strings.ContainsAny(m.Content+m.From, "\x00\x01\x1f") {
			t.Errorf("control characters in %q", m.Content)
		}
		again := fmt.Sprintf("<xml><ToUserName>%s</ToUserName><FromUserName>%s</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><MsgId>1</MsgId><Content>%s</Content></xml>",
			appendText(nil, m.To), appendText(nil, m.From), appendText(nil, m.Content))
		back, err := ParseMessage([]byte(again))
		if err != nil || back.Content != m.Content || back.From != m.From {
			t.Errorf("%q came back as %+v, %v", m.Content, back, err)
		}
		const path = "SubscribeMsgPopupEvent/List"
		list := m.List(path)
		back, err = ParseMessage([]byte(event(popups(rewritten(list)...))))
		if d := cmp.Diff(flat(list), flat(back.List(path))); err != nil || d != "" {
			t.Errorf("the list came back differently: %v\n%s", err, d)
		}
	})
}
