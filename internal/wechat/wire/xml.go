package wire

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// Bounds of a message's XML. Legitimate ones are far below.
const (
	maxDepth    = 8
	maxElements = 512
)

// scan walks the elements below the root <xml> and hands each leaf's path
// ("Event", "ScanCodeInfo/ScanType") and text to leaf. An element that holds
// elements is handed on after them, without text, so that neighbours of one
// name can be told apart. It reads the XML that the platform sends and no more: no document type, no entities but the five
// of XML and character references, no processing instructions but the
// declaration. Attributes are skipped, unknown elements are handed on, order
// and blanks are free.
func scan(b []byte, leaf func(path, text []byte) error) error {
	s := scanner{b: bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), leaf: leaf}
	s.blanks()
	if s.has("<?xml") {
		end := bytes.Index(s.b, []byte("?>"))
		if end < 0 {
			return ErrXML
		}
		s.b = s.b[end+2:]
		s.blanks()
	}
	name, closed, err := s.open()
	if err != nil || closed || string(name) != "xml" {
		return ErrXML
	}
	if err := s.children(nil, 1); err != nil {
		return err
	}
	s.blanks()
	if len(s.b) != 0 {
		return ErrXML
	}
	return nil
}

type scanner struct {
	b     []byte
	count int
	leaf  func(path, text []byte) error
}

func (s *scanner) has(prefix string) bool {
	return len(s.b) >= len(prefix) && string(s.b[:len(prefix)]) == prefix
}

func (s *scanner) blanks() {
	for len(s.b) > 0 && (s.b[0] == ' ' || s.b[0] == '\n' || s.b[0] == '\t' || s.b[0] == '\r') {
		s.b = s.b[1:]
	}
}

// open reads a start tag.
func (s *scanner) open() (name []byte, closed bool, err error) {
	if len(s.b) < 2 || s.b[0] != '<' || !nameStart(s.b[1]) {
		return nil, false, ErrXML
	}
	if s.count++; s.count > maxElements {
		return nil, false, ErrXML
	}
	i := 1
	for i < len(s.b) && nameByte(s.b[i]) {
		i++
	}
	name = s.b[1:i]
	var quote byte
	for ; i < len(s.b); i++ {
		c := s.b[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<':
			return nil, false, ErrXML
		case c == '>':
			closed = s.b[i-1] == '/'
			s.b = s.b[i+1:]
			return name, closed, nil
		}
	}
	return nil, false, ErrXML
}

// children reads what stands inside an element up to its end tag, and hands the
// element on: with its text, or without if it holds elements.
func (s *scanner) children(path []byte, depth int) error {
	if depth > maxDepth {
		return ErrXML
	}
	var text []byte
	owned, elements := false, false
	for {
		end := bytes.IndexByte(s.b, '<')
		if end < 0 || end+1 >= len(s.b) {
			return ErrXML
		}
		if end > 0 {
			raw, err := unescape(s.b[:end])
			if err != nil {
				return err
			}
			if !elements { // else it is blanks between them
				text, owned = join(text, raw, owned)
			}
			s.b = s.b[end:]
		}
		switch {
		case s.has("</"):
			return s.close(path, text, elements)
		case s.has("<![CDATA["):
			end := bytes.Index(s.b, []byte("]]>"))
			if end < 0 {
				return ErrXML
			}
			text, owned = join(text, s.b[len("<![CDATA["):end], owned)
			s.b = s.b[end+3:]
		case s.has("<!--"):
			end := bytes.Index(s.b, []byte("-->"))
			if end < 0 {
				return ErrXML
			}
			s.b = s.b[end+3:]
		default: // also <! and <?, which open refuses
			elements = true
			if err := s.child(path, depth); err != nil {
				return err
			}
		}
	}
}

func (s *scanner) child(path []byte, depth int) error {
	name, closed, err := s.open()
	if err != nil {
		return err
	}
	below := name
	if len(path) > 0 {
		below = append(append(append(make([]byte, 0, len(path)+1+len(name)), path...), '/'), name...)
	}
	if closed {
		return s.leaf(below, nil)
	}
	return s.children(below, depth+1)
}

func (s *scanner) close(path, text []byte, elements bool) error {
	end := bytes.IndexByte(s.b, '>')
	if end < 0 {
		return ErrXML
	}
	want := path
	if i := bytes.LastIndexByte(path, '/'); i >= 0 {
		want = path[i+1:]
	}
	if len(path) == 0 {
		want = []byte("xml")
	}
	if got := bytes.TrimRight(s.b[2:end], " \t\r\n"); !bytes.Equal(got, want) {
		return ErrXML
	}
	s.b = s.b[end+1:]
	if len(path) == 0 {
		return nil
	}
	if elements {
		text = nil
	}
	return s.leaf(path, text)
}

func nameStart(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }

func nameByte(c byte) bool { return nameStart(c) || c >= '0' && c <= '9' || c == '-' || c == '.' }

// join appends, and shares memory as long as there is one piece only.
func join(a, b []byte, owned bool) ([]byte, bool) {
	if len(a) == 0 && !owned {
		return b, false
	}
	if !owned {
		a = append(make([]byte, 0, len(a)+len(b)), a...)
	}
	return append(a, b...), true
}

// unescape resolves references. An entity that is not XML's own is refused:
// it could only come with a document type.
func unescape(b []byte) ([]byte, error) {
	i := bytes.IndexByte(b, '&')
	if i < 0 {
		return b, nil
	}
	out := make([]byte, 0, len(b))
	for i >= 0 {
		out = append(out, b[:i]...)
		b = b[i+1:]
		end := bytes.IndexByte(b, ';')
		if end < 1 || end > 10 {
			return nil, ErrXML
		}
		r, ok := reference(string(b[:end]))
		if !ok {
			return nil, ErrXML
		}
		out = utf8.AppendRune(out, r)
		b = b[end+1:]
		i = bytes.IndexByte(b, '&')
	}
	return append(out, b...), nil
}

func reference(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	return rune(n), true
}

// clean takes out of a text what XML 1.0 forbids, which phones do send: it
// drops control characters (but tab, line feed, carriage return), what
// is not UTF-8, and U+0000, which no database keeps in a text.
func clean(b []byte) []byte {
	ok := utf8.Valid(b)
	for i := 0; ok && i < len(b); i++ {
		ok = b[i] >= 0x20 || b[i] == '\n' || b[i] == '\t' || b[i] == '\r'
	}
	if ok {
		return b
	}
	return bytes.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, b)
}

// encrypted returns the text of the root's <Encrypt>.
func encrypted(body []byte) ([]byte, error) {
	var box []byte
	err := scan(body, func(path, text []byte) error {
		if string(path) != "Encrypt" {
			return nil
		}
		if box != nil || len(text) == 0 {
			return ErrXML
		}
		box = text
		return nil
	})
	if err == nil && box == nil {
		err = ErrXML
	}
	return box, err
}
