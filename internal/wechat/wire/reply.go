package wire

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxText is how long a text reply may be, in bytes of UTF-8.
const MaxText = 2048

// Success answers a callback that needs no reply; it is never encrypted.
const Success = "success"

// TextReply is the XML of a passive text reply to m. Longer text than WeChat
// takes is cut at a character and ends with an ellipsis.
func TextReply(m *Message, now int64, text string) []byte {
	text = Cut(text, MaxText)
	b := make([]byte, 0, 260+len(m.From)+len(m.To)+len(text))
	b = append(b, "<xml><ToUserName>"...)
	b = appendText(b, m.From)
	b = append(b, "</ToUserName><FromUserName>"...)
	b = appendText(b, m.To)
	b = append(b, "</FromUserName><CreateTime>"...)
	b = appendInt(b, now)
	b = append(b, "</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>"...)
	b = appendText(b, text)
	return append(b, "</Content></xml>"...)
}

// Cut shortens text to at most n bytes, at the border of a character.
func Cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	const dots = "…"
	end := n - len(dots)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + dots
}

// appendText appends a CDATA section; its end mark inside the text is split
// over two sections.
func appendText(b []byte, s string) []byte {
	b = append(b, "<![CDATA["...)
	for {
		i := strings.Index(s, "]]>")
		if i < 0 {
			return append(append(b, s...), "]]>"...)
		}
		b = append(append(b, s[:i+2]...), "]]><![CDATA["...)
		s = s[i+2:]
	}
}

func appendInt(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }
