package config

import (
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"
)

// Secret is a text that prints and logs only its length. Convert it to string
// where it is used.
type Secret string

// String hides the text.
func (s Secret) String() string { return hidden(string(s)) }

// GoString hides the text from %#v.
func (s Secret) GoString() string { return hidden(string(s)) }

// LogValue hides the text from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden(string(s))) }

// MarshalText hides the text from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden(string(s))), nil }

// hidden stands for a secret: stars and its length, which helps to find a bad
// copy.
func hidden(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf("***(%d)", utf8.RuneCountInString(s))
}

// redactURL hides user, password and query of an address. It works on the text
// because the address may be the one that url.Parse refuses.
func redactURL(s string) string {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		if strings.ContainsAny(s, "@?=") {
			return hidden(s)
		}
		return s
	}
	if i := strings.LastIndex(rest, "@"); i >= 0 {
		rest = "***@" + rest[i+1:]
	}
	if before, _, ok := strings.Cut(rest, "?"); ok {
		rest = before + "?***"
	}
	return scheme + "://" + rest
}

// String is one line a key, as `path: value`, without secrets.
func (c Config) String() string {
	var b strings.Builder
	for _, k := range keys {
		fmt.Fprintf(&b, "%s: %s\n", k.path, c.shown(k))
	}
	for _, kind := range sortedKeys(c.WeChat.Templates) {
		t := c.WeChat.Templates[kind]
		fmt.Fprintf(&b, "wechat.templates.%s: %s %s\n", kind, t.Type, t.ID)
	}
	return b.String()
}

// LogValue is every key with its value, without secrets.
func (c Config) LogValue() slog.Value {
	attrs := make([]slog.Attr, 0, len(keys)+1)
	for _, k := range keys {
		attrs = append(attrs, slog.String(k.path, c.shown(k)))
	}
	attrs = append(attrs, slog.Any("templates", sortedKeys(c.WeChat.Templates)))
	return slog.GroupValue(attrs...)
}

func (c *Config) shown(k key) string {
	s := text(k.at(c))
	if k.secret() {
		return hidden(s)
	}
	if strings.Contains(s, "://") {
		return redactURL(s)
	}
	return s
}

// GoString keeps %#v from showing what String hides.
func (c Config) GoString() string { return c.String() }
