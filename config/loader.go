package config

import (
	"net"
	"net/url"
	"strings"
)

// loader gathers values and faults; parse runs its steps in order.
type loader struct {
	file   string
	given  map[string]value // by path; what was written down, not yet checked
	cfg    Config
	faults Faults
}

// value is a text and the place it came from: file:line:column or the name of
// a variable.
type value struct {
	text  string
	where string
	bad   bool // a fault was reported for it
}

func (l *loader) fault(f Fault) { l.faults = append(l.faults, f) }

// readEnv puts the variables over what the file gave.
func (l *loader) readEnv(env []string) {
	values := map[string]string{}
	for _, e := range env {
		if name, v, ok := strings.Cut(e, "="); ok {
			values[name] = strings.TrimSpace(v)
		}
	}
	for _, k := range keys {
		if v := values[k.env()]; v != "" {
			l.given[k.path] = value{text: v, where: k.env()}
		}
	}
}

// fill checks every given value and stores it, or else the default.
func (l *loader) fill() {
	for _, k := range keys {
		k.set(&l.cfg, k.def)
		v := l.given[k.path]
		if v.text == "" || v.bad {
			continue
		}
		if k.check != nil {
			if rule, arg := k.check(v.text); rule != "" {
				l.reject(k, rule, arg)
				continue
			}
		}
		k.set(&l.cfg, v.text)
	}
	c := &l.cfg
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Listen
		if strings.HasPrefix(c.Listen, ":") { // every address: this one at least works here
			c.PublicURL = "http://127.0.0.1" + c.Listen
		}
	}
	for _, p := range []*string{&c.PublicURL, &c.WeChat.APIBase, &c.WeChat.OpenBase, &c.LLM.BaseURL} {
		*p = strings.TrimRight(*p, "/")
	}
}

// reject reports the value of k.
func (l *loader) reject(k key, rule Rule, arg string) {
	v := l.given[k.path]
	v.bad = true
	l.given[k.path] = v
	l.fault(Fault{Key: k.path, Value: show(k, v.text), Where: v.where, Rule: rule, Arg: arg})
}

// relate checks what two keys must have in common. A key that has a fault of
// its own is not judged again.
func (l *loader) relate() {
	c := &l.cfg
	if c.Clock != "" && !l.given["wechat.api_base"].bad && realAPI(c.WeChat.APIBase) {
		l.reject(byPath("clock"), RuleClock, c.WeChat.APIBase)
	}
	if c.WeChat.PreviousEncodingAESKey != "" {
		l.need("wechat.encoding_aes_key", "wechat.previous_encoding_aes_key")
	}
	if c.LLM.BaseURL != "" {
		l.need("llm.model", "llm.base_url")
	}
	l.relateAccount()
	l.relateStudy()
}

// need reports path if it is empty although because is set.
func (l *loader) need(path, because string) {
	if l.given[path].text == "" {
		l.fault(Fault{Key: path, Rule: RuleNeeded, Arg: because})
	}
}

// relateAccount asks for the whole account as soon as a part of it is given.
func (l *loader) relateAccount() {
	for _, given := range account {
		if l.given[given].text == "" {
			continue
		}
		for _, path := range account {
			l.need(path, given)
		}
		return
	}
}

// relateStudy keeps the order of a study day: it ends in the night, the push
// comes in the morning, the reminder after it. HH:MM compares as text.
func (l *loader) relateStudy() {
	s := l.cfg.Study
	for _, path := range []string{"study.push_at", "study.remind_at", "study.day_ends_at"} {
		if l.given[path].bad {
			return
		}
	}
	if s.DayEndsAt >= s.PushAt {
		l.late("study.day_ends_at", s.DayEndsAt, "study.push_at")
	}
	if s.PushAt >= s.RemindAt {
		l.late("study.push_at", s.PushAt, "study.remind_at")
	}
}

// late reports that path is not before the time of another key.
func (l *loader) late(path, time, before string) {
	l.fault(Fault{Key: path, Value: quote(time), Where: l.given[path].where, Rule: RuleBefore, Arg: before})
}

// realAPI tells whether base is Tencent's, under any of its host names.
func realAPI(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	return net.ParseIP(host) == nil && strings.HasSuffix("."+host, ".weixin.qq.com")
}
