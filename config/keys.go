package config

import (
	"fmt"
	"strconv"
	"strings"
)

// key is one scalar setting.
type key struct {
	path  string            // in the file, parts joined by a dot
	def   string            // used when nothing is given
	check check             // of a value that is given; nil takes any
	at    func(*Config) any // *string, *Secret, *bool or *[]string
}

// keys lists every scalar setting in the order of example.yaml.
var keys = []key{
	{"listen", "127.0.0.1:8080", isAddress, func(c *Config) any { return &c.Listen }},
	{"public_url", "", isHTTP, func(c *Config) any { return &c.PublicURL }},
	{"data_dir", "./data", isLine, func(c *Config) any { return &c.DataDir }},
	{"database_url", "sqlite", isDatabase, func(c *Config) any { return &c.DatabaseURL }},
	{"redis_url", "embedded", isRedis, func(c *Config) any { return &c.RedisURL }},
	{"hospital", "", isLine, func(c *Config) any { return &c.Hospital }},

	{"wechat.app_id", "", isAppID, func(c *Config) any { return &c.WeChat.AppID }},
	{"wechat.app_secret", "", isWord, func(c *Config) any { return &c.WeChat.AppSecret }},
	{"wechat.token", "", isToken, func(c *Config) any { return &c.WeChat.Token }},
	{"wechat.encoding_aes_key", "", isAESKey, func(c *Config) any { return &c.WeChat.EncodingAESKey }},
	{"wechat.previous_encoding_aes_key", "", isAESKey, func(c *Config) any { return &c.WeChat.PreviousEncodingAESKey }},
	{"wechat.api_base", "https://api.weixin.qq.com", isHTTP, func(c *Config) any { return &c.WeChat.APIBase }},
	{"wechat.open_base", "https://open.weixin.qq.com", isHTTP, func(c *Config) any { return &c.WeChat.OpenBase }},

	{"study.push_at", "07:30", isTime, func(c *Config) any { return &c.Study.PushAt }},
	{"study.remind_at", "19:30", isTime, func(c *Config) any { return &c.Study.RemindAt }},
	{"study.day_ends_at", "03:00", isTime, func(c *Config) any { return &c.Study.DayEndsAt }},
	{"study.shuffle_options", "true", isBool, func(c *Config) any { return &c.Study.ShuffleOptions }},

	{"quiet_hours", "22:00-07:00", isQuiet, func(c *Config) any { return &c.QuietHours }},
	{"working_hours", "08:00-12:00,14:00-17:30", isLine, func(c *Config) any { return &c.WorkingHours }},

	{"llm.base_url", "", isHTTP, func(c *Config) any { return &c.LLM.BaseURL }},
	{"llm.api_key", "", isWord, func(c *Config) any { return &c.LLM.APIKey }},
	{"llm.model", "", isWord, func(c *Config) any { return &c.LLM.Model }},

	{"emergency.hospital", "", isPhone, func(c *Config) any { return &c.Emergency.Hospital }},
	{"emergency.medical", "120", isPhone, func(c *Config) any { return &c.Emergency.Medical }},
	{"emergency.police", "110", isPhone, func(c *Config) any { return &c.Emergency.Police }},
	{"emergency.fire", "119", isPhone, func(c *Config) any { return &c.Emergency.Fire }},
	{"emergency.crisis", "12356", isPhone, func(c *Config) any { return &c.Emergency.Crisis }},

	{"trusted_proxies", "", isProxies, func(c *Config) any { return &c.TrustedProxies }},
	{"keys", "", nil, func(c *Config) any { return &c.Keys }},
	{"clock", "", isLine, func(c *Config) any { return &c.Clock }},
}

// account lists the keys without which the platform cannot be talked to.
var account = []string{"wechat.app_id", "wechat.app_secret", "wechat.token"}

// envPrefix begins every variable of ours; testPrefix those of the test suite.
const (
	envPrefix  = "RIXUE_"
	testPrefix = "RIXUE_TEST_"
)

// env is the name of the variable that overrides the key.
func (k key) env() string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(k.path, ".", "_"))
}

func (k key) secret() bool {
	_, ok := k.at(new(Config)).(*Secret)
	return ok
}

// set stores a checked value.
func (k key) set(c *Config, s string) {
	switch p := k.at(c).(type) {
	case *string:
		*p = s
	case *Secret:
		*p = Secret(s)
	case *bool:
		*p, _ = strconv.ParseBool(s) // isBool has looked at it
	case *[]string:
		*p = nil
		if s != "" {
			*p = list(s)
		}
	}
}

// text is the reverse of set.
func text(p any) string {
	switch p := p.(type) {
	case *string:
		return *p
	case *Secret:
		return string(*p)
	case *bool:
		return strconv.FormatBool(*p)
	case *[]string:
		return strings.Join(*p, ", ")
	}
	return fmt.Sprint(p)
}

// list splits a value of several parts at commas and blanks.
func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// byPath returns the row of a path that is in the table.
func byPath(path string) key {
	for _, k := range keys {
		if k.path == path {
			return k
		}
	}
	return key{path: path, at: func(*Config) any { return new(string) }}
}

// EnvKey is one row of `rixue check --env`.
type EnvKey struct {
	Name    string // of the variable, such as RIXUE_WECHAT_APP_ID
	Path    string // in the file, such as wechat.app_id
	Default string // empty if there is none
	Meaning string // the key's comment in Example
	Secret  bool   // the value must not be shown
}

// EnvKeys lists every variable that Load reads, in the order of Example.
func EnvKeys() []EnvKey {
	meanings := meanings(Example)
	list := make([]EnvKey, 0, len(keys))
	for _, k := range keys {
		list = append(list, EnvKey{
			Name: k.env(), Path: k.path, Default: k.def,
			Meaning: meanings[k.path], Secret: k.secret(),
		})
	}
	return list
}

// UnknownEnv returns the names in env (NAME=value) that begin with RIXUE_ and
// that nothing reads, mostly typing errors. Variables of the test suite,
// RIXUE_TEST_…, are left out.
func UnknownEnv(env []string) []string {
	known := map[string]bool{}
	for _, k := range keys {
		known[k.env()] = true
	}
	var unknown []string
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		if strings.HasPrefix(name, envPrefix) && !strings.HasPrefix(name, testPrefix) && !known[name] {
			unknown = append(unknown, name)
		}
	}
	return unknown
}
