package wechatsim

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// TemplateKind is what a template may be sent by.
type TemplateKind string

// The kinds of templates.
const (
	KindTemplate TemplateKind = "template" // 模板消息, by template/send
	KindOnce     TemplateKind = "once"     // 订阅通知, by bizsend: one message for each acceptance
	KindLong     TemplateKind = "long"     // 订阅通知, by bizsend: any number from the first acceptance on
)

// Template is a form of the account's, out of the library of its category.
type Template struct {
	ID     string
	Title  string
	Kind   TemplateKind        // KindTemplate when empty
	Fields []string            // thing1, time2 …; the letters say which values are allowed
	Enum   map[string][]string // of const fields: their values
	Labels map[string]string   // what people see a field called, thing1: 课程名称; may lack
}

// AddTemplate gives the account a template, in place of one with the same ID.
func (s *Sim) AddTemplate(t Template) {
	if t.Kind == "" {
		t.Kind = KindTemplate
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.templates = slices.DeleteFunc(s.templates, func(old Template) bool { return old.ID == t.ID })
	s.templates = append(s.templates, t)
}

// template finds a template that may be sent by a call for kinds.
func (s *Sim) template(id string, kinds ...TemplateKind) (Template, *refusal) {
	for _, t := range s.templates {
		if t.ID == id && slices.Contains(kinds, t.Kind) {
			return t, nil
		}
	}
	return Template{}, refuse(40037, "invalid template_id")
}

// check refuses values that are not exactly those of the template's fields.
func (t Template) check(data map[string]cardValue) *refusal {
	for _, field := range t.Fields {
		v, given := data[field]
		switch {
		case given && strings.TrimSpace(v.Value) == "":
			return t.empty(field)
		case !given || !t.allows(field, v.Value):
			return invalidValue(field)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(data)) {
		if !slices.Contains(t.Fields, field) {
			return invalidValue(field)
		}
	}
	return nil
}

func (t Template) allows(field, value string) bool {
	kind := fieldKind(field)
	if kind == "const" {
		return slices.Contains(t.Enum[field], value)
	}
	rule := valueRule(kind)
	return rule != nil && rule(value)
}

// empty refuses an empty value: as improper content in a template message, as
// any other wrong value in a notice.
func (t Template) empty(field string) *refusal {
	if t.Kind == KindTemplate {
		return refuse(40250, "content is not proper! data."+field+".value is empty")
	}
	return refuse(47003, "argument invalid! data."+field+".value is empty")
}

func invalidValue(field string) *refusal {
	return refuse(47003, "argument invalid! data."+field+".value invalid")
}

// content is the template as the lists show it.
func (t Template) content() string {
	var b strings.Builder
	for _, field := range t.Fields {
		fmt.Fprintf(&b, "%s:{{%s.DATA}}\n", field, field)
	}
	return b.String()
}

// templateList is GET /cgi-bin/template/get_all_private_template.
func (s *Sim) templateList(*apiCall) (any, *refusal) {
	list := []map[string]any{}
	for _, t := range s.templates {
		if t.Kind == KindTemplate {
			list = append(list, map[string]any{
				"template_id": t.ID, "title": t.Title, "primary_industry": "", "deputy_industry": "",
				"content": t.content(), "example": "",
			})
		}
	}
	return map[string]any{"template_list": list}, nil
}

// noticeList is GET /wxaapi/newtmpl/gettemplate.
func (s *Sim) noticeList(*apiCall) (any, *refusal) {
	list := []map[string]any{}
	for _, t := range s.templates {
		kind := map[TemplateKind]int{KindOnce: 2, KindLong: 3}[t.Kind]
		if kind != 0 {
			list = append(list, map[string]any{
				"priTmplId": t.ID, "title": t.Title, "content": t.content(), "example": "", "type": kind,
			})
		}
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "data": list}, nil
}

// controlTemplate is POST /sim/template.
func (s *Sim) controlTemplate(_ *http.Request, p params) (any, error) {
	t := Template{ID: p["id"], Title: p["title"], Kind: TemplateKind(p["kind"]), Fields: p.list("fields")}
	if t.ID == "" || len(t.Fields) == 0 {
		return nil, errors.New("id and fields are needed: id=T1 fields=thing1,time2")
	}
	if !slices.Contains([]TemplateKind{"", KindTemplate, KindOnce, KindLong}, t.Kind) {
		return nil, errors.New("kind is template, once or long")
	}
	for _, field := range t.Fields {
		if valueRule(fieldKind(field)) == nil {
			return nil, fmt.Errorf("field %q: no such kind, or one whose values must be listed in Go", field)
		}
	}
	s.AddTemplate(t)
	return ok(), nil
}
