package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Template is a template or subscription of the WeChat account.
type Template struct {
	ID     string
	Type   string            // template, subscribe_once or subscribe_long
	Fields map[string]string // field of the template, such as thing1, to a value of Values
}

const templatesPath = "wechat.templates"

// kinds lists the kinds of notice a template can be given for, with the values
// that a notice of the kind always has. Remark can be given with every kind and
// may be empty, as is every value that is not listed.
var kinds = map[string][]string{
	"study_daily":      {"title", "time", "due"},
	"study_reminder":   {"title", "time", "due"},
	"lecture_turn":     {"title", "time", "place", "person"},
	"meeting_notice":   {"title", "time", "place", "unit"},
	"meeting_reminder": {"title", "time", "place", "unit"},
	"pledge_reminder":  {"title", "due", "number"},
	"case_assigned":    {"number", "title", "due", "unit"},
	"case_overdue":     {"number", "title", "due", "unit"},
	"case_update":      {"number", "state", "time"},
	"survey":           {"title", "due"},
	"monthly_summary":  {"title", "time", "state"},
}

var (
	templateValues = []string{"title", "unit", "person", "time", "place", "due", "number", "state", "remark"}
	templateTypes  = []string{"template", "subscribe_once", "subscribe_long"}

	// fieldPrefixes are those of the platform's table of field rules, and
	// keyword of the templates from before it.
	fieldPrefixes = []string{
		"thing", "short_thing", "phrase", "name", "number", "letter", "symbol", "character_string",
		"time", "date", "amount", "phone_number", "car_number", "const", "keyword",
	}
	// neverEmpty are the fields for which the platform takes no dash.
	neverEmpty = []string{"time", "date", "phrase", "number", "amount"}

	fieldName = regexp.MustCompile(`^([a-z_]+)\d{1,3}$`)
)

// Kinds returns the notice kinds that can be given a template, sorted.
func Kinds() []string { return sortedKeys(kinds) }

// Values returns what a template's field can take for a notice of kind: first
// the values that are never empty there, then the others. Unknown kinds have
// none.
func Values(kind string) (always, maybe []string) {
	always, ok := kinds[kind]
	if !ok {
		return nil, nil
	}
	for _, v := range templateValues {
		if !slices.Contains(always, v) {
			maybe = append(maybe, v)
		}
	}
	return slices.Clone(always), maybe
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// readTemplates reads and checks wechat.templates, which the file alone can
// hold.
func (l *loader) readTemplates(e entry) {
	templates := map[string]Template{}
	for _, k := range l.entries(e.node, templatesPath, e.where) {
		path := templatesPath + "." + k.name
		if _, ok := kinds[k.name]; !ok {
			l.fault(Fault{Key: path, Where: k.where, Rule: RuleKind, Arg: strings.Join(Kinds(), ", ")})
			continue
		}
		templates[k.name] = l.readTemplate(k, path)
	}
	l.cfg.WeChat.Templates = templates
}

func (l *loader) readTemplate(kind entry, path string) Template {
	id, typ, fields := kind, kind, kind // the places to blame for what is missing
	var t Template
	for _, e := range l.entries(kind.node, path, kind.where) {
		switch e.name {
		case "id":
			id = e
			t.ID, _ = scalar(e.node)
		case "type":
			typ = e
			t.Type, _ = scalar(e.node)
		case "fields":
			fields = e
			t.Fields = l.readFields(kind.name, e, path+".fields")
		default:
			l.fault(Fault{Key: path + "." + e.name, Where: e.where, Rule: RuleKnown})
		}
	}
	if !isMap(kind.node) {
		return t // has been reported
	}
	if rule, _ := isWord(t.ID); rule != "" {
		l.fault(Fault{Key: path + ".id", Value: quote(t.ID), Where: id.where, Rule: RuleTemplateID})
	}
	if !slices.Contains(templateTypes, t.Type) {
		l.fault(Fault{Key: path + ".type", Value: quote(t.Type), Where: typ.where, Rule: RuleTemplateType})
	}
	if len(t.Fields) == 0 {
		l.fault(Fault{Key: path + ".fields", Where: fields.where, Rule: RuleFields})
	}
	return t
}

// readFields reads the map of a template's fields to values.
func (l *loader) readFields(kind string, fields entry, path string) map[string]string {
	m := map[string]string{}
	for _, e := range l.entries(fields.node, path, fields.where) {
		v, _ := scalar(e.node)
		if rule, arg := fieldRule(kind, e.name, v); rule != "" {
			l.fault(Fault{Key: path + "." + e.name, Value: quote(v), Where: e.where, Rule: rule, Arg: arg})
		}
		m[e.name] = v
	}
	return m
}

// fieldRule judges one field of a kind's template and the value it is to take.
func fieldRule(kind, field, value string) (Rule, string) {
	match := fieldName.FindStringSubmatch(field)
	if match == nil || !slices.Contains(fieldPrefixes, match[1]) {
		return RuleField, strings.Join(fieldPrefixes, ", ")
	}
	if !slices.Contains(templateValues, value) {
		return RuleSource, strings.Join(templateValues, ", ")
	}
	prefix := match[1]
	if (prefix == "time" || prefix == "date") && value != "time" && value != "due" {
		return RuleTimeFieldOnly, ""
	}
	if slices.Contains(neverEmpty, prefix) && !slices.Contains(kinds[kind], value) {
		return RuleFilled, strings.Join(kinds[kind], ", ")
	}
	return "", ""
}
