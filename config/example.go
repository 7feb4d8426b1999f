package config

import (
	_ "embed"
	"strings"
)

// Example is a settings file that gives every key its default, each with a
// comment that says what it is for. Kinds and fields of templates stand in it
// as comments.
//
//go:embed example.yaml
var Example string

// meanings returns the comment above each key of an example file, in one line.
// It reads the plain form that example.yaml keeps to: two blanks a level, a
// comment directly above its key.
func meanings(example string) map[string]string {
	found := map[string]string{}
	section := ""
	var comment []string
	for line := range strings.Lines(example) {
		text := strings.TrimSpace(line)
		if note, ok := strings.CutPrefix(text, "# "); ok {
			comment = append(comment, note)
			continue
		}
		if name, _, ok := strings.Cut(text, ":"); ok {
			path := name
			if strings.HasPrefix(line, " ") {
				path = section + "." + name
			} else {
				section = name
			}
			found[path] = strings.Join(comment, "")
		}
		comment = nil
	}
	return found
}
