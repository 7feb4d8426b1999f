package wechatsim

import (
	"net/url"
	"strings"
)

// What a menu may hold; lengths in bytes.
const (
	maxButtons    = 3
	maxSubButtons = 5
	maxKey        = 128
	maxURL        = 1024
	maxDomains    = 3 // that all conditional menus together lead to
)

// menuLevel is one level of a menu: the errcodes of the second are apart from
// those of the first.
type menuLevel struct {
	most, name                  int // how many buttons; bytes of a name
	count, kind, size, key, url int // errcodes
	domain                      int
	word                        string // of the errmsg
}

// checkMenu refuses a menu that breaks a rule.
func checkMenu(buttons []Button) *refusal {
	top := menuLevel{maxButtons, 16, 40016, 40017, 40018, 40019, 40020, 40055, "button"}
	sub := menuLevel{maxSubButtons, 60, 40023, 40024, 40025, 40026, 40027, 40054, "sub button"}
	if r := top.checkCount(buttons); r != nil {
		return r
	}
	for _, b := range buttons {
		if len(b.Sub) == 0 {
			if r := top.check(b); r != nil {
				return r
			}
			continue
		}
		if r := top.checkName(b); r != nil {
			return r
		}
		if r := sub.checkCount(b.Sub); r != nil {
			return r
		}
		for _, s := range b.Sub {
			if len(s.Sub) > 0 {
				return refuse(40022, "invalid sub button level")
			}
			if r := sub.check(s); r != nil {
				return r
			}
		}
	}
	return nil
}

func (l menuLevel) checkCount(buttons []Button) *refusal {
	if len(buttons) == 0 || len(buttons) > l.most {
		return l.refuse(l.count, "size")
	}
	return nil
}

func (l menuLevel) checkName(b Button) *refusal {
	if b.Name == "" || len(b.Name) > l.name {
		return l.refuse(l.size, "name size")
	}
	return nil
}

func (l menuLevel) check(b Button) *refusal {
	if r := l.checkName(b); r != nil {
		return r
	}
	needsKey, needsURL := false, false
	switch b.Type {
	case "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select":
		needsKey = true
	case "view", "miniprogram":
		needsURL = true
	case "media_id", "view_limited", "article_id", "article_view_limited":
	default:
		return l.refuse(l.kind, "type")
	}
	switch {
	case needsKey && b.Key == "" || len(b.Key) > maxKey:
		return l.refuse(l.key, "key size")
	case needsURL && b.URL == "" || len(b.URL) > maxURL:
		return l.refuse(l.url, "url size")
	case needsURL && host(b.URL) == "":
		return l.refuse(l.domain, "url domain")
	}
	return nil
}

func (l menuLevel) refuse(code int, what string) *refusal {
	return refuse(code, "invalid "+l.word+" "+what)
}

// host returns the host of a web address, empty if it is none.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// domains are the hosts that conditional menus lead to.
func domains(menus []conditionalMenu) map[string]bool {
	found := map[string]bool{}
	var look func(buttons []Button)
	look = func(buttons []Button) {
		for _, b := range buttons {
			if h := host(b.URL); h != "" {
				found[h] = true
			}
			look(b.Sub)
		}
	}
	for _, m := range menus {
		look(m.buttons)
	}
	return found
}
