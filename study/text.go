package study

import (
	"context"
	"regexp"
	"strings"

	"rixue/internal/db"
)

// Topic returns a topic by its id.
func (s *Service) Topic(ctx context.Context, tx *db.Tx, id string) (Topic, error) {
	return loadTopic(ctx, tx, id)
}

// PlainText is a topic's Markdown as a chat can show it: signs of headings,
// emphasis, lists and links are taken off, empty lines kept to one.
func PlainText(markdown string) string {
	var out []string
	for line := range strings.Lines(markdown) {
		line = strings.TrimRight(line, " \t\r\n")
		line = lineStart.ReplaceAllString(line, "")
		line = picture.ReplaceAllString(line, "")
		line = link.ReplaceAllString(line, "$1")
		line = emphasis.ReplaceAllString(line, "$2")
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

var (
	lineStart = regexp.MustCompile(`^\s*(#{1,6}\s+|>\s?|[-*+]\s+)`)
	picture   = regexp.MustCompile(`!\[[^\]]*\]\([^)]*\)`)
	link      = regexp.MustCompile(`\[([^\]]+)\]\([^)]*\)`)
	emphasis  = regexp.MustCompile(`(\*\*|__|\*|` + "`" + `)([^*` + "`" + `]+?)(\*\*|__|\*|` + "`" + `)`)
)
