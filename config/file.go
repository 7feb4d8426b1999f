package config

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// readFile puts the values of a YAML file into l.given and reports every key
// that does not exist and every value of the wrong shape.
func (l *loader) readFile(data []byte) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // Windows editors write it
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		message, _, _ := strings.Cut(yaml.FormatError(err, false, false), "\n")
		l.fault(Fault{Key: l.file, Rule: RuleYAML, Arg: message})
		return
	}
	for _, doc := range file.Docs {
		if doc.Body != nil {
			l.readEntries(l.entries(doc.Body, l.file, ""), "")
		}
	}
}

// entry is one key of a YAML map with its value.
type entry struct {
	name  string
	node  ast.Node
	where string // of the key
}

// isMap tells whether node has keys below it; none at all will do.
func isMap(node ast.Node) bool {
	switch node.(type) {
	case *ast.MappingNode, *ast.NullNode:
		return true
	}
	return false
}

// entries takes a map apart; where is the place to blame if node is none.
func (l *loader) entries(node ast.Node, path, where string) []entry {
	if !isMap(node) {
		l.fault(Fault{Key: path, Where: where, Rule: RuleMap})
		return nil
	}
	m, ok := node.(*ast.MappingNode)
	if !ok {
		return nil
	}
	list := make([]entry, 0, len(m.Values))
	for _, v := range m.Values {
		token := v.Key.GetToken()
		list = append(list, entry{
			name:  token.Value,
			node:  v.Value,
			where: fmt.Sprintf("%s:%d:%d", l.file, token.Position.Line, token.Position.Column),
		})
	}
	return list
}

// readEntries reads the keys below parent; the whole file is below "".
func (l *loader) readEntries(list []entry, parent string) {
	for _, e := range list {
		path := strings.TrimPrefix(parent+"."+e.name, ".")
		switch {
		case path == templatesPath:
			l.readTemplates(e)
		case isSection(path):
			l.readEntries(l.entries(e.node, path, e.where), path)
		case isKey(path):
			l.readScalar(e, path)
		default:
			l.fault(Fault{Key: path, Where: e.where, Rule: RuleKnown})
		}
	}
}

func (l *loader) readScalar(e entry, path string) {
	s, ok := scalar(e.node)
	if !ok && path == "trusted_proxies" {
		s, ok = sequence(e.node)
	}
	if !ok {
		l.given[path] = value{where: e.where, bad: true}
		l.fault(Fault{Key: path, Where: e.where, Rule: RuleScalar})
		return
	}
	l.given[path] = value{text: s, where: e.where}
}

// scalar returns the text of a plain value as it is written, so that a
// telephone number keeps its leading zero.
func scalar(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.NullNode:
		return "", true
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return strings.TrimSpace(n.GetToken().Value), true
	}
	return "", false
}

// sequence returns the texts of a list of plain values, joined by commas.
func sequence(node ast.Node) (string, bool) {
	n, ok := node.(*ast.SequenceNode)
	if !ok {
		return "", false
	}
	parts := make([]string, 0, len(n.Values))
	for _, v := range n.Values {
		s, ok := scalar(v)
		if !ok {
			return "", false
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ","), true
}

// isSection tells whether keys lie below path.
func isSection(path string) bool {
	for _, k := range keys {
		if strings.HasPrefix(k.path, path+".") {
			return true
		}
	}
	return false
}

func isKey(path string) bool {
	for _, k := range keys {
		if k.path == path {
			return true
		}
	}
	return false
}
