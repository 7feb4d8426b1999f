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
		line = code.ReplaceAllString(line, "$1")
		line = strong.ReplaceAllString(line, "$1$2")
		line = emphasis.ReplaceAllString(line, "$1$2$3")
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
	strong    = regexp.MustCompile(`\*\*([^*\s](?:[^*]*[^*\s])?)\*\*|__([^_\s](?:[^_]*[^_\s])?)__`)
	code      = regexp.MustCompile("`([^`]+)`")
	// A star between figures is a sign of theirs: 3*2.
	emphasis = regexp.MustCompile(`(^|[^*0-9A-Za-z])\*([^*\s](?:[^*]*[^*\s])?)\*($|[^*0-9A-Za-z])`)
)
