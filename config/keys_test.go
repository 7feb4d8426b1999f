package config

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestExample keeps example.yaml equal to the table: every key, in its order,
// with its default and a reason.
func TestExample(t *testing.T) {
	if diff := cmp.Diff(mustParse(t, ""), mustParse(t, Example), cmp.Transformer("templates", func(m map[string]Template) int { return len(m) })); diff != "" {
		t.Errorf("defaults and example.yaml differ (-defaults +example):\n%s", diff)
	}
	var l loader
	l.given = map[string]value{}
	l.readFile([]byte(Example))
	last := 0
	for _, k := range EnvKeys() {
		v, ok := l.given[k.Path]
		if !ok {
			t.Errorf("example.yaml lacks %s", k.Path)
			continue
		}
		if v.text != k.Default {
			t.Errorf("%s is %q in example.yaml, %q in the table", k.Path, v.text, k.Default)
		}
		if k.Meaning == "" {
			t.Errorf("example.yaml gives no reason for %s", k.Path)
		}
		var line int
		fmt.Sscanf(v.where, ":%d:", &line)
		if line <= last {
			t.Errorf("%s stands in line %d, out of the table's order", k.Path, line)
		}
		last = line
	}
}

// TestExampleTemplates switches on what stands in comments.
func TestExampleTemplates(t *testing.T) {
	text := strings.ReplaceAll(strings.Replace(Example, "templates: {}", "templates:", 1), "#-", "  ")
	c := mustParse(t, text)
	want := Template{ID: "在公众平台复制的模板编号", Type: "subscribe_long", Fields: map[string]string{"thing1": "title", "time2": "due"}}
	if diff := cmp.Diff(want, c.WeChat.Templates["study_daily"]); diff != "" {
		t.Errorf("study_daily (-want +got):\n%s", diff)
	}
	if got := sortedKeys(c.WeChat.Templates); !slices.Equal(got, []string{"case_update", "meeting_notice", "study_daily"}) {
		t.Errorf("templates %v", got)
	}
}

func TestEnvKeys(t *testing.T) {
	byName := map[string]EnvKey{}
	for _, k := range EnvKeys() {
		byName[k.Name] = k
	}
	for name, path := range map[string]string{
		"RIXUE_LISTEN":                           "listen",
		"RIXUE_WECHAT_PREVIOUS_ENCODING_AES_KEY": "wechat.previous_encoding_aes_key",
		"RIXUE_STUDY_SHUFFLE_OPTIONS":            "study.shuffle_options",
		"RIXUE_EMERGENCY_HOSPITAL":               "emergency.hospital",
		"RIXUE_LLM_API_KEY":                      "llm.api_key",
		"RIXUE_TRUSTED_PROXIES":                  "trusted_proxies",
		"RIXUE_KEYS":                             "keys",
		"RIXUE_CLOCK":                            "clock",
	} {
		if byName[name].Path != path {
			t.Errorf("%s is %q, want %q", name, byName[name].Path, path)
		}
	}
	for name, k := range byName {
		// every variable must reach its key
		if _, err := parse("", nil, []string{name + "=" + "\x00"}); err == nil && k.Path != "keys" {
			t.Errorf("%s is not read", name)
		}
	}
}

func TestUnknownEnv(t *testing.T) {
	got := UnknownEnv([]string{"PATH=/bin", "RIXUE_LISTEN=:1", "RIXUE_LISTNE=:1", "RIXUE_TEST_POSTGRES=x", "RIXUE_", "RIXUE_WECHAT_TEMPLATES=x"})
	if !slices.Equal(got, []string{"RIXUE_LISTNE", "RIXUE_", "RIXUE_WECHAT_TEMPLATES"}) {
		t.Errorf("got %q", got)
	}
}

// TestNoSecretIsShown prints a config and its faults in every usual way.
func TestNoSecretIsShown(t *testing.T) {
	const s = "S3cretS3cret"
	env := []string{
		"RIXUE_WECHAT_APP_ID=wx5823bf96d3bd56c7",
		"RIXUE_WECHAT_APP_SECRET=" + s, "RIXUE_WECHAT_TOKEN=" + s, "RIXUE_LLM_API_KEY=" + s, "RIXUE_KEYS=" + s,
		"RIXUE_WECHAT_ENCODING_AES_KEY=" + s + strings.Repeat("a", 43-len(s)),
		"RIXUE_WECHAT_PREVIOUS_ENCODING_AES_KEY=" + s + strings.Repeat("b", 43-len(s)),
		"RIXUE_DATABASE_URL=postgres://rixue:" + s + "@db/rixue?password=" + s,
		"RIXUE_REDIS_URL=redis-sentinel://:" + s + "@a:1,b:2/0",
	}
	c := mustParse(t, "", env...)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("config", "config", c, "token", c.WeChat.Token)
	shown := log.String() + c.String() + fmt.Sprint(*c) + fmt.Sprintf("%+v %#v %v %#v", c, *c, c.WeChat, c.WeChat)
	if strings.Contains(shown, s) {
		t.Errorf("a secret is shown:\n%s", shown)
	}
	if !strings.Contains(c.String(), "database_url: postgres://***@db/rixue?***\n") ||
		!strings.Contains(c.String(), "wechat.app_id: wx5823bf96d3bd56c7\n") {
		t.Errorf("too much is hidden:\n%s", c)
	}
	for _, k := range keys { // the same values, each spoilt
		_, err := parse("", nil, []string{k.env() + "=x://" + s + " " + s + "@\x00"})
		if hasSecret := k.secret() || k.path == "database_url" || k.path == "redis_url"; hasSecret && err != nil && strings.Contains(err.Error(), s) {
			t.Errorf("%s: a fault shows the secret: %v", k.path, err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(Example, "RIXUE_LISTEN=:1")
	f.Add("wechat:\n  templates:\n    survey: {id: a, type: template, fields: {thing1: title}}\n", "RIXUE_CLOCK=x")
	f.Add("listen: [a, {b: &c d}]\n<<: *c\n? x\n: |\n  y\n", "RIXUE_DATABASE_URL=postgres://u:p@h,h2/db?x")
	f.Add("trusted_proxies: [10.0.0.0/8, 1.2.3.4]\n---\nkeys: !!binary x\n", "RIXUE_TRUSTED_PROXIES=a,b")
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(section(a, "rixue.yaml")), "")
	}
	f.Fuzz(func(t *testing.T, file, env string) {
		c, err := parse("rixue.yaml", []byte(file), []string{env})
		if err != nil {
			if n := strings.Count(err.Error(), "\n") + 1; n != len(faultsOf(err)) {
				t.Errorf("%d faults in %d lines: %q", len(faultsOf(err)), n, err)
			}
			return
		}
		// What was accepted is accepted again in its printed form.
		var again []string
		for _, k := range keys {
			if s := text(k.at(c)); s != "" {
				again = append(again, k.env()+"="+s)
			}
		}
		c2, err := parse("", nil, again)
		if err != nil {
			t.Fatalf("%v\naccepted once, refused the second time: %v", c, err)
		}
		c2.WeChat.Templates = c.WeChat.Templates
		if diff := cmp.Diff(c, c2); diff != "" {
			t.Errorf("(-first +second):\n%s", diff)
		}
	})
}
