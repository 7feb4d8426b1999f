package wire

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// popups is the popup event with one <List> for each of the given contents.
func popups(lists ...string) string {
	var b strings.Builder
	for _, l := range lists {
		b.WriteString("<List>" + l + "</List>")
	}
	return "<Event>subscribe_msg_popup_event</Event><SubscribeMsgPopupEvent>" + b.String() + "</SubscribeMsgPopupEvent>"
}

// flat leaves of each entry what is not nested deeper.
func flat(list []map[string]string) []map[string]string {
	out := make([]map[string]string, len(list))
	for i, entry := range list {
		out[i] = map[string]string{}
		for name, text := range entry {
			if !strings.Contains(name, "/") {
				out[i][name] = text
			}
		}
	}
	return out
}

// rewritten writes the contents of a list's elements anew.
func rewritten(list []map[string]string) []string {
	out := make([]string, len(list))
	for i, entry := range flat(list) {
		for name, text := range entry {
			out[i] += "<" + name + ">" + string(appendText(nil, text)) + "</" + name + ">"
		}
	}
	return out
}

func TestListKeepsNeighboursApart(t *testing.T) {
	type entries = []map[string]string
	const both = "<TemplateId>A</TemplateId><SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString>"
	for name, c := range map[string]struct {
		inner string
		want  entries
	}{
		"one":              {popups(both), entries{{"TemplateId": "A", "SubscribeStatusString": "accept"}}},
		"other events":     {"<Event>CLICK</Event>", nil},
		"no element":       {popups(), nil},
		"one event, twice": {popups("<T>1</T>") + popups("<T>2</T>"), entries{{"T": "1"}, {"T": "2"}}},
		"a field is missing in the second": {
			popups(both, "<TemplateId>B</TemplateId>"),
			entries{{"TemplateId": "A", "SubscribeStatusString": "accept"}, {"TemplateId": "B"}},
		},
		"a field is missing in the first": {
			popups("<TemplateId>B</TemplateId>", both),
			entries{{"TemplateId": "B"}, {"TemplateId": "A", "SubscribeStatusString": "accept"}},
		},
		"each has what the other lacks": {popups("<T>1</T>", "<S>2</S>"), entries{{"T": "1"}, {"S": "2"}}},
		"empty ones":                    {popups("", "<T>1</T>", " "), entries{{}, {"T": "1"}, {}}},
		"a name twice in one":           {popups("<T>1</T><T>2</T>", "<T>3</T>"), entries{{"T": "1"}, {"T": "3"}}},
		"something of another name between": {
			"<Event>e</Event><SubscribeMsgPopupEvent><List><T>1</T></List><Count>2</Count><Lists><T>x</T></Lists><List><T>2</T></List></SubscribeMsgPopupEvent>",
			entries{{"T": "1"}, {"T": "2"}},
		},
		"nested deeper": {popups("<A><B>1</B></A>", "<T>2</T>"), entries{{"A/B": "1", "A": ""}, {"T": "2"}}},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := ParseMessage([]byte(event(c.inner)))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, m.List("SubscribeMsgPopupEvent/List")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestKeyKnowsAllTemplatesOfAList(t *testing.T) {
	sent := func(ids ...string) string {
		var b strings.Builder
		for _, id := range ids {
			b.WriteString("<List><TemplateId>A</TemplateId><MsgID>" + id + "</MsgID></List>")
		}
		return "<Event>subscribe_msg_sent_event</Event><SubscribeMsgSentEvent>" + b.String() + "</SubscribeMsgSentEvent>"
	}
	change := strings.NewReplacer("popup", "change", "Popup", "Change").Replace
	template := func(id string) string { return "<TemplateId>" + id + "</TemplateId>" }
	keys := map[string]string{}
	for name, inner := range map[string]string{
		"A":              popups(template("A")),
		"A B":            popups(template("A"), template("B")),
		"A C":            popups(template("A"), template("C")),
		"C A":            popups(template("C"), template("A")),
		"A refused":      change(popups(template("A"))),
		"A B refused":    change(popups(template("A"), template("B"))),
		"receipt 1":      sent("1"),
		"receipts 1 2":   sent("1", "2"),
		"receipts 1 3":   sent("1", "3"),
		"receipt 2":      sent("2"),
		"receipt 1 of a": "<Event>TEMPLATESENDJOBFINISH</Event><MsgID>1</MsgID>",
		"receipt 2 of a": "<Event>TEMPLATESENDJOBFINISH</Event><MsgID>2</MsgID>",
	} {
		m, err := ParseMessage([]byte(event(inner)))
		if err != nil {
			t.Fatal(err)
		}
		if same, taken := keys[m.Key()]; taken {
			t.Errorf("%s and %s have one key", name, same)
		}
		keys[m.Key()] = name
	}
}
