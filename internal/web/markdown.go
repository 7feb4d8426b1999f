package web

import (
	"bytes"
	"html/template"
	"regexp"
	"strings"
	"unicode"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown draws what people wrote in Markdown.
type markdown struct {
	to   goldmark.Markdown
	safe *bluemonday.Policy
}

func newMarkdown() markdown {
	to := goldmark.New(
		goldmark.WithExtensions(extension.Linkify, extension.Strikethrough, extension.TaskList,
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))), // styles are forbidden
		goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(oneTitle{}, 500))),
		goldmark.WithRendererOptions(html.WithHardWraps()), // lines as in the cell of the list, and as in chat
	)
	safe := bluemonday.UGCPolicy()
	safe.AllowAttrs("type").Matching(regexp.MustCompile("^checkbox$")).OnElements("input")
	safe.AllowAttrs("checked", "disabled").OnElements("input")
	return markdown{to, safe}
}

// html draws a text. Raw HTML in it is left out; what is left is cleaned all
// the same.
func (m markdown) html(s string) (template.HTML, error) {
	var b bytes.Buffer
	if err := m.to.Convert([]byte(loosen(s)), &b); err != nil {
		return "", err
	}
	clean := m.safe.Sanitize(unloosen.Replace(b.String())) // in this order: what is cut out may join what is left
	return template.HTML(clean), nil                       //nolint:gosec // cleaned
}

// oneTitle keeps the first rank of headings for the page's own title.
type oneTitle struct{}

func (oneTitle) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok && h.Level == 1 {
			h.Level = 2
		}
	}
}

// zero is a sign without width that Markdown takes for punctuation.
const zero = "&#8203;"

// unloosen takes it out again, also where it was taken for code.
var unloosen = strings.NewReplacer("\u200b", "", "&amp;#8203;", "")

// loosen lets stars embolden Chinese. Markdown wants a blank between a star
// next to punctuation and the letter on its other side: **三分钟。**接着. Nobody
// writes one.
func loosen(s string) string {
	r := []rune(s)
	var b strings.Builder
	for i := 0; i < len(r); {
		j := i
		for j < len(r) && r[j] == '*' {
			j++
		}
		if j == i {
			b.WriteRune(r[i])
			i++
			continue
		}
		stars := string(r[i:j])
		if i > 0 && j < len(r) {
			switch before, after := r[i-1], r[j]; {
			case before <= wide && after <= wide:
			case punct(before) && letter(after):
				stars += zero
			case letter(before) && punct(after):
				stars = zero + stars
			}
		}
		b.WriteString(stars)
		i = j
	}
	return b.String()
}

const wide = 0x2000 // the punctuation of Chinese, and Chinese, stand behind

func punct(r rune) bool  { return unicode.IsPunct(r) || unicode.IsSymbol(r) }
func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
