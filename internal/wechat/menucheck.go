package wechat

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a menu may hold; lengths in bytes of UTF-8. Far less of a name is seen:
// 4 Chinese characters of a first-level one, 7 of another.
const (
	menuButtons = 3
	menuSub     = 5
	menuName    = 16
	menuSubName = 60
	menuKey     = 128
	menuURL     = 1024
)

// checkButtons finds what the platform would refuse.
func checkButtons(buttons []Button) error {
	if len(buttons) == 0 || len(buttons) > menuButtons {
		return fmt.Errorf("a menu has 1 to %d buttons, not %d", menuButtons, len(buttons))
	}
	for _, b := range buttons {
		if len(b.Sub) > menuSub {
			return fmt.Errorf("button %q has %d entries, more than %d", b.Name, len(b.Sub), menuSub)
		}
		if err := checkButton(b, menuName); err != nil {
			return err
		}
		for _, sub := range b.Sub {
			if len(sub.Sub) > 0 {
				return fmt.Errorf("button %q lies below another and has entries of its own", sub.Name)
			}
			if err := checkButton(sub, menuSubName); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkButton(b Button, maxName int) error {
	for _, field := range []struct {
		name, value string
		most        int
	}{{"name", b.Name, maxName}, {"key", b.Key, menuKey}, {"URL", b.URL, menuURL}} {
		if len(field.value) > field.most {
			return fmt.Errorf("button %q: its %s has %d bytes, more than %d", b.Name, field.name, len(field.value), field.most)
		}
		if !utf8.ValidString(field.value) || strings.ContainsFunc(field.value, escaped) {
			return fmt.Errorf("button %q: its %s holds a control character or a backslash", b.Name, field.name)
		}
	}
	web := strings.HasPrefix(b.URL, "http://") || strings.HasPrefix(b.URL, "https://")
	switch {
	case b.Name == "":
		return errors.New("a button has no name")
	case len(b.Sub) > 0 && b.Type != "":
		return fmt.Errorf("button %q has entries and a type", b.Name)
	case len(b.Sub) == 0 && b.Type == "":
		return fmt.Errorf("button %q has neither entries nor a type", b.Name)
	case b.Type == "click" && b.Key == "":
		return fmt.Errorf("button %q has no key", b.Name)
	case b.Type == "view" && !web:
		return fmt.Errorf("button %q has no http or https address", b.Name)
	}
	return nil
}

// escaped tells the characters that our JSON writes as \uXXXX, which the
// platform refuses in a menu, and the backslash, which may look like it.
func escaped(r rune) bool {
	return r == '\\' || unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
}
