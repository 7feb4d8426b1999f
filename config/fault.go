package config

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Fault is one thing that is wrong with the settings.
type Fault struct {
	Key   string // path of the key, or the file's name if it cannot be read as YAML
	Value string // as it may be shown: quoted, shortened, never a secret; empty if not given
	Where string // file:line:column or name of the variable; empty if not given anywhere
	Rule  Rule   // what the value must be
	Arg   string // completes the rule's sentence
}

// String is one line: key, value, place, cure.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.Key)
	if f.Value != "" {
		b.WriteString(": " + f.Value)
	}
	if f.Where != "" {
		b.WriteString(" (" + f.Where + ")")
	}
	b.WriteString(": " + f.Cure())
	return b.String()
}

// Cure is the rule's sentence in English; internal/words has the Chinese one.
func (f Fault) Cure() string {
	cure := cures[f.Rule]
	if strings.Contains(cure, "%s") {
		return fmt.Sprintf(cure, f.Arg)
	}
	return cure
}

// Faults is every fault that was found, the file's in its order first.
type Faults []Fault //nolint:errname // it is read as config.Faults

// Error is one line a fault.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].String()
	}
	return strings.Join(lines, "\n")
}

// Rule names what a value must be.
type Rule string

// The rules. Arg is what the sentence needs besides.
const (
	RuleYAML          Rule = "yaml"            // Arg: the reader's message
	RuleKnown         Rule = "known"           // the key exists
	RuleScalar        Rule = "scalar"          // one plain value
	RuleMap           Rule = "map"             // keys and values
	RuleNeeded        Rule = "needed"          // Arg: what needs it
	RuleBefore        Rule = "before"          // Arg: the later key
	RuleBool          Rule = "bool"            //
	RuleLine          Rule = "line"            // one line of at most 200 characters
	RuleWord          Rule = "word"            // no blanks
	RuleAddress       Rule = "address"         // host:port
	RuleHTTP          Rule = "http"            // http(s) address
	RuleDatabase      Rule = "database"        //
	RuleRedis         Rule = "redis"           //
	RuleTime          Rule = "time"            // HH:MM
	RuleQuiet         Rule = "quiet"           // HH:MM-HH:MM or off
	RulePhone         Rule = "phone"           //
	RuleProxy         Rule = "proxy"           // Arg: the part that is wrong
	RuleAppID         Rule = "app_id"          //
	RuleToken         Rule = "token"           //
	RuleAESKey        Rule = "aes_key"         //
	RuleClock         Rule = "clock"           // Arg: the API base
	RuleKind          Rule = "kind"            // Arg: the kinds
	RuleTemplateID    Rule = "template_id"     //
	RuleTemplateType  Rule = "template_type"   //
	RuleFields        Rule = "fields"          // at least one
	RuleField         Rule = "field"           // Arg: the prefixes
	RuleSource        Rule = "source"          // Arg: the values
	RuleFilled        Rule = "filled"          // Arg: what this kind always fills
	RuleTimeFieldOnly Rule = "time_field_only" // a time field takes a time
)

// cures holds a sentence for each rule, to stand after key and value.
var cures = map[Rule]string{
	RuleYAML:          "cannot be read as YAML: %s",
	RuleKnown:         "no such key; correct its spelling or remove it (`rixue check --env` lists all)",
	RuleScalar:        "write one plain value here, no list, map, anchor or tag",
	RuleMap:           "write keys and values below it, each on a line of its own",
	RuleNeeded:        "is empty but needed by %s; fill it in",
	RuleBefore:        "must be earlier than %s; change one of the two",
	RuleBool:          "write true or false",
	RuleLine:          "write one line of at most 200 characters",
	RuleWord:          "write it without blanks, at most 200 characters",
	RuleAddress:       "write host:port such as 127.0.0.1:8080, or :8080 for all addresses",
	RuleHTTP:          "write an address such as https://study.example.cn, without ? and #",
	RuleDatabase:      "write sqlite, or postgres://user:password@host:5432/name",
	RuleRedis:         "write embedded, or an address that begins with redis://, rediss://, redis-sentinel:// or redis-cluster:// and names a host",
	RuleTime:          "write hours and minutes from 00:00 to 23:59 such as 07:30",
	RuleQuiet:         "write begin and end such as 22:00-07:00, or off",
	RulePhone:         "write a telephone number: digits, blanks, - and + only, at least 3 digits",
	RuleProxy:         "%s is neither an address nor a network such as 10.0.0.0/8; separate several by commas",
	RuleAppID:         "copy it from the account's developer page: wx and then letters and digits",
	RuleToken:         "use 3 to 32 letters and digits, the same as on the account's developer page",
	RuleAESKey:        "copy all 43 letters and digits from the account's developer page",
	RuleClock:         "a test clock is refused with the real WeChat (%s); remove it, or point wechat.api_base to a simulator",
	RuleKind:          "no such kind of notice; use one of %s",
	RuleTemplateID:    "copy the template's id from the account's page of templates",
	RuleTemplateType:  "write template, subscribe_once or subscribe_long",
	RuleFields:        "name at least one field, such as {thing1: title}",
	RuleField:         "copy the field's name from the template: one of %s and a number",
	RuleSource:        "no such value; use one of %s",
	RuleFilled:        "this field may never be empty, so it can only take what this kind always has: %s",
	RuleTimeFieldOnly: "a time or date field can only take time or due",
}

// Rules lists every rule, so that a test can ask for the words of each.
func Rules() []Rule {
	rules := make([]Rule, 0, len(cures))
	for r := range cures {
		rules = append(rules, r)
	}
	return rules
}

// show is how a fault may show the value of k.
func show(k key, s string) string {
	switch {
	case s == "":
		return ""
	case k.secret():
		return hidden(s)
	case strings.Contains(s, "://") || k.path == "database_url" || k.path == "redis_url":
		return quote(redactURL(s))
	}
	return quote(s)
}

// quote makes one short line of any text.
func quote(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return strconv.Quote(s)
}
