// Package config reads the program's settings: a YAML file, overridden by
// environment variables, checked as a whole before anything starts.
//
// One table (keys.go) says everything about a scalar key: its path, default,
// rule and place in Config. The file is walked as a syntax tree (file.go), so
// that all faults come in one go, each with its line and column; nothing is
// decoded by reflection. A fault names key, value and cure; a secret's value is
// never part of it, nor of what a Config prints or logs.
//
// Only internal/app and cmd/rixue see a Config. Everybody else is handed plain
// arguments.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"strings"
)

// DefaultFile is read when no file is named, if it is there.
const DefaultFile = "rixue.yaml"

// Config holds the settings of one process. Every field has been checked
// against its rule except Clock, WorkingHours and Keys, whose forms belong to
// internal/calendar and internal/seal.
type Config struct {
	Listen         string   // host:port of the HTTP server
	PublicURL      string   // base of links sent to phones, without a slash at the end
	DataDir        string   // SQLite file, media, keys
	DatabaseURL    string   // "sqlite" (a file in DataDir) or postgres://…
	RedisURL       string   // "embedded" or redis://, rediss://, redis-sentinel://, redis-cluster://
	Hospital       string   // name of the unit in replies; empty if the unit gave none
	QuietHours     string   // HH:MM-HH:MM, may span midnight; "off" for none
	WorkingHours   string   // working periods with seasons, see calendar.ParseHours
	TrustedProxies []string // addresses or CIDRs whose forwarded headers are believed
	Keys           Secret   // key ring of sealed columns: a file or the ring itself; empty: in DataDir
	Clock          string   // test clock, see calendar.ParseClock; empty is real time

	WeChat    WeChat
	Study     Study
	LLM       LLM
	Emergency Emergency
}

// WeChat is the account and the ways to the platform. The first three are set
// together or not at all.
type WeChat struct {
	AppID                  string
	AppSecret              Secret
	Token                  Secret // of the callback's signature
	EncodingAESKey         Secret // 43 characters; empty is plain mode
	PreviousEncodingAESKey Secret // tried second while a new key is taking over
	APIBase                string // platform API, no slash at the end
	OpenBase               string // OAuth page, no slash at the end

	// Templates holds the template of a notice kind; a kind without one uses
	// the other channels. See Kinds.
	Templates map[string]Template
}

// Study holds the hours of daily study as HH:MM, Asia/Shanghai.
type Study struct {
	PushAt         string
	RemindAt       string
	DayEndsAt      string // a study day ends at this hour of the next morning
	ShuffleOptions bool   // each person sees the options in an order of his own
}

// LLM is any OpenAI-compatible endpoint; an empty BaseURL switches it off.
type LLM struct {
	BaseURL string
	APIKey  Secret
	Model   string
}

// Emergency holds the numbers that a reply to a person in danger begins with.
type Emergency struct {
	Hospital string // the hospital's own emergency number; may be empty
	Medical  string
	Police   string
	Fire     string
	Crisis   string // psychological aid
}

// Load reads file, or DefaultFile if file is empty and DefaultFile exists, and
// then env, a list of NAME=value as from os.Environ; the environment wins and
// an empty value counts as not given. The error is Faults unless the file
// cannot be read.
func Load(file string, env []string) (*Config, error) {
	data, err := os.ReadFile(cmp.Or(file, DefaultFile))
	if file == "" && errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	return parse(cmp.Or(file, DefaultFile), data, env)
}

// parse is Load on the bytes of a file; name is how faults call it.
func parse(name string, data []byte, env []string) (*Config, error) {
	l := loader{file: name, given: map[string]value{}}
	l.readFile(data)
	l.readEnv(env)
	l.fill()
	l.relate()
	if len(l.faults) > 0 {
		return nil, l.faults
	}
	return &l.cfg, nil
}

// CheckServe says what is missing before the platform can be served. Commands
// that do not talk to WeChat do without.
func (c *Config) CheckServe() error {
	var faults Faults
	for _, path := range account {
		if text(byPath(path).at(c)) == "" {
			faults = append(faults, Fault{Key: path, Rule: RuleNeeded, Arg: "rixue serve"})
		}
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}

// Proxies returns TrustedProxies as prefixes; a single address is a prefix of
// its full length.
func (c *Config) Proxies() []netip.Prefix {
	prefixes := make([]netip.Prefix, 0, len(c.TrustedProxies))
	for _, s := range c.TrustedProxies {
		if p, err := parsePrefix(s); err == nil {
			prefixes = append(prefixes, p)
		}
	}
	return prefixes
}

func parsePrefix(s string) (netip.Prefix, error) {
	if strings.Contains(s, "/") {
		p, err := netip.ParsePrefix(s)
		return p.Masked(), err
	}
	a, err := netip.ParseAddr(s)
	return netip.PrefixFrom(a, a.BitLen()), err
}
